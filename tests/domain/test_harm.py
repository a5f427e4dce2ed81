"""Harm is indicator times rate: nothing inside the margin, never nothing for what is missing."""

from __future__ import annotations

import pytest

from decisions.domain import harm
from decisions.domain.evidence import from_document
from decisions.domain.harm import State
from tests.domain import policies, snapshots


def measured(document, policy=None):
    return harm.measure(harm.scene(from_document(document), policy or policies.default()))


def part(found, category, name):
    return next(each for each in found.of(category).parts if each.part.name == name)


def of(found, name):
    return next(each for each in found["indicators"] if each["name"] == name)


def test_excess_times_volume_times_rate():
    found = part(measured(snapshots.document("threshold")), "revenue", "misreads")

    assert found.state is State.MEASURED
    assert found.per_minute == pytest.approx((0.0289 - 0.0015) * 1200 * 1.0 * 3.00)


def test_inside_target_and_margin_nothing_is_counted():
    document = snapshots.document()
    of(document, "misread_share")["current"]["value"] = 0.0179  # target 0.015, margin of the policy 20 %

    assert part(measured(document), "revenue", "misreads").state is State.INSIDE_MARGIN
    assert measured(document).is_any is False


def test_a_low_share_is_harm_where_lower_is_worse():
    found = part(measured(snapshots.document("unit_change")), "revenue", "unplanned-keying")

    assert found.per_minute == pytest.approx(0.76 * 1200 * 0.30)


def test_a_missing_indicator_is_never_taken_for_a_good_one():
    document = snapshots.document(missing=[{"indicator": "latency_p99", "reason": "no scrape for 90 s"}])
    found = part(measured(document), "customer", "satisfaction")

    assert found.state is State.MISSING and found.reason == "no scrape for 90 s"
    assert found.per_minute > 0
    assert found.spread > part(measured(snapshots.document("slow")), "customer", "satisfaction").spread


def test_no_observations_are_no_value():
    document = snapshots.document()
    of(document, "error_rate")["current"] = {"value": 0.0, "n": 0}

    assert part(measured(document), "revenue", "errors").state is State.MISSING


def test_an_indicator_that_the_service_does_not_have_is_listed_and_costs_nothing():
    found = part(measured(snapshots.document("crop")), "market", "exposure")

    assert found.state is State.UNMEASURED
    assert found.per_minute == 0


def test_without_a_usual_value_no_more_than_the_whole_value_is_harm():
    document = snapshots.document()
    of(document, "customers_touched").update(baseline=None)

    assert part(measured(document), "customer", "churn").excess == pytest.approx(1200 * 0.76 * 0.0015)


def test_a_baseline_worse_than_the_target_does_not_excuse_anything():
    document = snapshots.document("slow")
    of(document, "latency_p99")["baseline"]["value"] = 0.4  # it began before anybody looked

    assert part(measured(document), "customer", "satisfaction").usual == 0.1


def test_an_overdue_margin_widens_the_uncertainty():
    overdue = policies.with_change("margins.2.parts.0.review_on", "2026-01-01")
    now = part(measured(snapshots.document("slow")), "customer", "satisfaction")
    late = part(measured(snapshots.document("slow"), overdue), "customer", "satisfaction")

    assert late.spread > now.spread
    assert late.per_minute == now.per_minute


def test_traffic_that_nobody_measured_is_taken_from_the_indicator_then_from_the_policy():
    document = snapshots.document("crop", traffic_per_minute=None)
    assert measured(document).traffic == harm.Traffic(1200, True)

    of(document, "requests").update(current=None, baseline=None)

    assert measured(document).traffic == harm.Traffic(600, False)


def test_a_small_sample_of_a_good_version_is_not_held_against_it():
    document = snapshots.document("crop")
    of(document, "misread_share")["by_version"]["v1"].update(value=1 / 40, n=40)  # above the margin, by chance
    on = harm.scene(from_document(document), policies.default())

    assert harm.if_served("v1", policies.default().categories[0].parts[0], on) == 0.0


def test_a_version_that_is_shown_to_be_worse_is_priced_by_its_own_sample():
    on = harm.scene(snapshots.snapshot("missing_rows"), policies.default())

    assert harm.if_served("v1", policies.default().categories[0].parts[0], on) > 500


def test_counts_of_a_sample_are_compared_request_for_request():
    document = snapshots.document()
    of(document, "customers_touched")["by_version"] = {"v1": {"value": 20, "n": 20, "spread": 0}}
    on = harm.scene(from_document(document), policies.default())

    found = harm.if_served("v1", policies.default().categories[1].parts[0], on)

    assert found == pytest.approx((20 * 10 - 1.4) * 0.30)  # v1 sees a tenth of the requests


@pytest.mark.parametrize("parts", [[], [(0.0, 0.5)], [(3.0, 0.4)], [(3.0, 0.4), (0.0, 9.0)]])
def test_the_sum_of_one_lognormal_is_that_one(parts):
    assert harm.lognormal_sum(parts) == (parts[0] if parts and parts[0][0] else (0.0, 0.0))


def test_the_sum_of_lognormals_keeps_the_mean():
    median, spread = harm.lognormal_sum([(3.0, 0.4), (5.0, 0.8)])
    mean = median * 2.718281828459045 ** (spread**2 / 2)

    assert mean == pytest.approx(3 * 2.718281828459045**0.08 + 5 * 2.718281828459045**0.32)


def test_no_event_in_a_window_is_a_value_where_events_are_counted():
    document = snapshots.document()
    of(document, "customers_touched")["current"] = {"value": 0.0, "n": 0, "window_seconds": 30}

    assert part(measured(document), "customer", "churn").state is State.INSIDE_MARGIN
