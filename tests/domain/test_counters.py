"""Counters of measurements come to the phase that Argo Rollouts states."""

from __future__ import annotations

import pytest

from decisions.domain.counters import UNLIMITED, Counters, Limits, Outcome, Phase, phase
from tests.reference import needs_reference, reference_cases, reference_json

FILE = "argo_analysis_cases.json"


def limits_of(case):
    return Limits(
        failures=case.get("failure_limit", 0),
        inconclusive=case.get("inconclusive_limit", 0),
        consecutive_successes=case.get("consecutive_success_limit", 0),
        count=case.get("planned_count"),
    )


def counters_of(case):
    names = ("successful", "failed", "inconclusive", "consecutive_error", "consecutive_success")
    return Counters(**{name: case.get(name, 0) for name in names}, done=case["count_done"])


@needs_reference
@pytest.mark.parametrize("case", reference_cases(FILE, "cases"), ids=lambda case: case["case"])
def test_counters_come_to_the_stated_phase(case):
    for when, expected in case["expected"].items():
        assert phase(counters_of(case), limits_of(case), is_ending=when == "terminating") == expected


@needs_reference
def test_the_defaults_are_the_stated_ones():
    stated, ours = reference_json(FILE)["defaults"], Limits()

    assert ours.failures == stated["failure_limit"]
    assert ours.inconclusive == stated["inconclusive_limit"]
    assert ours.consecutive_errors == stated["consecutive_error_limit"]
    assert ours.consecutive_successes == stated["consecutive_success_limit"]
    assert stated["failure_limit_disabled"] == UNLIMITED


@pytest.mark.parametrize(
    ("counters", "expected"),
    [
        (Counters(failed=1, inconclusive=1, consecutive_error=5, consecutive_success=9), Phase.ERROR),
        (Counters(failed=1, inconclusive=1, consecutive_success=9), Phase.INCONCLUSIVE),
        (Counters(failed=1, consecutive_success=9), Phase.FAILED),
        (Counters(consecutive_success=9), Phase.SUCCESSFUL),
    ],
)
def test_the_graver_outcome_comes_first(counters, expected):
    assert phase(counters, Limits(consecutive_successes=3)) is expected


def after(*outcomes):
    counters = Counters()
    for outcome in outcomes:
        counters = counters.after(outcome)
    return counters


def test_an_error_is_no_measurement_and_breaks_a_row_of_successes():
    counters = after(Outcome.SUCCESSFUL, Outcome.SUCCESSFUL, Outcome.ERROR)

    assert (counters.done, counters.consecutive_error, counters.consecutive_success) == (2, 1, 0)


def test_a_measurement_ends_a_row_of_errors():
    counters = after(Outcome.ERROR, Outcome.ERROR, Outcome.FAILED)

    assert (counters.done, counters.failed, counters.consecutive_error) == (1, 1, 0)
