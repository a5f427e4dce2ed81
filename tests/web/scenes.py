"""A desk at three in the morning: one service for each thing that a page has to be able to show.

The browser tests look at it, and people may: fill_desk.py beside it makes one in a folder.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from decisions import journal
from decisions.assessment import approvals, assessments, choices, following, policies
from decisions.domain.actors import DESK, Actor
from decisions.domain.events import Event
from decisions.execution.targets import simulated
from decisions.management.example import CAST
from decisions.models import Approval, Incident, Pulse, Run, Sample, Service, Unusual, Watch
from decisions.monitoring import budgets, comparisons, incidents, levels
from tests.execution.world import carry, carry_on
from tests.factories import make_person, make_service
from tests.measured import (
    EXAMPLES,
    make_assessment,
    make_broken_incident,
    make_measured_service,
    make_policy,
    store_after,
)
from tests.sampled import OLD, WELL, measure

PASSWORD = "correct horse battery"


def build(at: datetime) -> None:
    """Fill an empty, migrated database. Everything hangs on `at`, so ages on the pages are what they say."""
    _people()
    make_policy(at=at)
    make_policy("digits/policy-low.yaml", at=at)
    for scene in SCENES:
        scene(at)
    _pulses(at)


def cast() -> dict[str, Actor]:
    return {
        name: Actor(key=name, name=name.title(), roles=frozenset(roles), areas=frozenset(scopes))
        for name, _, roles, scopes in CAST
    }


def _people() -> None:
    for actor in cast().values():
        make_person(actor, password=PASSWORD)


def _pulses(at: datetime) -> None:
    for name in ("beat", "worker"):
        Pulse.objects.create(name=name, at=at)


def hurt(
    name: str, fault: str, at: datetime, *, tier: str = "low", assessed: bool = True, **fields: object
) -> Incident:
    """A service that hurts, with its incident in the journal, and assessed."""
    service = make_measured_service(name, fault=fault, tier=tier, at=at)
    simulated.made_of(service)
    with journal.act(DESK, at=at - timedelta(seconds=90)) as act:
        incident = make_broken_incident(service, at=at, **fields)
        act.note(Event.INCIDENT_OPENED, about=incident, title=incident.title, trigger=incident.trigger)
    if assessed:
        make_assessment(incident, at=at)
    return incident


def ready_to_run(at: datetime) -> None:
    """The main job: a release went bad, and rolling it back is inside the bounds."""
    hurt("amounts", "transposed", at)


def compared(at: datetime) -> None:
    """A new version that is worse than the one before it: the intervals closed in until it showed."""
    began = at - timedelta(minutes=3)
    incident = hurt("tickets", "none", at, assessed=False, kind="report", title="Customers call about wrong tickets")
    service = incident.service
    service.deployments.filter(version__name="v2").update(started_at=began)
    Incident.objects.filter(pk=incident.pk).update(opened_at=at - timedelta(minutes=2))
    service.series.all().delete()
    measure(service, "v2", WELL | {"misread_share": 0.09}, since=began, seconds=180)
    measure(service, "v1", OLD, mode="shadow", since=began, seconds=180)
    for seconds in range(4, 181, 4):
        service.sources.update(every_seconds=2, scraped_at=began + timedelta(seconds=seconds))
        comparisons.look(began + timedelta(seconds=seconds))
    make_assessment(incident, at=at)


def waits_for_risk(at: datetime) -> None:
    """High risk: Ana asked, Ben approved for product, Dora is waited for. Too close to call as well."""
    incident = hurt("cheques", "transposed", at, tier="high")
    asked = ask(incident, "roll_back:v1", at)
    approvals.approve(asked.pk, actor=cast()["ben"], digest_seen=asked.plan_digest, reason="v1 was quiet.", at=at)


def ask(incident: Incident, option: str, at: datetime) -> Approval:
    newest = assessments.newest(incident)
    assert newest is not None
    said = "Nobody is there tonight who could key the items in."
    return choices.request(incident.pk, assessment_id=newest.pk, option=option, reason=said, actor=cast()["ana"], at=at)


def rejected(at: datetime) -> None:
    """A request that Dora turned down, and one that Ana took back."""
    incident = hurt("transfers", "crop", at, tier="high")
    first = ask(incident, "roll_back:v1", at)
    said = "The night desk can key these in until eight."
    approvals.reject(first.pk, actor=cast()["dora"], digest_seen=first.plan_digest, reason=said, at=at)
    approvals.withdraw(ask(incident, "shift_traffic:v1:50", at).pk, actor=cast()["ana"], at=at)


def handed_over(at: datetime) -> None:
    """Two reversals in one incident: people decide from here."""
    hurt("receipts", "crop", at, reversals=2, last_action_at=at - timedelta(minutes=12), taken_by="ana", taken_at=at)


def holds(at: datetime) -> None:
    """A person reported something that nothing measures: nothing to act on, hold."""
    hurt("stamps", "none", at, kind="report", title="Customers say that stamps are read upside down")


def not_assessed(at: datetime) -> None:
    """The desk has not got round to it yet."""
    hurt("letters", "slow", at, assessed=False)


def upstream(at: datetime) -> None:
    """Every version suffers, so rolling back does not help."""
    hurt("invoices", "missing_rows", at)


def worked(at: datetime) -> None:
    """Two hours ago: rolled back in two presses, watched, resolved."""
    then = at - timedelta(hours=2)
    incident = hurt("slips", "transposed", then)
    run = run_option(incident, "roll_back:v1", then)
    store_after(incident.service, "v1", at=then, minutes=20)
    finish(run, then)
    resolve(incident, then + timedelta(minutes=8))


def put_back(at: datetime) -> None:
    """The target turned the switch down after half of it: what was served before is served again."""
    then = at - timedelta(minutes=40)
    incident = hurt("forms", "crop", then)
    run = run_option(incident, "roll_back:v1", then)
    misbehave(incident.service, "half")
    finish(run, then)


def watches(at: datetime) -> None:
    """A run that has switched and watches now."""
    incident = hurt("vouchers", "slow", at)
    run = run_option(incident, "roll_back:v1", at)
    carry(run, at)
    store_after(incident.service, "v1", at=at, minutes=1)


def queued(at: datetime) -> None:
    incident = hurt("notes", "transposed", at)
    run_option(incident, "roll_back:v1", at)


def run_option(incident: Incident, option: str, at: datetime) -> Run:
    newest = assessments.newest(incident)
    assert newest is not None
    said = "It is the quickest way back to a version that we know."
    return choices.run(incident.pk, assessment_id=newest.pk, option=option, reason=said, actor=cast()["ana"], at=at)


def finish(run: Run, at: datetime) -> None:
    carry_on(run, at, seconds=1800)
    following.run_moved(run.pk, at + timedelta(minutes=6))


def resolve(incident: Incident, at: datetime) -> None:
    incident.refresh_from_db()
    incidents.resolve(incident, actor=DESK, at=at)


def misbehave(service: Service, way: str) -> None:
    simulated.of(service).misbehave("apply", way)


def quiet(at: datetime) -> None:
    """Services that are well, as most are, and three that are not quite."""
    for name in ("addresses", "dates", "postmarks"):
        make_measured_service(name, at=at, minutes=60, tier="standard")
    drifting = make_measured_service("signatures", at=at, minutes=60, tier="standard")
    drifting.splits.filter(kind="served").update(shares={"v2": 0.96, "v1": 0.04})
    silent = make_measured_service("currencies", at=at - timedelta(minutes=6), minutes=60)
    silent.sources.update(state="unhealthy", reason="answered 500 Internal Server Error")
    make_service("tables", tier="low")


def burns(at: datetime) -> None:
    """A budget that runs out too soon without being urgent, and a minute that was like nothing before."""
    service = make_measured_service("refunds", at=at, minutes=60)
    Sample.objects.filter(series__service=service, series__indicator__name="error_rate").update(value=0.05)
    budgets.compare(levels.held([service.pk]), at)
    indicator = service.indicators.get(name="error_rate")
    Watch.objects.create(indicator=indicator, minute=int(at.timestamp() // 60), measured=240)
    Unusual.objects.create(indicator=indicator, at=at - timedelta(minutes=8), value=0.05, score=0.7, cause="usual")


def drafts(at: datetime) -> None:
    """A draft by Paul, and a proposal by Petra that Paul may sign."""
    text = (EXAMPLES / "digits/policy-low.yaml").read_text()
    policies.draft(text.replace('"3.00"', '"4.50"'), actor=cast()["paul"], at=at)
    proposed = policies.draft(text.replace('"0.30"', '"0.10"'), actor=cast()["petra"], at=at)
    policies.propose(proposed, actor=cast()["petra"], at=at)


SCENES: tuple[Callable[[datetime], None], ...] = (
    # First those that run: what ended teaches, and one that failed would put them outside their bounds.
    watches,
    queued,
    worked,
    put_back,
    ready_to_run,
    compared,
    waits_for_risk,
    rejected,
    handed_over,
    holds,
    not_assessed,
    upstream,
    quiet,
    burns,
    drafts,
)
