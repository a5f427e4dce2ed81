"""Playbooks to read: for each kind of option who authorises it, how it runs, and who says that it worked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.urls import reverse

from decisions.assessment import policies
from decisions.domain.playbooks import Playbook
from decisions.domain.policy import Policy
from decisions.domain.policy_bounds import TIERS, Tier
from decisions.domain.policy_options import ACTING
from decisions.domain.wording import listed
from decisions.models import PolicyVersion, Service, ServiceLevel
from decisions.monitoring.wording import in_unit
from decisions.web.policy_words import KINDS, start_words
from decisions.web.words import lasting

STEPS = {
    "check": "Check the kill switch, the bounds and the approvals again.",
    "precheck": "Check that the version that takes over loads and answers.",
    "switch": "Send all traffic to it.",
    "shift": "Send the stated share of the traffic to it.",
    "restore": "Set every changed setting back to its recorded value.",
    "disable": "Take the model out.",
    "read_back": "Read back from the serving target itself what is served now.",
}
BEHAVIOURS = {
    "last_known_good": "the version that was last known good answers",
    "static": "a fixed answer is given",
    "rule": "a rule answers",
    "people": "people do it by hand",
    "refuse": "requests are refused",
}
STAKES = {
    "responsible": "Responsible",
    "approver": "Approver",
    "outcome_validator": "Outcome validator",
    "remediation_owner": "Owner of the repair",
    "informed": "Informed",
}


def words(found: Playbook, tier: Tier | None = None) -> dict[str, Any]:
    """A playbook as people read it; with a tier also who starts it there."""
    facts = [
        ("Authorised by", found.authorises),
        *(_starts(found.kind, tier) if tier else []),
        ("Variant", found.variant),
        *([("Meanwhile", BEHAVIOURS[found.behaviour])] if found.behaviour else []),
        ("Watched for", lasting(found.watch_seconds) if "watch" in found.steps else "not watched"),
        ("Valid when", found.validation.how),
        ("Validated by", found.validation.who),
        ("Repair owned by", found.remediation_owner),
    ]
    return {
        "id": found.kind,
        "kind": KINDS[found.kind].capitalize(),
        "facts": _facts(facts),
        "steps": [_step(step, found) for step in found.steps],
    }


def _step(step: str, found: Playbook) -> str:
    if step != "watch":
        return STEPS[step]
    # Starting a model again that was taken out is never the desk's alone.
    worse = "ask people" if found.behaviour else "put back what was there"
    return f"Watch every service level for {lasting(found.watch_seconds)}; {worse} when it gets worse."


def _facts(rows: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in rows]


def shelf(query: Mapping[str, str], at: datetime) -> dict[str, Any]:
    """Every kind's playbook of the policy in force for the desk, a tier or a service."""
    services = list(Service.objects.only("name", "tier"))
    asked = query.get("for", "")
    kind, _, name = asked.partition(":")
    service = next((each for each in services if kind == "service" and each.name == name), None)
    tier = service.tier if service else name if kind == "tier" and name in TIERS else ""
    # No service of this name can be: what holds for it is what holds for the tier, or the desk, as a whole.
    version = PolicyVersion.objects.in_force(service or Service(name="", tier=tier), at)
    policy = policies.parsed(version) if version else None
    return {
        "field": _field(services, asked),
        "scope": service.name if service else f"tier {tier}" if tier else "the whole desk",
        "version": version,
        "hold": f"Nothing is changed; the desk looks again after {lasting(policy.hold.wait_seconds)}."
        if policy
        else "",
        "playbooks": [_entry(each, policy, tier, service) for each in policy.playbooks.values()] if policy else [],
    }


def _field(services: Iterable[Service], asked: str) -> dict[str, Any]:
    options = [
        {"value": "", "word": "The whole desk"},
        *({"value": f"tier:{tier}", "word": f"Tier {tier}"} for tier in TIERS),
        *({"value": f"service:{each.name}", "word": each.name} for each in services),
    ]
    return {"name": "for", "label": "In force for", "kind": "select", "options": options, "value": asked}


def _entry(found: Playbook, policy: Policy, tier: str, service: Service | None) -> dict[str, Any]:
    url = address(service, found.kind) if service else ""
    return {**words(found, policy.tiers.get(tier)), "url": url}


def _starts(kind: str, tier: Tier) -> list[tuple[str, str]]:
    inside = start_words(tier.starts[kind]) if kind in tier.bounds.kinds else "nobody, it always needs an approval"
    approvers = listed([f"an approver for {area}" for area in tier.approvals.areas])
    return [("Inside its bounds", f"started by {inside}"), ("Outside of them", f"approved by {approvers}")]


def of_service(service: Service, kind: str, at: datetime) -> dict[str, Any] | None:
    """One playbook as it holds for a service, with the people and the levels that it means; None for no such kind."""
    if kind not in ACTING:
        return None
    version = PolicyVersion.objects.in_force(service, at)
    policy = policies.parsed(version) if version else None
    return {
        "where": [
            {"word": "Fleet", "url": reverse("fleet")},
            {"word": service.name, "url": reverse("service-detail", args=[service.name])},
            {"word": f"Playbook: {KINDS[kind]}"},
        ],
        "service": service,
        "heading": f"{KINDS[kind].capitalize()} {service.name}",
        "version": version,
        "playbook": _entry(policy.playbooks[kind], policy, service.tier, service) if policy else None,
        "others": links(service, but=kind),
        "stakes": _stakes(service),
        "levels": [_level(level) for level in _levels(service)],
    }


def links(service: Service, *, but: str = "") -> list[dict[str, str]]:
    """The playbooks of a service, to go to."""
    return [{"word": KINDS[kind].capitalize(), "url": address(service, kind)} for kind in ACTING if kind != but]


def address(service: Service, kind: str) -> str:
    """Where the playbook of an option is; empty for one that changes nothing and has none."""
    return reverse("service-playbook", args=[service.name, kind]) if kind in ACTING else ""


def _stakes(service: Service) -> list[dict[str, str]]:
    """The people of the service by the part that a playbook names."""
    people: dict[str, list[str]] = {role: [] for role in STAKES}
    for stake in service.stakeholders.all():
        people[stake.role].append(stake.person.title())
    return _facts((STAKES[role], ", ".join(named) or "nobody is named") for role, named in people.items())


def _levels(service: Service) -> Iterable[ServiceLevel]:
    return ServiceLevel.objects.filter(indicator__service=service).select_related("indicator")


def _level(level: ServiceLevel) -> dict[str, str]:
    unit, side = level.indicator.unit, "at most" if level.bound == "at_most" else "at least"
    edge = in_unit(level.rule().breaks_at, unit)
    return {"name": level.indicator.title, "value": f"{side} {in_unit(level.target, unit)}, margin to {edge}"}
