"""A metric that jumps across its threshold at every sample for a day, with a desk that may start what it likes.

Time is compressed sixty times: the day has 1,440 seconds, the cooldown of fifteen minutes is fifteen of them.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db.models import Sum

from decisions.assessment import assessments, following, policies, reversals, starting
from decisions.domain import restraint, service_file
from decisions.domain.actors import DESK
from decisions.domain.versions import Outcome, Status
from decisions.execution.targets import simulated
from decisions.models import Incident, Run, Service, Split
from decisions.monitoring import scraping
from decisions.monitoring.sources import Page
from decisions.registry import services, splits
from tests.execution.world import carry
from tests.factories import EXAMPLES, make_deployment, make_incident, make_live_pair, make_split, make_version

pytestmark = pytest.mark.django_db

DAY_SECONDS, COOLDOWN_SECONDS, EVERY_SECONDS = 1440, 15, 20
COUNTERS = (
    "misread_total",
    "labelled_accepted_total",
    "accepted_total",
    "read_total",
    "errors_total",
    "requests_total",
)


class JumpingService:
    """A service whose served version misreads a fifth in one interval and nothing in the next."""

    def __init__(self, at: datetime, *, clear_seconds: float) -> None:
        text = (EXAMPLES / "digits/service-amounts.yaml").read_text()
        document = service_file.parse(text) | {"target": {"kind": "simulated"}}
        document["indicators"] = [each for each in document["indicators"] if each["query"]["metric"] in COUNTERS]
        document["sources"][0]["every_seconds"] = EVERY_SECONDS
        for indicator in document["indicators"]:
            for level in indicator.get("levels", []):
                level |= {"window_seconds": EVERY_SECONDS, "for_seconds": 0, "minimum_n": 1}
                level["clear_seconds"] = clear_seconds
        self.record, _ = services.apply(document, actor=DESK, at=at - timedelta(days=9))
        self.source = self.record.sources.get()
        self.counts = {(version, name): 0.0 for version in ("v1", "v2") for name in COUNTERS}
        _give_history(self.record, at)
        self.target = simulated.made_of(self.record)

    def scrape(self, at: datetime, step: int) -> None:
        served = self.target.read(at=at)
        for version in ("v1", "v2"):
            self._count(version, is_bad=step % 2 == 1 and served.split.get(version, 0) > 0)
        self.source.refresh_from_db()
        scraping.store([(self.source, self._page(served.split))], at)

    def bring_back(self, at: datetime) -> None:
        """Somebody outside the desk insists on v2, whatever the desk did."""
        served = {"split": {"v2": 1.0}, "behaviour": "serve", "settings": {}}
        self.target.change(split=served["split"], behaviour="serve")
        splits.record_served(self.record, served, epoch=self.target.read(at=at).fence.epoch, at=at)

    def is_left_to_people(self, at: datetime) -> bool:
        return reversals.lately(self.record, at) >= 2

    def _count(self, version: str, *, is_bad: bool) -> None:
        more = (12, 60, 60, 80, 0, 80) if is_bad else (0, 60, 60, 80, 0, 80)
        for name, count in zip(COUNTERS, more, strict=True):
            self.counts[version, name] += count

    def _page(self, split: dict[str, float]) -> Page:
        modes = {version: "live" if split.get(version, 0) > 0 else "shadow" for version in ("v1", "v2")}
        lines = (
            f'{name}{{service="amounts",version="{version}",mode="{modes[version]}"}} {count}'
            for (version, name), count in self.counts.items()
        )
        return Page("\n".join(lines) + "\n")


def _give_history(service: Service, at: datetime) -> None:
    good = make_version(service, "v1", status=Status.SUPERSEDED)
    make_deployment(good, ended_at=at - timedelta(hours=1), outcome=Outcome.HEALTHY, days=20)
    make_deployment(make_version(service, "v2", status=Status.LIVE), days=1 / 24)
    for kind in ("desired", "served"):
        make_split(service, {"v2": 1.0}, kind=kind)


def let_the_desk_start(at: datetime) -> None:
    """A policy that leaves nothing to people but what the cooldown and the reversals leave to them."""
    text = (EXAMPLES / "digits/policy-low.yaml").read_text()
    for kind in ("stabilise", "shift_traffic", "roll_back", "disable"):
        text = text.replace(f"      {kind}: {{who: person}}", f"      {kind}: {{who: desk}}")
    changes = (
        ("cooldown_seconds: 120", f"cooldown_seconds: {COOLDOWN_SECONDS}"),
        ("watch_seconds: 60", f"watch_seconds: {2 * EVERY_SECONDS}"),
        ("after_seconds: 300", "after_seconds: 1"),
        ("p_best_at_least: 0.70", "p_best_at_least: 0"),
        ("regret_share_at_most: 0.05", "regret_share_at_most: 1"),
        ("confidence: 0.7", "confidence: 0"),
        ("evidence_complete: 0.8", "evidence_complete: 0"),
    )
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    policies.install(text, at=at - timedelta(days=1))


def live_through(service: JumpingService, at: datetime, seconds: int, *, somebody_insists: bool) -> None:
    for step in range(seconds // EVERY_SECONDS):
        now = at + timedelta(seconds=EVERY_SECONDS * step)
        service.scrape(now, step)
        incident = Incident.objects.active().first()
        if incident is not None and assessments.is_stale(incident, now):
            assessments.assess(incident.pk, at=now)
        starting.start_due(now)
        for run in Run.objects.active():
            carry(run, now)
            following.run_moved(run.pk, now)
        if somebody_insists and not Run.objects.active().exists() and not service.is_left_to_people(now):
            service.bring_back(now)


# Either one incident for the whole day, or one after another, because a single good interval heals the level.
@pytest.mark.parametrize(("somebody_insists", "clear_seconds"), [(True, 40), (False, 0)])
def test_a_day_of_jumps_holds_no_more_actions_than_the_cooldown_allows_and_two_reversals(
    at, somebody_insists, clear_seconds
):
    let_the_desk_start(at)
    service = JumpingService(at, clear_seconds=clear_seconds)

    live_through(service, at, DAY_SECONDS, somebody_insists=somebody_insists)

    actions = Run.objects.exclude(before={}).count()
    assert 1 <= actions <= restraint.actions_at_most(DAY_SECONDS, COOLDOWN_SECONDS)
    assert Incident.objects.aggregate(sum=Sum("reversals"))["sum"] == (2 if somebody_insists else 0)


def test_a_state_that_was_left_and_comes_back_is_a_reversal_whoever_brings_it_back(at):
    service = make_live_pair()
    incident = make_incident(service)
    for minute, shares in enumerate(({"v1": 1.0}, {"v1": 1.0, "v2": 0.0}, {"v2": 1.0}, {"v1": 1.0}), start=1):
        make_split(service, shares, at=at + timedelta(minutes=minute))

    assert reversals.recount(incident, at + timedelta(minutes=2)) == 0
    assert reversals.recount(incident, at + timedelta(minutes=5)) == 2
    assert Incident.objects.get().reversals == 2


def test_what_was_served_before_the_incident_is_no_reversal(at):
    service = make_live_pair()
    for hours in (9, 8, 7):
        make_split(service, {f"v{hours % 2 + 1}": 1.0}, at=at - timedelta(hours=hours))
    incident = make_incident(service)
    make_split(service, {"v1": 1.0}, at=at + timedelta(minutes=1))

    assert reversals.recount(incident, at + timedelta(minutes=2)) == 0


def test_the_count_never_falls(at):
    service = make_live_pair()
    incident = make_incident(service, reversals=2)
    Split.objects.all().delete()

    assert reversals.recount(incident, at) == 2
