"""A candidate version against a baseline: all indicators, groups, a score and a verdict, by either judge."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from decisions.domain.canonical import BadDocument
from decisions.domain.judges import kayenta_comparison, sequential_comparison
from decisions.domain.judges.configuration import Configuration, Indicator, Judge
from decisions.domain.judges.results import ComparisonResult

Floats = NDArray[np.float64]
Series = Mapping[str, Floats]

# Squares of larger values would not fit.
LARGEST = 1e150


def judge(baseline: Series, candidate: Series, configuration: Configuration) -> ComparisonResult:
    """Compare a candidate with a baseline.

    Args:
        baseline, candidate: series by indicator, one value a minute, oldest first, NaN for missing ones. A series
            that is not there has no values.

    Raises:
        BadDocument: a value that is infinite or beyond 1e150, or a negative count; names side, series and row.
    """
    for side, series in (("baseline", baseline), ("candidate", candidate)):
        for indicator in configuration.indicators:
            _refuse_unfit(side, series, indicator)
    if configuration.judge is Judge.KAYENTA:
        return kayenta_comparison.compare(baseline, candidate, configuration)
    return sequential_comparison.compare(baseline, candidate, configuration)


def _refuse_unfit(side: str, series: Series, indicator: Indicator) -> None:
    values = series.get(indicator.name, np.zeros(0))
    unfit = np.flatnonzero(np.abs(values) > LARGEST)
    if unfit.size:
        raise BadDocument(f"{side}.{indicator.name}[{unfit[0]}]", "is infinite, or beyond 1e150")
    if indicator.kind == "count" and (values < 0).any():
        raise BadDocument(f"{side}.{indicator.name}[{np.flatnonzero(values < 0)[0]}]", "is a negative count")
