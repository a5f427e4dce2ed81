"""The watch after a switch: what was measured since then decides, and no data is not good data."""

from __future__ import annotations

from datetime import timedelta

import pytest

from decisions.domain.runs import State
from decisions.models import Sample, Series, Service, ServiceLevel, Source
from tests.execution.world import carry, carry_on, make_plan, make_run, make_world, state, vanish
from tests.factories import make_indicator, make_level, make_source

pytestmark = pytest.mark.django_db

SHARE = {"kind": "ratio", "metric": "misread_total", "over": "labelled_accepted_total"}
BAD, GOOD = 0.30, 0.01
WATCH = 20


@pytest.fixture
def measured(db):
    """A service with one broken level that is at most 4 % (5 % with its margin), read every two seconds."""
    service, target = make_world()
    indicator = make_indicator(service, query=SHARE, unit="fraction")
    level = make_level(indicator, window_seconds=60, state="broken", value=BAD)
    make_source(service, every_seconds=2, state=Source.HEALTHY)
    return service, target, level


def feed(level: ServiceLevel, start, value: float, *, version="v1", seconds=30, n=40.0, mode="live") -> None:
    """A sample each two seconds from `start` on."""
    indicator = level.indicator
    source = indicator.service.sources.get()
    series, _ = Series.objects.get_or_create(
        service=indicator.service, indicator=indicator, source=source, version=version, mode=mode
    )
    Sample.objects.bulk_create(
        Sample(series=series, at=start + timedelta(seconds=place), seconds=2, value=value, n=n)
        for place in range(2, seconds, 2)
    )


def watching(service, at, **fields):
    run = carry(make_run(service, plan=make_plan(service, watch=WATCH, **fields)), at)
    assert run.state == State.WATCHING
    return run


def test_a_service_that_healed_ends_the_run_well(measured, at):
    service, _, level = measured
    run = watching(service, at)
    feed(level, at, GOOD)

    carry_on(run, at)

    assert run.state == State.SUCCEEDED
    assert run.outcome == "Every service level that is measured is inside its margin."
    assert service.deployments.get(ended_at=None).outcome == "healthy"


def test_a_watch_lasts_as_long_as_the_plan_says(measured, at):
    service, _, level = measured
    run = watching(service, at)
    feed(level, at, GOOD)

    carry(run, at + timedelta(seconds=WATCH - 1))

    assert run.state == State.WATCHING
    assert 0 < (run.watch_until - at).total_seconds() - WATCH < 5


def test_missing_data_needs_a_person(measured, at):
    run = carry_on(watching(measured[0], at), at)

    assert run.state == State.NEEDS_HUMAN
    assert run.outcome == "misread share was not measured after the switch."


def test_data_from_before_the_switch_counts_for_nothing(measured, at):
    service, _, level = measured
    feed(level, at - timedelta(seconds=60), GOOD, seconds=62)

    run = carry_on(watching(service, at), at)

    assert run.state == State.NEEDS_HUMAN


@pytest.mark.parametrize("stray", [{"version": "v2"}, {"mode": "shadow"}])
def test_what_other_versions_do_counts_for_nothing(measured, at, stray):
    service, _, level = measured
    run = watching(service, at)
    feed(level, at, GOOD, **stray)

    assert carry_on(run, at).state == State.NEEDS_HUMAN


def test_too_few_events_are_no_data(measured, at):
    service, _, level = measured
    ServiceLevel.objects.update(minimum_n=5000)
    run = watching(service, at)
    feed(level, at, GOOD)

    assert carry_on(run, at).state == State.NEEDS_HUMAN


def test_a_source_that_stopped_answering_needs_a_person(measured, at):
    service, _, level = measured
    run = watching(service, at)
    feed(level, at, GOOD)
    Source.objects.update(state=Source.UNHEALTHY, reason="it answered 500")

    carry_on(run, at)

    assert run.state == State.NEEDS_HUMAN
    assert run.outcome == "The source metrics is unhealthy: it answered 500."


def test_a_service_that_did_not_heal_needs_a_person(measured, at):
    service, _, level = measured
    run = watching(service, at)
    feed(level, at, BAD)

    carry_on(run, at)

    assert run.state == State.NEEDS_HUMAN
    assert run.outcome == "misread share is 30\u00a0%, 30\u00a0% before the switch; the margin ends at 5\u00a0%."


def test_a_broken_level_that_got_worse_is_taken_back(measured, at):
    service, target, level = measured
    run = watching(service, at)
    feed(level, at, BAD + 0.02)

    carry_on(run, at)

    assert run.state == State.COMPENSATED
    assert target.read(at=at).split == {"v2": 1.0}
    assert run.outcome.startswith("misread share is 32\u00a0%, 30\u00a0% before the switch")


def test_a_broken_level_is_not_called_worse_on_a_glance(measured, at):
    service, _, level = measured
    run = watching(service, at)
    feed(level, at, BAD + 0.02)

    carry(run, at + timedelta(seconds=6))

    assert run.state == State.WATCHING


def test_a_level_that_held_and_broke_is_taken_back(measured, at):
    service, target, level = measured
    ServiceLevel.objects.update(state="ok", value=GOOD)
    run = watching(service, at)
    feed(level, at, BAD)
    ServiceLevel.objects.update(state="broken", since=at + timedelta(seconds=8), value=BAD)

    carry_on(run, at)

    assert run.state == State.COMPENSATED
    assert target.read(at=at).split == {"v2": 1.0}


def test_bad_samples_that_break_no_level_take_nothing_back(measured, at):
    service, _, level = measured
    ServiceLevel.objects.update(state="ok", value=GOOD)
    run = watching(service, at)
    feed(level, at, BAD)

    assert carry_on(run, at).state == State.SUCCEEDED


def test_a_service_without_levels_needs_a_person(amounts, at):
    run = carry_on(watching(amounts[0], at), at)

    assert run.state == State.NEEDS_HUMAN
    assert "no service level that is measured" in run.outcome


def test_somebody_elses_change_ends_the_watch_at_once(measured, at):
    service, target, _ = measured
    run = watching(service, at)
    target.change(split={"v2": 1.0})

    carry_on(run, at, seconds=6)

    assert run.state == State.NEEDS_HUMAN
    assert run.outcome == "Somebody else changed it: amounts serves v2 now."


def test_an_unreadable_target_at_the_end_of_the_watch_needs_a_person(measured, at):
    service, target, level = measured
    run = watching(service, at)
    feed(level, at, GOOD)
    target.misbehave("read", "unreachable", times=99)

    assert carry_on(run, at).state == State.NEEDS_HUMAN


def test_a_watch_whose_target_is_no_longer_known_needs_a_person(measured, at):
    service, _, level = measured
    run = watching(service, at)
    feed(level, at, GOOD)
    Service.objects.update(target={})

    carry_on(run, at)

    assert run.state == State.NEEDS_HUMAN
    assert run.outcome.startswith("amounts has no serving target") and "It was tried 3 times" in run.outcome


def test_a_watch_whose_looks_break_off_needs_a_person(measured, at):
    service, target, level = measured
    run = watching(service, at)
    feed(level, at, GOOD)
    target.change(pair=None)

    carry_on(run, at)

    assert run.state == State.NEEDS_HUMAN
    assert run.outcome.startswith("Looking broke off: TypeError")


def test_a_watch_whose_looks_take_their_workers_with_them_needs_a_person(measured, at):
    service, target, _ = measured
    run = watching(service, at)
    target.misbehave("read", "crash", times=99)

    for turn in range(1, 5):
        vanish(run, at + timedelta(minutes=turn))

    assert run.state == State.NEEDS_HUMAN
    assert run.outcome.startswith("The worker that began this was not heard of any more.")


def test_a_watch_goes_on_after_looks_that_broke_off_now_and_then(measured, at):
    service, target, level = measured
    run = watching(service, at)
    feed(level, at, GOOD)
    for seconds in (3, 9, 15):
        target.change(pair=None)
        carry(run, at + timedelta(seconds=seconds))
        target.change(pair=[0, run.token])
        carry(run, at + timedelta(seconds=seconds + 3))

    assert carry_on(run, at).state == State.SUCCEEDED


def disabled(service, at):
    plan = {"kind": "disable", "to": state({"v2": 1.0}, "people")}
    return watching(service, at, **plan)


def test_a_fallback_is_not_asked_for_what_only_a_model_can_keep(measured, at):
    run = carry_on(disabled(measured[0], at), at)

    assert run.state == State.SUCCEEDED


def test_a_fallback_that_did_not_help_needs_a_person_and_stays(measured, at):
    service, target, level = measured
    run = disabled(service, at)
    feed(level, at, BAD + 0.1, version="v2")

    carry_on(run, at)

    assert run.state == State.NEEDS_HUMAN
    assert target.read(at=at).behaviour == "people"


def test_a_run_that_got_worse_leaves_the_taking_back_to_the_newer_one(measured, at):
    service, _, level = measured
    run = watching(service, at)
    feed(level, at, BAD + 0.02)
    back = make_plan(service, **{"from": state({"v1": 1.0}), "to": state({"v2": 1.0})})
    newer = make_run(service, at + timedelta(seconds=10), plan=back)

    carry(run, at + timedelta(seconds=15))

    newer.refresh_from_db()
    assert (run.state, newer.state) == (State.WATCHING, State.QUEUED)
