"""Two series made ready to be compared: which rows count on which side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

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
        places: which row of the series each row of the candidate is, from 0.
        are_paired: row n of both sides is the same minute.
        ahead: so many rows the baseline goes on after the candidate's last value; below 0 the other way round.
        lacking: the series that a side does not have at all, each with its side.
    """

    candidate: Floats
    baseline: Floats
    exposure_candidate: Floats
    exposure_baseline: Floats
    missing: int
    places: NDArray[np.int64]
    are_paired: bool = True
    ahead: int = 0
    lacking: tuple[tuple[str, str], ...] = ()

    @property
    def rows(self) -> int:
        """The rows of the side that has fewer."""
        return min(self.candidate.size, self.baseline.size)

    def since(self, start: int) -> Minutes:
        """The same from a row of the candidate on; a baseline of another time stays whole."""
        here = slice(start, None)
        there = here if self.are_paired else slice(None)
        return replace(
            self,
            candidate=self.candidate[here],
            baseline=self.baseline[there],
            exposure_candidate=self.exposure_candidate[here],
            exposure_baseline=self.exposure_baseline[there],
            places=self.places[here],
        )

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
    here, there = ~np.isnan(first), ~np.isnan(second)
    rows = first.size + second.size
    if same_minutes:
        rows, length = max(first.size, second.size), min(first.size, second.size)
        here = there = here[:length] & there[:length]
        first, first_exposure = first[:length], first_exposure[:length]
        second, second_exposure = second[:length], second_exposure[:length]
    places = np.flatnonzero(here)
    kept = places.size if same_minutes else places.size + int(there.sum())
    return Minutes(
        first[here],
        second[there],
        first_exposure[here],
        second_exposure[there],
        missing=rows - kept,
        places=places,
        are_paired=same_minutes,
        ahead=_end(baseline, indicator) - _end(candidate, indicator) if same_minutes else 0,
        lacking=lacking(candidate, baseline, indicator),
    )


def lacking(
    candidate: Mapping[str, Floats], baseline: Mapping[str, Floats], indicator: Indicator
) -> tuple[tuple[str, str], ...]:
    """The series that an indicator needs and a side does not have at all, each after its side."""
    needed = [name for name in (indicator.name, indicator.per) if name]
    sides = {"candidate": candidate, "baseline": baseline}
    return tuple((side, name) for side, series in sides.items() for name in needed if name not in series)


def _end(side: Mapping[str, Floats], indicator: Indicator) -> int:
    """After how many rows the side's last value stands."""
    measured = np.flatnonzero(~np.isnan(_measured(side, indicator)[0]))
    return int(measured[-1]) + 1 if measured.size else 0


def _measured(side: Mapping[str, Floats], indicator: Indicator) -> tuple[Floats, Floats]:
    """The values with NaN where there was nothing to count events of, and the exposure of each."""
    values = side.get(indicator.name, np.zeros(0))
    if indicator.per is None:
        return values, np.ones(values.size)
    exposure = side.get(indicator.per, np.zeros(0))
    length = min(values.size, exposure.size)
    values, exposure = values[:length], exposure[:length]
    return np.where(exposure >= LEAST_EXPOSURE, values, np.nan), exposure
