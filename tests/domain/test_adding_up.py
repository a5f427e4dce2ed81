"""The figures of a result reproduce each other: what a page prints line by line can be recomputed from it."""

from __future__ import annotations

import math

import pytest

from decisions.domain import engine
from tests.domain import policies
from tests.domain.snapshots import snapshot


@pytest.fixture(scope="module")
def result():
    return engine.assess(snapshot("transposed", tier="standard"), policies.default())


def test_the_lines_of_doing_nothing_add_up_to_its_expected_loss(result):
    nothing = result["do_nothing"]

    lines = [float(line["amount"]) for found in nothing["terms"].values() for line in found]

    assert math.fsum(lines) == pytest.approx(float(nothing["expected"]), rel=1e-8)


def test_the_parts_of_a_category_combine_to_its_mean_and_spread(result):
    revenue = next(each for each in result["harm"]["categories"] if each["name"] == "revenue")

    medians, means = ([float(part[key]) for part in revenue["parts"]] for key in ("per_minute", "mean"))

    assert math.fsum(medians) == pytest.approx(float(revenue["median"]), rel=1e-8)
    assert math.fsum(means) == pytest.approx(float(revenue["per_minute"]), rel=1e-8)
    assert math.sqrt(2 * math.log(math.fsum(means) / math.fsum(medians))) == pytest.approx(revenue["spread"], rel=1e-7)


def test_the_times_in_the_lines_are_the_means_of_the_times_that_are_shown(result):
    best, times = result["options"][0], {**result["times"], "takes": result["options"][0]["takes_minutes"]}
    lines = {factor["name"]: factor["value"] for line in best["terms"]["revenue"] for factor in line["factors"]}

    for name, factor in {
        "repair": "permanent repair",
        "manual": "recovery by hand",
        "takes": "until it takes effect",
    }.items():
        found = times[name]
        mean = found["median"] * math.exp(found["spread"] ** 2 * (1 + 1 / found["weight"]) / 2)
        assert (found["mean"], mean) == (pytest.approx(lines[factor]), pytest.approx(lines[factor], rel=1e-8))


def test_the_risk_adjusted_loss_and_the_score_follow_from_the_rules(result):
    weight, nothing = result["rules"]["tail_weight"], float(result["do_nothing"]["adjusted"])

    for each in result["options"]:
        adjusted = (1 - weight) * float(each["expected"]) + weight * float(each["tail"])
        assert adjusted == pytest.approx(float(each["adjusted"]), rel=1e-8)
        assert 100 * (1 - adjusted / nothing) == pytest.approx(each["score"], rel=1e-7)


def test_what_counts_as_equal_is_the_larger_of_an_amount_and_a_share_of_the_least_loss(result):
    rules, least = result["rules"], min(float(each["expected"]) for each in result["options"])

    assert float(rules["tolerance"]) == pytest.approx(max(float(rules["tie_absolute"]), rules["tie_relative"] * least))
    assert rules["confidence"] == policies.default().tier("standard").confidence


def test_the_arithmetic_of_a_part_names_every_factor(result):
    part = next(
        part for each in result["harm"]["categories"] for part in each["parts"] if part["name"] == "wrong-decisions"
    )

    assert part["arithmetic"] == "74 % × 1,200 per min × accepted share 4 % × 0.25 EUR/decision = 8.68 EUR per min"
