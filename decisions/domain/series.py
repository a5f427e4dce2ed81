"""A series as text: `timestamp,value`, one row a measurement, in the order in which they were made."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from decisions.domain import cells
from decisions.domain.canonical import BadDocument

Floats = NDArray[np.float64]

_HOUR, _DAY = 3600, 86_400
_NO_SIGNS = bytes(set(range(256)) - set(b',\n"'))


class BadSeries(BadDocument):
    """Rows that are refused. `row` counts those that were handed over from 1."""

    def __init__(self, row: int, reason: str) -> None:
        super().__init__(f"row {row}", reason)
        self.row = row


@dataclass(frozen=True)
class Series:
    """n rows. stamps and cells: times and values as written; times: seconds since 1970 in UTC; values: NaN for none."""

    stamps: list[str]
    cells: list[str]
    times: Floats
    values: Floats


@dataclass(frozen=True)
class _Written:
    """The two columns as written, and on which line of the file each row ends."""

    stamps: list[str]
    cells: list[str]
    lines: Sequence[int]


def parse(text: str) -> Series:
    """Read the text of a CSV file with the columns `timestamp` and `value`; others and empty lines are passed over.

    Times are RFC 3339, and UTC where they name no zone. An empty cell or `nan` is a value that was not measured.
    Repeated times and gaps are rows like any other; no rows at all are a series of none.

    Raises:
        BadDocument: no such header, a row of another length, a time or a number that is none, an infinite value, or
            rows out of order (`refuse_disorder`); with the line of the file, of which the header is the first.
    """
    written = _written(text)
    try:
        series = Series(written.stamps, written.cells, cells.times(written.stamps), cells.numbers(written.cells))
        refuse_disorder(series.times)
    except cells.BadCell as bad:
        raise BadDocument(f"line {written.lines[bad.place]}", bad.reason) from bad
    except BadSeries as bad:
        raise BadDocument(f"line {written.lines[bad.row - 1]}", bad.reason) from bad
    return series


def refuse_disorder(times: Floats) -> None:
    """Refuse rows that are out of order.

    One step back in a day is none: by an hour at most, onto a time that is there already. That is a clock set back at
    the end of summer time; the hour is simply there twice.

    Raises:
        BadSeries: the first row that is earlier than the row before it.
    """
    free_from = -np.inf
    for place in np.flatnonzero(np.diff(times) < 0) + 1:
        before, here = times[place - 1], times[place]
        is_set_back = before >= free_from and before - here <= _HOUR and here in times[:place]
        if not is_set_back:
            raise BadSeries(int(place) + 1, "is earlier than the row before it")
        free_from = before + _DAY


def refuse_unfit(values: Floats) -> None:
    """Refuse values that cannot be compared; NaN is none of them.

    Raises:
        BadSeries: the first value that is infinite or beyond 1e150 on either side.
    """
    unfit = np.flatnonzero(np.abs(values) > cells.LARGEST)
    if len(unfit):
        raise BadSeries(int(unfit[0]) + 1, cells.UNFIT)


def _written(text: str) -> _Written:
    lines = text.replace("\r\n", "\n").rstrip("\n") + "\n"
    signs = lines.encode(errors="replace").translate(None, _NO_SIGNS)
    if signs != b",\n" * (len(signs) // 2):
        return _written_as_any_csv(lines)
    # Two cells in every line and nothing quoted: all cells at once, several times as fast.
    found = lines.replace("\n", ",").split(",")
    stamp_at, value_at, _ = _columns(found[:2])
    return _Written(found[2 + stamp_at : -1 : 2], found[2 + value_at : -1 : 2], range(2, len(found) // 2 + 1))


def _written_as_any_csv(text: str) -> _Written:
    rows = csv.reader(text.splitlines(), strict=True)
    found = _Written([], [], lines := [])
    try:
        stamp_at, value_at, width = _columns(next(rows, []))
        for row in rows:
            if row and len(row) != width:
                raise BadDocument(f"line {rows.line_num}", f"has {len(row)} cells where the header has {width}")
            if row:
                found.stamps.append(row[stamp_at])
                found.cells.append(row[value_at])
                lines.append(rows.line_num)
    except csv.Error as error:
        raise BadDocument(f"line {rows.line_num}", f"is not CSV: {error}") from error
    return found


def _columns(header: list[str]) -> tuple[int, int, int]:
    names = [name.strip().lower() for name in header]
    for wanted in ("timestamp", "value"):
        if names.count(wanted) != 1:
            raise BadDocument("line 1", f"must name the column {wanted} once; the columns are timestamp and value")
    return names.index("timestamp"), names.index("value"), len(names)
