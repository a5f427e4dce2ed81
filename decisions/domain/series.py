"""A series as text: `timestamp,value`, one row a measurement, in the order in which they were made."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from decisions.domain.canonical import BadDocument

Floats = NDArray[np.float64]

# Squares of larger values would not fit.
LARGEST = 1e150
_HOUR = 3600
_PLAIN = len("2026-11-20T14:32:00")
_SIGNS = {place: list(map(ord, signs)) for place, signs in {4: "-", 7: "-", 10: "T ", 13: ":", 16: ":"}.items()}


class BadSeries(BadDocument):
    """A series that is refused. `row` counts its rows from 1, without the header; 0 is the header itself."""

    def __init__(self, row: int, reason: str) -> None:
        super().__init__(f"row {row}" if row else "header", reason)
        self.row = row


@dataclass(frozen=True)
class Series:
    """n rows. stamps: times as written; times: seconds since 1970 in UTC; values: NaN where none was measured."""

    stamps: list[str]
    times: Floats
    values: Floats


def parse(text: str) -> Series:
    """Read the text of a CSV file with the columns `timestamp` and `value`; others and empty lines are passed over.

    Times are RFC 3339, and UTC where they name no zone. An empty cell or `nan` is a value that was not measured.
    Repeated times and gaps are rows like any other; no rows at all are a series of none.

    Raises:
        BadSeries: no such header, a row of another length, a time or a number that is none, an infinite value, or
            rows out of order (`refuse_disorder`).
    """
    stamps, numbers = _cells(text)
    plain = _plain_times(stamps)
    times = _all(stamps, _time) if plain is None else plain
    series = Series(stamps, times, _all(numbers, _number))
    refuse_unfit(series.values)
    refuse_disorder(series.times)
    return series


def refuse_disorder(times: Floats) -> None:
    """Refuse rows that are out of order.

    One step back is none: by an hour at most, onto a time that is there already. That is a clock set back at the
    end of summer time; the hour is simply there twice.

    Raises:
        BadSeries: the first row that is earlier than the row before it.
    """
    for place in np.flatnonzero(np.diff(times) < 0) + 1:
        is_set_back = times[place - 1] - times[place] <= _HOUR and times[place] in times[:place]
        if not is_set_back:
            raise BadSeries(int(place) + 1, "is earlier than the row before it")


def refuse_unfit(values: Floats) -> None:
    """Refuse values that cannot be compared; NaN is none of them.

    Raises:
        BadSeries: the first value that is infinite or beyond 1e150 on either side.
    """
    unfit = np.flatnonzero(np.abs(values) > LARGEST)
    if len(unfit):
        raise BadSeries(int(unfit[0]) + 1, "is infinite, or beyond 1e150")


def _cells(text: str) -> tuple[list[str], list[str]]:
    # Splitting is twice as fast as the parser, and the same where nothing is quoted.
    lines = text.splitlines()
    rows: Iterator[list[str]] = csv.reader(lines, strict=True) if '"' in text else (line.split(",") for line in lines)
    stamps: list[str] = []
    numbers: list[str] = []
    try:
        stamp_at, value_at, width = _columns(next(rows, []))
        for row in rows:
            if len(row) == width:
                stamps.append(row[stamp_at])
                numbers.append(row[value_at])
            elif row not in ([], [""]):
                raise BadSeries(len(stamps) + 1, f"has {len(row)} cells where the header has {width}")
    except csv.Error as error:
        raise BadSeries(len(stamps) + 1, f"is not CSV: {error}") from error
    return stamps, numbers


def _columns(header: list[str]) -> tuple[int, int, int]:
    names = [name.strip().lower() for name in header]
    for wanted in ("timestamp", "value"):
        if names.count(wanted) != 1:
            raise BadSeries(0, f"must name the column {wanted} once; the columns are timestamp and value")
    return names.index("timestamp"), names.index("value"), len(names)


def _all(cells: list[str], read: Callable[[str], float]) -> Floats:
    found: list[float] = []
    try:
        found.extend(map(read, cells))
    except ValueError as error:
        # What was read before the fault stays in the list, so its length is the row.
        raise BadSeries(len(found) + 1, str(error)) from error
    return np.array(found, dtype=np.float64)


def _plain_times(stamps: list[str]) -> Floats | None:
    """All times at once if each is written like 2026-11-20T14:32:00Z, T or Z being optional; None for anything else."""
    if set(map(len, stamps)) not in ({_PLAIN}, {_PLAIN + 1}):
        return None
    letters = np.array(stamps, dtype=np.str_)
    width = letters.dtype.itemsize // 4
    grid = letters.view(np.uint32).reshape(len(stamps), width)
    digits = np.delete(grid[:, :_PLAIN], list(_SIGNS), axis=1)
    is_plain = (
        np.all((digits >= ord("0")) & (digits <= ord("9")))
        and all(np.isin(grid[:, place], signs).all() for place, signs in _SIGNS.items())
        and np.all(grid[:, _PLAIN:] == ord("Z"))
    )
    try:
        return letters.astype("U19").astype("datetime64[s]").astype(np.float64) if is_plain else None
    except ValueError:
        return None


def _time(cell: str) -> float:
    try:
        when = datetime.fromisoformat(cell)
    except ValueError:
        raise ValueError(f"{_shown(cell)} is not a time such as 2026-11-20T14:32:00Z") from None
    return (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp()


def _number(cell: str) -> float:
    try:
        # Python reads 1_000 as a thousand; nobody else does.
        return float((cell or "nan") if "_" not in cell else "")
    except ValueError:
        raise ValueError(f"{_shown(cell)} is not a number") from None


def _shown(cell: str) -> str:
    return repr(cell if len(cell) <= 40 else cell[:40] + "…")
