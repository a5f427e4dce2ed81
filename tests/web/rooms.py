"""Records behind the pages, made once by the real engine and then quickly put into each test's database."""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache
from typing import Any

from decisions import journal
from decisions.assessment import assessments, choices
from decisions.domain import canonical, engine, evidence, policy
from decisions.domain.actors import DESK, Actor
from decisions.domain.events import Event
from decisions.models import Approval, Assessment, Incident, PolicyVersion, Run, Service, Snapshot
from decisions.models.policy_version import PolicyState
from tests.domain import snapshots
from tests.factories import AT, make_incident, make_indicator, make_level, make_live_pair, make_source
from tests.measured import EXAMPLES

POLICIES = {"desk": "policies/default.yaml", "low": "digits/policy-low.yaml"}
RATIO = {"kind": "ratio", "metric": "misread_total", "over": "accepted_total"}
REASON = "It is the quickest way back to a version that we know."


@lru_cache
def parsed(name: str) -> policy.Policy:
    return policy.parse((EXAMPLES / POLICIES[name]).read_text())


def make_policy(name: str = "low") -> PolicyVersion:
    """One of the example's policies in force."""
    found = parsed(name)
    scope = {"scope": found.scope.kind, "scope_name": found.scope.name or ""}
    times = {"drafted_at": AT, "proposed_at": AT, "activated_at": AT}
    known, _ = PolicyVersion.objects.get_or_create(
        **scope,
        number=1,
        defaults={
            "digest": found.digest,
            "title": found.title,
            "body": (EXAMPLES / POLICIES[name]).read_text(),
            "state": PolicyState.ACTIVE,
            "drafted_by": "paul",
            "signed_by": "petra",
            **times,
        },
    )
    return known


def make_measured(name: str = "amounts", *, tier: str = "low") -> Service:
    """A service with a source, an indicator and a level that is broken."""
    service = make_live_pair(name, tier=tier)
    service.target = {"kind": "simulated"}
    service.save()
    make_source(service, state="healthy", scraped_at=AT)
    indicator = make_indicator(service, unit="fraction", title="Misread, of accepted", query=RATIO)
    make_level(indicator, value=0.74, n=36, measured_at=AT, since=AT, state="broken", owner="ana", reason="It is paid.")
    return service


def make_room(fault: str = "transposed", *, name: str = "amounts", tier: str = "low", **changes: Any) -> Incident:
    """An open incident with its assessment; the cast's clock stands at the moment of its evidence."""
    incident = make_unassessed(name, tier=tier)
    assess(incident, fault, **changes)
    return incident


def make_unassessed(name: str = "amounts", *, tier: str = "low", **fields: Any) -> Incident:
    service = make_measured(name, tier=tier)
    level = {"indicator": "misread_share", "title": "Misread, of accepted", "unit": "fraction", "bound": "at_most"}
    level |= {"target": 0.04, "breaks_at": 0.05, "value": 0.74, "n": 36, "window_seconds": 16}
    fields.setdefault("trigger", {"at": AT.isoformat(), "levels": [level]})
    with journal.act(DESK, at=AT) as act:
        incident = make_incident(service, opened_at=AT - timedelta(seconds=60), **fields)
        act.note(Event.INCIDENT_OPENED, about=incident, title=incident.title)
    return incident


def assess(incident: Incident, fault: str = "transposed", **changes: Any) -> Assessment:
    """What the desk would have stored for this fault."""
    service = incident.service
    known = make_policy("low" if service.tier == "low" else "desk")
    snapshot, result = _scored(fault, service.name, service.tier, canonical.canonical(changes))
    stored, _ = Snapshot.objects.get_or_create(digest=snapshot.digest, defaults={"body": snapshot.canonical, "at": AT})
    return Assessment.objects.create(
        incident=incident,
        snapshot=stored,
        policy=known,
        engine_version=result["engine"],
        result=canonical.canonical(result),
        result_digest=result["digest"],
        recommended=result["recommendation"]["option"] or "",
        causes=assessments.causes_of(result),
        at=AT,
    )


@lru_cache
def _scored(fault: str, service: str, tier: str, changes: bytes) -> tuple[evidence.Snapshot, dict[str, Any]]:
    more = canonical.load(changes)
    named = {"name": service, "tier": tier, "components": ["acceptance", "reader"], "freeze": None}
    snapshot = snapshots.snapshot(fault, **{"service": named, "tier": tier, **more})
    return snapshot, engine.assess(snapshot, parsed("low" if tier == "low" else "desk"))


def option_to_ask(incident: Incident) -> str:
    """The first option that lies outside its bounds and can be asked for."""
    newest = incident.assessments.get()
    result = newest.document()
    return next(each["key"] for each in result["options"] if not each["recommended"] and each["kind"] != "hold")


def make_request(incident: Incident, by: Actor, option: str = "") -> Approval:
    """Somebody asked for an option that lies outside its bounds."""
    return choices.request(
        incident.pk,
        assessment_id=incident.assessments.get().pk,
        option=option or option_to_ask(incident),
        reason=REASON,
        actor=by,
        at=AT,
    )


def make_started(incident: Incident, by: Actor) -> Run:
    """Somebody pressed the recommended button."""
    newest = incident.assessments.get()
    return choices.run(incident.pk, assessment_id=newest.pk, option=newest.recommended, actor=by, at=AT)
