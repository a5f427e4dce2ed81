"""Judge A: one comparison as Kayenta's judge decides it.

For those who migrate, and as the bar. It has no margin unless one is set, may be looked at once, and takes the samples
for independent; `sequential` is the judge without these limits.

Source:
    github.com/spinnaker/kayenta at a69573b: its stated behaviour and the outcomes of its test suite.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from decisions.domain.judges import effects, outliers
from decisions.domain.judges.shifts import Shift, shift_of_ordered, superiority

Floats = NDArray[np.float64]


class Label(StrEnum):
    PASS = "Pass"
    HIGH = "High"
    LOW = "Low"
    NODATA = "Nodata"
    NODATA_FAIL = "NodataFailMetric"


@dataclass(frozen=True)
class Settings:
    """How one metric is compared, in Kayenta's words.

    `direction` names the change that counts. Effect thresholds are ratios of means (default 1), or chances of the
    canary being above (`cles`, default 0.5).
    """

    direction: Literal["increase", "decrease", "either"] = "either"
    classifier: Literal["mann_whitney", "mean_inequality"] = "mann_whitney"
    tolerance: float = 0.25
    confidence_level: float = 0.98
    effect_size_measure: Literal["meanRatio", "cles"] = "meanRatio"
    allowed_increase: float | None = None
    allowed_decrease: float | None = None
    critical_increase: float | None = None
    critical_decrease: float | None = None
    nan_strategy: Literal["remove", "replace"] = "remove"
    outlier_strategy: Literal["keep", "remove"] = "keep"
    outlier_factor: float = 3.0
    must_have_data: bool = False
    is_critical: bool = False

    def threshold(self, stated: float | None) -> float:
        if stated is not None:
            return stated
        return 0.5 if self.effect_size_measure == "cles" else 1.0


@dataclass(frozen=True)
class Classification:
    """A label; whether it alone fails the canary; why; and the figures behind it, where any were computed.

    Attributes:
        deviation: ratio of the means; 1 where nothing was compared, NaN where a mean is 0.
        effect: the effect size that was held against the thresholds.
        band: the shift, on either side of 0, that is tolerated.
    """

    label: Label
    is_critical: bool
    reason: str
    deviation: float = 1.0
    effect: float = math.nan
    shift: Shift | None = None
    band: float = math.nan


def classify(candidate: Floats, baseline: Floats, settings: Settings) -> Classification:
    """Compare one metric of the canary with the baseline.

    Args:
        candidate, baseline: any number of values, NaN for missing ones.
    """
    candidate, baseline = prepared(candidate, settings), prepared(baseline, settings)
    if not (candidate.size and baseline.size):
        return _without_data(settings)
    if settings.classifier == "mean_inequality":
        return _by_means(candidate, baseline, settings)
    candidate, baseline = np.sort(candidate), np.sort(baseline)
    if np.array_equal(candidate, baseline):
        return Classification(Label.PASS, False, "The canary and baseline data are identical.")
    if candidate[0] == baseline[0] == candidate[-1] == baseline[-1]:
        return Classification(Label.PASS, False, "The canary and baseline hold one and the same value.")
    return _by_ranks(candidate, baseline, settings)


def prepared(values: Floats, settings: Settings) -> Floats:
    """The sample as it is compared: missing values removed or 0, and then, if so set, without outliers."""
    values = outliers.without_missing(values) if settings.nan_strategy == "remove" else outliers.missing_as(values, 0.0)
    if settings.outlier_strategy == "remove":
        values = values[~outliers.beyond_quartiles(values, settings.outlier_factor, at_least_percentiles=True)]
    return values


def _without_data(settings: Settings) -> Classification:
    if settings.nan_strategy == "replace":
        return Classification(Label.PASS, False, "No data, which counts as nothing having happened.")
    if settings.must_have_data and not settings.is_critical:
        return Classification(Label.NODATA_FAIL, False, "Missing data, and the metric must have some.")
    return Classification(Label.NODATA, settings.is_critical, "Missing data.")


def _by_means(candidate: Floats, baseline: Floats, settings: Settings) -> Classification:
    above, below = float(candidate.mean()), float(baseline.mean())
    label = _side(settings, above > below, above < below)
    if label is Label.PASS:
        return Classification(label, False, _sentence(label, False))
    ratio = above / below if below else math.nan
    return Classification(label, settings.is_critical, _sentence(label, settings.is_critical), ratio, ratio)


def _by_ranks(candidate: Floats, baseline: Floats, settings: Settings) -> Classification:
    found = shift_of_ordered(candidate, baseline, settings.confidence_level)
    band = settings.tolerance * abs(found.estimate)
    deviation = effects.mean_ratio(candidate, baseline)
    effect = superiority(candidate, baseline) if settings.effect_size_measure == "cles" else deviation
    is_high = (found.low > band or found.tied_side > 0) and not effect < settings.threshold(settings.allowed_increase)
    is_low = (found.high < -band or found.tied_side < 0) and not effect > settings.threshold(settings.allowed_decrease)
    label = _side(settings, is_high, is_low)
    is_critical = settings.is_critical and _is_beyond(label, effect, settings)
    return Classification(label, is_critical, _sentence(label, is_critical), deviation, effect, found, band)


def _side(settings: Settings, is_high: bool, is_low: bool) -> Label:
    if is_high and settings.direction in ("increase", "either"):
        return Label.HIGH
    if is_low and settings.direction in ("decrease", "either"):
        return Label.LOW
    return Label.PASS


def _is_beyond(label: Label, effect: float, settings: Settings) -> bool:
    # An effect that cannot be computed (NaN: a mean of 0) never excuses.
    if label is Label.HIGH:
        return not effect < settings.threshold(settings.critical_increase)
    return label is Label.LOW and not effect > settings.threshold(settings.critical_decrease)


def _sentence(label: Label, is_critical: bool) -> str:
    if label is Label.PASS:
        return "No difference that counts."
    return f"The canary is {label.lower()} against the baseline{', and the metric is critical' if is_critical else ''}."
