"""What a comparison's document may say, and what is said about one that may not."""

from __future__ import annotations

import numpy as np
import pytest

from decisions.domain import documents
from decisions.domain.canonical import BadDocument
from decisions.domain.judges import comparison
from decisions.domain.judges.configuration import Judge, from_document
from tests.domain.judges.series import configured, drawn, verdicts


def test_kayentas_settings_of_the_comparison_hold_unless_an_indicator_has_its_own():
    configuration = configured(
        {"name": "a"},
        {"name": "b", "direction": "decrease", "kayenta": {"tolerance": 0.5}},
        kayenta={"tolerance": 0.1, "nan_strategy": "replace"},
    )

    first, second = (one.kayenta for one in configuration.indicators)

    assert (first.tolerance, first.nan_strategy, first.direction) == (0.1, "replace", "increase")
    assert (second.tolerance, second.nan_strategy, second.direction) == (0.5, "replace", "decrease")


def test_what_is_not_stated_is_what_the_schema_says():
    configuration = configured({"name": "a"})
    properties = documents.schema("comparison")["properties"]
    kayentas = documents.schema("comparison")["$defs"]["kayenta"]["properties"]

    rule = configuration.rule
    assert (rule.alpha, rule.tuned_for, rule.minimum_rows) == tuple(
        properties[name]["default"] for name in ("alpha", "tuned_for", "minimum_rows")
    )
    assert rule.same_minutes == (properties["pairing"]["default"] == "rows")
    assert configuration.judge is Judge(properties["judge"]["default"])
    thresholds = properties["score_thresholds"]["properties"]
    assert configuration.passes_at == thresholds["pass"]["default"]
    assert configuration.marginal_at == thresholds["marginal"]["default"]
    for name, stated in kayentas.items():
        assert getattr(configuration.indicators[0].kayenta, name) == stated.get("default")


@pytest.mark.parametrize(
    ("document", "path"),
    [
        ({}, "$"),
        ({"indicators": []}, "$.indicators"),
        ({"indicators": [{"name": "a"}]}, "$.indicators[0]"),
        ({"indicators": [{"name": "a", "direction": "up"}]}, "$.indicators[0].direction"),
        (
            {"indicators": [{"name": "a", "direction": "either", "margin": {"ratio": -1}}]},
            "$.indicators[0].margin.ratio",
        ),
        (
            {"indicators": [{"name": "a", "direction": "either", "margin": {"ratio": 1}}]},
            "$.indicators[0].margin.ratio",
        ),
        ({"indicators": [{"name": "a", "direction": "either", "kind": "quantile"}]}, "$.indicators[0]"),
        (
            {"indicators": [{"name": "a", "direction": "either", "kind": "mean", "quantile": 0.9}]},
            "$.indicators[0].quantile",
        ),
        ({"indicators": [{"name": "a", "direction": "either", "kind": "mean", "per": "b"}]}, "$.indicators[0].per"),
        (
            {"indicators": [{"name": "a", "direction": "either", "group": "g", "groups": ["h"]}]},
            "$.indicators[0].groups",
        ),
        ({"indicators": [{"name": "a", "direction": "either"}] * 2}, "$.indicators[1].name"),
        ({"indicators": [{"name": "a", "direction": "either", "weight": 0}]}, "$.indicators"),
        ({"indicators": [{"name": "a", "direction": "either"}], "alpha": 0}, "$.alpha"),
        ({"indicators": [{"name": "a", "direction": "either"}], "group_weights": {"b": 10}}, "$.group_weights.b"),
        ({"indicators": [{"name": "a", "direction": "either"}], "group_weights": {"all": 0}}, "$.group_weights"),
        (
            {"indicators": [{"name": "a", "direction": "either"}], "score_thresholds": {"pass": 50, "marginal": 75}},
            "$.score_thresholds.marginal",
        ),
        ({"indicators": [{"name": "a", "direction": "either"}], "judges": "kayenta"}, "$.judges"),
        ({"indicators": [{"name": "a", "direction": "either", "muted": True}]}, "$.indicators"),
        ({"indicators": [{"name": "a", "direction": "either"}], "group_weights": {"all": 40}}, "$.group_weights"),
        ({"indicators": [{"name": "a", "direction": "either", "weight": 1e7}]}, "$.indicators[0].weight"),
        (
            {"indicators": [{"name": "a", "direction": "either", "kayenta": {"confidence_level": 0.9999999}}]},
            "$.indicators[0].kayenta.confidence_level",
        ),
    ],
)
def test_a_configuration_that_does_not_fit_is_refused_with_its_path(document, path):
    with pytest.raises(BadDocument) as refused:
        from_document(document)

    assert refused.value.path == path


@pytest.mark.parametrize("margin", [0.1, "10 %", None, {}, {"ratio": 0.1, "absolute": 3}, {"percent": 10}, [0.1]])
def test_a_margin_that_is_a_guess_is_told_what_it_must_be(margin):
    with pytest.raises(BadDocument) as refused:
        configured({"name": "a", "margin": margin})

    assert refused.value.path == "$.indicators[0].margin"
    assert refused.value.reason == 'must be {"ratio": …} or {"absolute": …}, one of the two'


@pytest.mark.parametrize(
    ("weights", "reason"),
    [
        ({"one": 100}, "must leave something of 100 for the group two, or name it"),
        ({"one": 60, "two": 60}, "must not sum to more than 100; they sum to 120"),
        ({"one": 20, "two": 20}, "must sum to 100 where every group has one; they sum to 40"),
        ({"one": 0, "two": 0}, "must sum to 100 where every group has one; they sum to 0"),
    ],
)
def test_weights_that_make_no_whole_are_refused(weights, reason):
    with pytest.raises(BadDocument) as refused:
        configured({"name": "a", "group": "one"}, {"name": "b", "group": "two"}, group_weights=weights)

    assert (refused.value.path, refused.value.reason) == ("$.group_weights", reason)


@pytest.mark.parametrize(
    "weights", [{"one": 33.3333, "two": 66.6667}, {"one": 100, "two": 0}, {"one": 0}, {"two": 30}, {}]
)
def test_weights_that_make_a_whole_are_taken(weights):
    configured({"name": "a", "group": "one"}, {"name": "b", "group": "two"}, group_weights=weights)


def test_a_group_that_weighs_nothing_decides_nothing():
    baseline, candidate = drawn("ab"), drawn("ab", seed=2)
    candidate["b"] += 10
    configuration = configured(
        {"name": "a", "group": "one"},
        {"name": "b", "group": "two", "critical": True},
        group_weights={"one": 100, "two": 0},
    )

    result = comparison.judge(baseline, candidate, configuration)

    assert verdicts(result) == {"a": "fine", "b": "worse"}
    assert (result.score, result.verdict, result.reason) == (100, "fine", "The only indicator is within its margin.")
    assert [group.name for group in result.groups] == ["one"]


@pytest.mark.parametrize("weight", [5e-324, 1e6])
def test_the_smallest_and_the_largest_weights_can_be_counted_with(weight):
    configuration = configured({"name": "a", "weight": weight}, {"name": "b", "weight": 1e6})

    assert comparison.judge(drawn("ab"), drawn("ab", seed=2), configuration).verdict == "fine"


def test_a_margin_that_kayentas_judge_does_not_use_is_not_passed_over():
    configuration = configured({"name": "a", "margin": {"ratio": 1}}, judge="kayenta")

    result = comparison.judge(drawn("a"), drawn("a", seed=2), configuration)

    assert result.reason == "Score 100. Stated margins are no part of Kayenta's rules: they were not used."


def test_a_series_of_nothing_but_zeros_that_is_said_to_be_a_mean_is_one():
    result = comparison.judge({"a": np.zeros(20)}, {"a": np.zeros(20)}, configured({"name": "a", "kind": "mean"}))

    assert (result.indicators[0].state, result.indicators[0].verdict) == ("constant", "fine")
