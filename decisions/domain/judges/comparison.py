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


class BadValue(BadDocument):
    """A value that cannot be compared; `side` is baseline or candidate, `row` counts from 0."""

    def __init__(self, side: str, name: str, row: int, reason: str) -> None:
        super().__init__(f"{side}.{name}[{row}]", reason)
        self.side, self.name, self.row = side, name, row


def judge(baseline: Series, candidate: Series, configuration: Configuration) -> ComparisonResult:
    """Compare a candidate with a baseline.

    Args:
        baseline, candidate: series by indicator, one value a minute, oldest first, NaN for missing ones. A series
            that is not there has no values.

    Raises:
        BadValue: one that is infinite or beyond 1e150, or a negative count.
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
        raise BadValue(side, indicator.name, int(unfit[0]), "is infinite, or beyond 1e150")
    if indicator.kind == "count" and (values < 0).any():
        raise BadValue(side, indicator.name, int(np.flatnonzero(values < 0)[0]), "is a negative count")
