from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from decisions.domain.beliefs import BadCase, Beta, Duration
from decisions.domain.learning import Use, effective_uses, learned_duration, learned_success, pooled_prior, weight

PRIOR = Duration(10, 0.5, 2)
HALF_LIFE = 90.0


def took(minutes: float | None, *, finished: bool = True, source: str = "journal", age: float = 0.0) -> Use:
    return Use(source, age, True, minutes, finished)


@pytest.mark.parametrize(
    ("source", "age_days", "expected"),
    [("journal", 0, 1.0), ("journal", 90, 0.5), ("journal", 180, 0.25), ("drill", 0, 0.5), ("drill", 90, 0.25)],
)
def test_a_use_counts_half_as_much_with_each_half_life_and_as_a_drill(source, age_days, expected):
    assert weight(Use(source, age_days, True), HALF_LIFE) == expected


def test_successes_and_failures_are_added_with_their_weights():
    uses = [Use("journal", 0, True), Use("drill", 90, True), Use("journal", 90, False)]

    assert learned_success(Beta(1, 2), uses, HALF_LIFE) == Beta(1 + 1.25, 2 + 0.5)
    assert effective_uses(uses, HALF_LIFE) == 1.75


def test_with_nothing_in_the_pool_the_prior_is_the_stated_rate():
    prior = pooled_prior(0.5, 1, [], HALF_LIFE)

    assert (prior.alpha, prior.beta) == pytest.approx((0.5, 0.5))


def test_a_prior_from_many_uses_has_their_rate_and_the_weight_of_two():
    pool = [Use("journal", 0, worked) for worked in [True] * 6 + [False] * 2]

    prior = pooled_prior(0.5, 2, pool, HALF_LIFE)

    assert (prior.alpha, prior.beta) == pytest.approx((2 * 7 / 10, 2 * 3 / 10))


def test_a_clean_record_of_the_kind_is_not_certainty():
    assert pooled_prior(0.5, 2, [Use("journal", 0, True)] * 9, HALF_LIFE).mean == pytest.approx(10 / 11)


def test_finished_times_move_the_logarithm_of_the_median_by_their_weight():
    learned = learned_duration(PRIOR, [took(20), took(40, source="drill")], HALF_LIFE)

    expected = (2 * math.log(10) + math.log(20) + 0.5 * math.log(40)) / 3.5
    assert learned.location == pytest.approx(expected)
    assert (learned.spread, learned.weight) == (0.5, 3.5)


def test_the_posterior_mean_holds_chance_and_what_is_not_known():
    learned = learned_duration(PRIOR, [took(20)], HALF_LIFE)

    assert learned.predictive_spread**2 == pytest.approx(0.25 * (1 + 1 / 3))
    assert learned.doubt**2 == pytest.approx(0.25 / 3)


def test_a_time_still_running_counts_as_longer_than_seen_and_for_less_than_a_finished_one():
    finished = learned_duration(PRIOR, [took(20)], HALF_LIFE)
    running = learned_duration(PRIOR, [took(20, finished=False)], HALF_LIFE)

    assert running.median_minutes > finished.median_minutes
    assert PRIOR.weight < running.weight < finished.weight


def test_a_time_that_has_only_just_begun_teaches_next_to_nothing():
    learned = learned_duration(PRIOR, [took(0.01, finished=False)], HALF_LIFE)

    assert learned.median_minutes == pytest.approx(PRIOR.median_minutes)
    assert learned.weight == pytest.approx(PRIOR.weight)


def test_the_median_with_running_times_is_the_most_probable_one():
    uses = [took(12), took(25, finished=False), took(60, finished=False)]
    learned = learned_duration(PRIOR, uses, HALF_LIFE)

    def log_posterior(location: float) -> float:
        fits = 2 * (location - math.log(10)) ** 2 + (math.log(12) - location) ** 2
        lasts = sum(math.log(math.erfc((math.log(m) - location) / 0.5 / math.sqrt(2)) / 2) for m in (25, 60))
        return -fits / (2 * 0.25) + lasts

    best = log_posterior(learned.location)
    assert best > log_posterior(learned.location + 1e-4)
    assert best > log_posterior(learned.location - 1e-4)


@given(st.floats(0.01, 1e6), st.floats(0.01, 2))
def test_a_running_time_never_shortens_the_median(minutes, spread):
    prior = Duration(10, spread, 2)

    learned = learned_duration(prior, [took(minutes, finished=False)], HALF_LIFE)

    assert learned.median_minutes >= prior.median_minutes * (1 - 1e-9)
    assert math.isfinite(learned.weight)


def test_a_use_without_a_time_teaches_no_duration():
    assert learned_duration(PRIOR, [took(None), took(None, finished=False)], HALF_LIFE) == PRIOR


def test_a_median_that_is_known_exactly_is_not_moved():
    assert learned_duration(Duration(10, 0.5), [took(20)], HALF_LIFE) == Duration(10, 0.5)


def test_only_the_journal_and_drills_teach():
    with pytest.raises(BadCase, match="drill or journal"):
        Use("hearsay", 0, True)
