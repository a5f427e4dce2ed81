"""Two series made ready to be compared: which rows count on which side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from decisions.domain.judges.configuration import Indicator

Floats = NDArray[np.float64]

# Below this many events a row, values that look like counts are taken as counts.
FEW_EVENTS = 1.0
# Less exposure than this in a row is none.
LEAST_EXPOSURE = 1e-9


@dataclass(frozen=True)
class Minutes:
    """The rows of one indicator that are compared, oldest first, and what each counted event is out of.

    Attributes:
        exposure_candidate, exposure_baseline: above 0; 1 where each row counts alike.
        missing: rows that one side lacks, or both.
    """

    candidate: Floats
    baseline: Floats
    exposure_candidate: Floats
    exposure_baseline: Floats
    missing: int

    @property
    def are_alike(self) -> bool:
        """Both sides hold one and the same value throughout."""
        return bool(self.candidate.min() == self.baseline.min() == self.candidate.max() == self.baseline.max())

    def look_like_counts(self) -> bool:
        """Whole numbers, none negative, and few on average: a mean would say little about them."""
        values = np.concatenate((self.candidate, self.baseline))
        return bool(values.min() >= 0 and values.mean() < FEW_EVENTS and (values == np.floor(values)).all())


def minutes(
    candidate: Mapping[str, Floats], baseline: Mapping[str, Floats], indicator: Indicator, *, same_minutes: bool
) -> Minutes:
    """Take the rows where a value was measured; of the same minutes, those where it was on both sides.

    Series may be of unequal length, and NaN is a missing value. A series that is not there has no rows.
    """
    first, first_exposure = _measured(candidate, indicator)
    second, second_exposure = _measured(baseline, indicator)
    rows = max(first.size, second.size)
    if same_minutes:
        length = min(first.size, second.size)
        kept = ~(np.isnan(first[:length]) | np.isnan(second[:length]))
        sides = [part[:length][kept] for part in (first, second, first_exposure, second_exposure)]
        return Minutes(sides[0], sides[1], sides[2], sides[3], rows - int(kept.sum()))
    here, there = ~np.isnan(first), ~np.isnan(second)
    missing = first.size + second.size - int(here.sum() + there.sum())
    return Minutes(first[here], second[there], first_exposure[here], second_exposure[there], missing)


def _measured(side: Mapping[str, Floats], indicator: Indicator) -> tuple[Floats, Floats]:
    """The values with NaN where there was nothing to count events of, and the exposure of each."""
    values = side.get(indicator.name, np.zeros(0))
    if indicator.per is None:
        return values, np.ones(values.size)
    exposure = side.get(indicator.per, np.zeros(0))
    length = min(values.size, exposure.size)
    values, exposure = values[:length], exposure[:length]
    return np.where(exposure >= LEAST_EXPOSURE, values, np.nan), exposure
