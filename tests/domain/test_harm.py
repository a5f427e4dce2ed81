"""Harm is indicator times rate: nothing inside the margin, never nothing for what is missing."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from decisions.domain import harm
from decisions.domain.evidence import from_document
from decisions.domain.harm import State
from decisions.domain.traffic import Traffic, scene
from tests.domain import policies, snapshots


def measured(document, policy=None):
    return harm.measure(scene(from_document(document), policy or policies.default()))


def part(found, category, name):
    return next(each for each in found.of(category).parts if each.part.name == name)


def of(found, name):
    return next(each for each in found["indicators"] if each["name"] == name)


def without(name, fault="transposed", *, is_known=True):
    """The snapshot in which an indicator has no value now, or in which the service does not have it at all."""
    document = snapshots.document(fault)
    gone = of(document, name)
    if is_known:
        gone.update(current=None)
        return {**document, "missing": [{"indicator": name, "reason": "no scrape for 90 s"}]}
    return {**document, "indicators": [each for each in document["indicators"] if each is not gone]}


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
    found = part(measured(without("latency_p99", "none")), "customer", "satisfaction")

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


def test_a_category_of_which_a_part_is_not_measured_is_known_less_well_and_says_so():
    document = snapshots.document("transposed")
    lacking = measured(document).of("market")
    document["indicators"].append({**snapshots.level("exposure", "EUR per minute"), "current": {"value": 0, "n": 1}})

    assert lacking.reason == "exposure is not measured for this service: it may be more."
    assert lacking.spread > measured(document).of("market").spread
    assert measured(document).of("market").reason == ""


@pytest.mark.parametrize(
    ("is_known", "share", "says"),
    [
        (True, 0.76, "accepted_share has no value, so its usual 76 % is taken."),
        (False, 1.0, "This service has no accepted_share, so all requests are counted."),
    ],
)
def test_a_share_without_a_value_is_said_beside_what_it_stands_for_and_widens_it(is_known, share, says):
    sure = part(measured(snapshots.document("transposed")), "revenue", "misreads")
    found = part(measured(without("accepted_share", is_known=is_known)), "revenue", "misreads")

    assert found.volume == pytest.approx(1200 * share)
    assert found.reason == says
    assert found.spread == pytest.approx(math.hypot(sure.spread, policies.default().doubt.missing_widens))


def test_a_share_of_nothing_is_no_value():
    document = snapshots.document("transposed")
    of(document, "accepted_share")["current"] = {"value": 0.0, "n": 0}

    assert part(measured(document), "revenue", "misreads").volume == pytest.approx(1200 * 0.76)


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
    assert measured(document).traffic == Traffic(1200, True)

    of(document, "requests").update(current=None)
    assert measured(document).traffic == Traffic(1200, False)  # as usual, which is not measured

    of(document, "requests").update(baseline=None)
    assert measured(document).traffic == Traffic(600, False)


def test_a_small_sample_of_a_good_version_is_not_held_against_it():
    document = snapshots.document("crop")
    of(document, "misread_share")["by_version"]["v1"].update(value=1 / 40, n=40)  # above the margin, by chance
    on = scene(from_document(document), policies.default())

    assert harm.if_served("v1", policies.default().categories[0].parts[0], on) == 0.0


def test_a_version_that_is_shown_to_be_worse_is_priced_by_its_own_sample():
    on = scene(snapshots.snapshot("missing_rows"), policies.default())

    assert harm.if_served("v1", policies.default().categories[0].parts[0], on) > 500


def test_counts_of_a_sample_are_compared_request_for_request():
    document = snapshots.document()
    of(document, "customers_touched")["by_version"] = {"v1": {"value": 20, "n": 20, "spread": 0}}
    on = scene(from_document(document), policies.default())

    found = harm.if_served("v1", policies.default().categories[1].parts[0], on)

    assert found == pytest.approx((20 * 10 - 1.4) * 0.30)  # v1 sees a tenth of the requests


@pytest.mark.parametrize("parts", [[], [(0.0, 0.5)], [(3.0, 0.4)], [(3.0, 0.4), (0.0, 9.0)]])
def test_the_sum_of_one_lognormal_is_that_one(parts):
    assert harm.lognormal_sum(parts) == (parts[0] if parts and parts[0][0] else (0.0, 0.0))


def test_the_sum_of_lognormals_keeps_the_mean():
    median, spread = harm.lognormal_sum([(3.0, 0.4), (5.0, 0.8)])
    mean = median * 2.718281828459045 ** (spread**2 / 2)

    assert mean == pytest.approx(3 * 2.718281828459045**0.08 + 5 * 2.718281828459045**0.32)


figures = st.lists(st.tuples(st.floats(0.01, 1e4), st.floats(0, 3)), min_size=1, max_size=5)


@given(figures, st.integers(0, 4), st.floats(0, 2))
def test_widening_one_part_moves_neither_end_of_the_sum_inwards(parts, place, more):
    place %= len(parts)
    wider = [(median, spread + more * (at == place)) for at, (median, spread) in enumerate(parts)]

    narrow, wide = harm.lognormal_sum(parts), harm.lognormal_sum(wider)

    assert narrow[0] == wide[0] == pytest.approx(math.fsum(median for median, _ in parts))
    assert wide[1] >= narrow[1] * (1 - 1e-12)


def test_no_event_in_a_window_is_a_value_where_events_are_counted():
    document = snapshots.document()
    of(document, "customers_touched")["current"] = {"value": 0.0, "n": 0, "window_seconds": 30}

    assert part(measured(document), "customer", "churn").state is State.INSIDE_MARGIN
