"""Judge A says what Kayenta's own test suite states, without its randomness."""

from __future__ import annotations

import math

import numpy as np
import pytest

from decisions.domain.judges import kayenta, kayenta_scores
from decisions.domain.judges.kayenta import Label, Settings, classify
from tests.reference import needs_reference, reference_cases, reference_json

FILE = "kayenta_cases.json"
RISEN = np.array([20.0, 22.0, 21.0, 25.0, 30.0]), np.array([1.0, 2.2, 1.1, 2.5, 3.0])


def sample(values):
    return np.array([math.nan if value is None else value for value in values], dtype=float)


def settings_of(case):
    return Settings(
        direction=case["direction"],
        classifier=case["classifier"],
        nan_strategy=case["nan_strategy"],
        is_critical=case["is_critical_metric"],
        must_have_data=case["must_have_data"],
        **case["params"],
    )


@needs_reference
@pytest.mark.parametrize("case", reference_cases(FILE, "classifier"), ids=lambda case: case["id"])
def test_a_metric_gets_the_label_and_flag_that_kayenta_gives_it(case):
    found = classify(sample(case["experiment"]), sample(case["control"]), settings_of(case))

    expected = case["expected"]
    assert found.label == expected.get("classification", found.label)
    assert found.is_critical == expected.get("critical", found.is_critical)
    assert math.isnan(found.deviation) or expected.get("deviation") != "NaN"
    assert found.reason


@needs_reference
@pytest.mark.parametrize("case", reference_cases(FILE, "scorer"), ids=lambda case: case["id"])
def test_metrics_are_scored_as_kayenta_scores_them(case):
    metrics = [
        kayenta_scores.Judged(one["name"], Label(one["classification"]), one["critical"], tuple(one["groups"]))
        for one in case["metrics"]
    ]

    found = kayenta_scores.score(metrics, case["group_weights"])

    assert found.total == case["expected"]["summary_score"]
    if "group_scores_sorted" in case["expected"]:
        assert sorted(score or 0.0 for score in found.groups.values()) == case["expected"]["group_scores_sorted"]


def of_one_metric():
    return [case for case in reference_cases(FILE, "integration") if "classification" in case["expected"]]


@needs_reference
@pytest.mark.parametrize("case", of_one_metric(), ids=lambda case: case["id"])
@pytest.mark.parametrize("seed", range(5))
def test_values_drawn_from_the_stated_ranges_end_as_stated(case, seed):
    rng = np.random.default_rng(seed)
    control, experiment = (rng.uniform(*case[side], size=60) for side in ("control", "experiment"))

    found = classify(experiment, control, Settings(direction="increase", is_critical=True))

    metric = kayenta_scores.Judged("gauge", found.label, found.is_critical, ("group",))
    scores = kayenta_scores.score([metric], {"group": 100})
    assert found.label == case["expected"]["classification"]
    assert scores.total == case["expected"]["score"]
    assert kayenta_scores.verdict(scores.total, 75, 50) == case["expected"]["verdict"]


@needs_reference
def test_the_defaults_are_those_of_the_judge():
    stated = reference_json(FILE)["defaults_of_the_judge"]

    ours = Settings()
    assert (ours.tolerance, ours.confidence_level) == (stated["tolerance"], stated["confidence_level"])
    assert (ours.effect_size_measure, ours.nan_strategy) == (stated["effect_size_measure"], stated["nan_strategy"])
    assert (ours.outlier_strategy, ours.outlier_factor) == (stated["outlier_strategy"], stated["outlier_factor"])
    assert ours.threshold(None) == stated["allowed"]
    assert Settings(effect_size_measure="cles").threshold(None) == stated["cles_default"]
    assert stated["nodata_fail_percent"] / 100 == kayenta_scores.NODATA_SHARE


@pytest.mark.parametrize(
    ("candidate", "baseline", "settings", "label"),
    [
        ([], [1, 2], Settings(), Label.NODATA),
        ([], [1, 2], Settings(must_have_data=True), Label.NODATA_FAIL),
        ([], [1, 2], Settings(must_have_data=True, is_critical=True), Label.NODATA),
        ([], [1, 2], Settings(nan_strategy="replace"), Label.PASS),
        ([None, None], [5.0, 6.0], Settings(), Label.NODATA),
        ([None] * 9, [5.0, 6.0, 7.0, 5.0, 6.0, 7.0, 5.0, 6.0, 7.0], Settings(nan_strategy="replace"), Label.LOW),
        ([1, 1], [1, 1, 1], Settings(), Label.PASS),
        ([3, 2, 1], [1, 2, 3], Settings(), Label.PASS),
        ([0.0] * 5, [10.0] * 5, Settings(), Label.LOW),
        ([10.0], [1.0], Settings(), Label.HIGH),
    ],
)
def test_little_or_no_data_has_a_stated_label(candidate, baseline, settings, label):
    assert classify(sample(candidate), sample(baseline), settings).label is label


@pytest.mark.parametrize(
    ("settings", "label", "is_critical"),
    [
        (Settings(), Label.HIGH, False),
        (Settings(direction="decrease"), Label.PASS, False),
        (Settings(is_critical=True), Label.HIGH, True),
        (Settings(is_critical=True, critical_increase=13.0), Label.HIGH, False),
        (Settings(is_critical=True, allowed_increase=13.0), Label.PASS, False),
        (Settings(classifier="mean_inequality", is_critical=True), Label.HIGH, True),
        (Settings(classifier="mean_inequality", direction="decrease"), Label.PASS, False),
    ],
)
def test_direction_and_thresholds_decide_what_counts(settings, label, is_critical):
    found = classify(*RISEN, settings)

    assert (found.label, found.is_critical) == (label, is_critical)


def test_ties_at_zero_are_judged_by_the_rank_test_and_not_by_chance():
    baseline = np.zeros(400)
    candidate = np.where(np.arange(400) % 10 == 0, 0.5, 0.0)

    found = classify(candidate, baseline, Settings())

    assert (found.shift.low, found.shift.estimate, found.shift.high) == (0, 0, 0)
    assert found.label is Label.HIGH
    assert classify(baseline, candidate, Settings()).label is Label.LOW


def test_a_lone_spike_is_cut_when_outliers_are_removed():
    values = np.append(np.linspace(9, 11, 300), 1e6)

    kept = kayenta.prepared(values, Settings(outlier_strategy="remove"))

    assert kept.max() <= 11 and kept.size == 300


@pytest.mark.parametrize(
    ("labels", "weights", "total"),
    [
        (("Pass", "High", "Low"), {}, 33.33),
        (("Nodata", "Pass"), {}, 0.0),
        (("NodataFailMetric", "Pass"), {}, 50.0),
        (("Pass", "Pass"), {"group": 40}, 40.0),
    ],
)
def test_labels_sum_up_to_a_score(labels, weights, total):
    metrics = [kayenta_scores.Judged(str(place), Label(label), False, ("group",)) for place, label in enumerate(labels)]

    assert kayenta_scores.score(metrics, weights).total == total


def test_groups_without_a_weight_share_what_is_left():
    metrics = [kayenta_scores.Judged(group, Label.PASS, False, (group,)) for group in "abc"]

    weights = [kayenta_scores.weight_of(metric.name, "abc", {"a": 40}) for metric in metrics]

    assert weights == [40, 30, 30]
