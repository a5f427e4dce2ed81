"""What is taken out of a sample before it is judged: missing values and outliers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from decisions.domain.judges.effects import percentile

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


def without_missing(values: Floats) -> Floats:
    """The values that were measured; NaN is a missing one."""
    is_missing = np.isnan(values)
    return values[~is_missing] if is_missing.any() else values


def missing_as(values: Floats, value: float) -> Floats:
    """The sample with `value` in the place of each missing one."""
    return np.where(np.isnan(values), value, values)


def beyond_quartiles(values: Floats, factor: float, *, at_least_percentiles: bool = False) -> Flags:
    """Which values lie outside the quartiles by more than `factor` interquartile ranges.

    Args:
        at_least_percentiles: the fences reach to the 1st and 99th percentile at least, so that little is cut from
            a long tail.

    Source:
        Tukey 1977; the percentiles are Kayenta's.
    """
    if values.size == 0:
        return np.zeros(0, dtype=np.bool_)
    lower, upper = percentile(values, 25), percentile(values, 75)
    low, high = lower - factor * (upper - lower), upper + factor * (upper - lower)
    if at_least_percentiles:
        low, high = min(low, percentile(values, 1)), max(high, percentile(values, 99))
    return (values < low) | (values > high)


def beyond_deviations(values: Floats, factor: float) -> Flags:
    """Which values lie more than `factor` standard deviations (n below the fraction) from the mean."""
    if values.size == 0:
        return np.zeros(0, dtype=np.bool_)
    beyond: Flags = np.abs(values - values.mean()) > factor * values.std()
    return beyond
