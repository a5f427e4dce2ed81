"""All indicators together: lists, groups, scores, documents."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from decisions.domain.canonical import BadDocument
from decisions.domain.judges import combining, comparison
from decisions.domain.judges.kayenta import Label
from decisions.domain.judges.results import as_document
from tests.domain.judges.series import configured, drawn, verdicts
from tests.reference import needs_reference, reference_cases


def test_each_indicator_gets_a_verdict_and_each_group_a_score():
    baseline, candidate = drawn("abc"), drawn("abc", seed=2)
    candidate["c"] += 10
    configuration = configured(
        {"name": "a", "group": "one"}, {"name": "b", "group": "one"}, {"name": "c", "group": "two"}
    )

    result = comparison.judge(baseline, candidate, configuration)

    assert verdicts(result) == {"a": "fine", "b": "fine", "c": "worse"}
    assert [(group.name, group.score, str(group.verdict)) for group in result.groups] == [
        ("one", 100, "fine"),
        ("two", 0, "worse"),
    ]
    assert (result.score, result.verdict) == (50, "worse")


@pytest.mark.parametrize(
    ("stated", "score"),
    [({}, 50), ({"critical": True}, 0), ({"weight": 3}, 25), ({"muted": True}, 100), ({"group": "own"}, 50)],
)
def test_weight_group_and_critical_decide_what_a_failure_costs(stated, score):
    baseline, candidate = drawn("ab"), drawn("ab", seed=2)
    candidate["b"] += 10

    result = comparison.judge(baseline, candidate, configured({"name": "a"}, {"name": "b", **stated}))

    assert result.score == score
    assert result.indicators[1].is_critical == stated.get("critical", False)


def test_group_weights_are_out_of_a_hundred():
    baseline, candidate = drawn("ab"), drawn("ab", seed=2)
    candidate["b"] += 10
    configuration = configured({"name": "a", "group": "one"}, {"name": "b", "group": "two"}, group_weights={"one": 30})

    result = comparison.judge(baseline, candidate, configuration)

    assert result.score == 30


def test_fifty_indicators_raise_no_more_false_alarms_than_one():
    names = [f"i{place}" for place in range(50)]
    configuration = configured(*({"name": name, "margin": {"ratio": 0}} for name in names))

    alarms = [
        comparison.judge(drawn(names, seed), drawn(names, seed + 500), configuration).verdict for seed in range(40)
    ]

    assert alarms.count("worse") <= 2


def test_one_clear_failure_among_fifty_is_found():
    names = [f"i{place}" for place in range(50)]
    baseline, candidate = drawn(names), drawn(names, seed=2)
    candidate["i7"] += 10

    result = comparison.judge(baseline, candidate, configured(*({"name": name} for name in names)))

    assert [one.name for one in result.indicators if one.verdict == "worse"] == ["i7"]
    assert result.reason == "1 of 50 indicators is worse, i7."


def test_many_small_hints_together_may_be_enough():
    assert combining.average([math.log(60)] * 3, [1, 1, 1]) == pytest.approx(math.log(60))
    assert combining.average([math.log(100), -math.inf], [1, 1]) == pytest.approx(math.log(50))
    assert combining.average([math.log(100), math.log(7)], [0, 2]) == pytest.approx(math.log(7))


@pytest.mark.parametrize(
    ("evidence", "level"),
    [
        ([1, 1, 1, 1], 0.005),
        ([200, 1, 1, 1], 0.005),
        ([190, 110, 1, 1], 0.01),
        ([70, 70, 70, 49], 0.015),
        ([50] * 4, 0.02),
    ],
)
def test_a_list_is_cut_where_it_carries_itself(evidence, level):
    assert combining.level_of_list([math.log(one) for one in evidence], 0.02) == pytest.approx(level)


@pytest.mark.parametrize(
    ("shifts", "sentence"),
    [
        ([0], "The only indicator is within its margin."),
        ([10], "The only indicator, a, is worse."),
        ([5], "Whether a is within its margin is not yet known."),
        ([0, 0], "All 2 indicators are within their margins."),
        ([0, 5], "1 of 2 indicators is fine; none is shown to be worse."),
        ([0, 10], "1 of 2 indicators is worse, b."),
        ([10, 12], "2 of 2 indicators are worse, first b."),
    ],
)
def test_the_sentence_of_the_whole_counts_as_people_do(shifts, sentence):
    names = "abc"[: len(shifts)]
    baseline, candidate = drawn(names), drawn(names, seed=2)
    moved = {name: candidate[name] + shift for name, shift in zip(names, shifts, strict=True)}

    assert comparison.judge(baseline, moved, configured(*({"name": name} for name in names))).reason == sentence


def test_the_candidate_is_not_yet_known_until_every_indicator_is():
    baseline, candidate = drawn("ab"), drawn("ab", seed=2)
    candidate["b"] = candidate["b"][:5]

    result = comparison.judge(baseline, candidate, configured({"name": "a"}, {"name": "b"}))

    assert result.verdict == "not_yet_known"
    assert result.reason == "1 of 2 indicators is fine; none is shown to be worse."


def test_a_series_that_is_not_there_has_no_values():
    result = comparison.judge(drawn("a"), {}, configured({"name": "a"}))

    assert (result.indicators[0].verdict, result.indicators[0].state) == ("not_yet_known", "empty")


@pytest.mark.parametrize(
    ("values", "stated", "path"),
    [([1.0, math.inf], {}, "candidate.a[1]"), ([1.0, -2.0], {"kind": "count"}, "candidate.a[1]")],
)
def test_values_that_cannot_be_compared_are_refused_with_their_place(values, stated, path):
    with pytest.raises(BadDocument) as refused:
        comparison.judge(drawn("a"), {"a": np.array(values)}, configured({"name": "a", **stated}))

    assert refused.value.path == path


def test_the_result_is_the_same_whatever_the_order_of_the_indicators():
    names = list("abcdef")
    baseline, candidate = drawn(names), drawn(names, seed=2)
    candidate["e"] += 7

    there = comparison.judge(baseline, candidate, configured(*({"name": name} for name in names)))
    back = comparison.judge(baseline, candidate, configured(*({"name": name} for name in reversed(names))))

    assert as_document(there)["score"] == as_document(back)["score"]
    assert sorted(map(str, as_document(there)["indicators"])) == sorted(map(str, as_document(back)["indicators"]))


def test_the_document_is_plain_json_without_infinities():
    result = comparison.judge(drawn("a"), {}, configured({"name": "a"}))

    document = json.loads(json.dumps(as_document(result), allow_nan=False))

    assert {"indicators", "groups", "score", "verdict"} <= set(document)
    assert {"name", "verdict", "critical", "interval", "margin", "statistic", "n", "effective_n", "reason"} <= set(
        document["indicators"][0]
    )
    assert document["indicators"][0]["interval"] == [None, None]


def uniform(bounds, seed):
    return np.random.default_rng(seed).uniform(*bounds, size=60)


@needs_reference
@pytest.mark.parametrize("case", reference_cases("kayenta_cases.json", "integration"), ids=lambda case: case["id"])
def test_kayentas_judge_ends_as_stated(case):
    kayentas = {"judge": "kayenta", "score_thresholds": {"pass": 75, "marginal": 50}}
    expected = case["expected"]
    if "classification" in expected:
        configuration = configured(
            {"name": "gauge", "critical": True, "group": "g"}, group_weights={"g": 100}, **kayentas
        )
        sides = {"gauge": uniform(case["control"], 1)}, {"gauge": uniform(case["experiment"], 2)}
    else:
        configuration = configured({"name": "muted", "muted": True}, {"name": "live"}, **kayentas)
        sides = (
            {"muted": uniform((40, 45), 1), "live": uniform((40, 45), 2)},
            {"muted": np.full(60, 1000.0), "live": uniform((40, 45), 3)},
        )

    result = comparison.judge(*sides, configuration)

    assert result.verdict == expected["verdict"]
    assert result.score == expected.get("score", result.score)
    stated = [
        expected[key] for key in ("classification", "muted_classification", "live_classification") if key in expected
    ]
    assert [one.verdict for one in result.indicators] == stated


values = some.one_of(some.floats(-1e150, 1e150), some.sampled_from([0.0, 1.0, 7.3, math.nan, 5e-324]))


@given(
    some.lists(values, max_size=40),
    some.lists(values, max_size=40),
    some.sampled_from(["higher_is_worse", "lower_is_worse", "either"]),
    some.sampled_from([{"ratio": 0.0}, {"ratio": 0.05}, {"absolute": 0.0}, {"absolute": 1e100}]),
    some.sampled_from([{}, {"kind": "mean"}, {"quantile": 0.9}]),
    some.sampled_from(["sequential", "kayenta"]),
)
def test_any_two_series_come_to_a_verdict(first, second, direction, margin, kind, judged_by):
    configuration = configured({"name": "a", "direction": direction, "margin": margin, **kind}, judge=judged_by)

    result = comparison.judge({"a": np.array(first)}, {"a": np.array(second)}, configuration)

    document = as_document(result)
    low, high = document["indicators"][0]["interval"]
    assert document["indicators"][0]["verdict"] in {"worse", "fine", "not_yet_known", *Label}
    assert low is None or high is None or low <= high
    assert json.dumps(document, allow_nan=False)
