"""Series as text: CSV with a header of indicator names, one row a minute, empty cells for missing values."""

from __future__ import annotations

import csv
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from decisions.domain import cells
from decisions.domain.canonical import BadDocument

Floats = NDArray[np.float64]

TIMESTAMP = "timestamp"
_LONGEST_NAME = 40


@dataclass(frozen=True)
class Table:
    """The columns of a file that were asked for, oldest row first.

    Attributes:
        names: of all its columns.
        lines: on which line of the file each row stands; the header is line 1.
        minutes: since 1970, of each row; None where the file does not say.
    """

    columns: dict[str, Floats]
    names: Collection[str]
    lines: Sequence[int] = ()
    minutes: NDArray[np.int64] | None = None


@dataclass(frozen=True)
class _Cells:
    """A table's cells, row after row, which column is the nth from 0, and the line on which each row stands."""

    places: dict[str, int]
    cells: list[str]
    lines: Sequence[int]

    def column(self, name: str) -> list[str]:
        return self.cells[self.places[name] :: len(self.places)]

    def fault(self, name: str, row: int, reason: str) -> BadDocument:
        at = f"line {self.lines[row]}, column {self.places[name] + 1} ({name[:_LONGEST_NAME]})"
        return BadDocument(at, reason)


def parse(text: str, wanted: Collection[str] | None = None, *, is_timed: bool = False) -> Table:
    """Read the wanted columns of a CSV file; an empty or blank cell, or `nan`, is a value that was not measured.

    What stands in other columns is passed over. An empty line is a row without a value where there is one column;
    where there are more, only the file may end in empty lines.

    Args:
        wanted: names of columns, whether the file has them or not; all of them where none are given.
        is_timed: a column `timestamp` that is not wanted itself says in which minute each row was.

    Raises:
        BadDocument: no header, a column without a name or named twice, a row of another length, a wanted cell that is
            no number, is infinite or beyond 1e150; a time that is none, or not in a later minute than the row before
            it; with line (from 1, header included) and column (from 1).
    """
    table = _quoted(text) if '"' in text else _plain(text)
    chosen = [name for name in table.places if wanted is None or name in wanted]
    columns = {name: _read(table, name) for name in chosen}
    stamped = [name for name in table.places if is_timed and name.lower() == TIMESTAMP and name not in columns]
    minutes = _minutes(table, stamped[0]) if stamped else None
    return Table(columns, table.places.keys(), table.lines, minutes)


def paired(first: Table, second: Table) -> tuple[Table, Table]:
    """The same tables with a row for each minute that either has; what a minute lacks was not measured.

    Args:
        first, second: with `minutes`.
    """
    assert first.minutes is not None and second.minutes is not None
    minutes = np.union1d(first.minutes, second.minutes)
    return _spread(first, first.minutes, minutes), _spread(second, second.minutes, minutes)


def _spread(table: Table, own: NDArray[np.int64], minutes: NDArray[np.int64]) -> Table:
    places = np.searchsorted(minutes, own)
    lines = np.zeros(minutes.size, dtype=np.int64)
    lines[places] = table.lines
    columns = {name: np.full(minutes.size, np.nan) for name in table.columns}
    for name, values in table.columns.items():
        columns[name][places] = values
    return replace(table, columns=columns, lines=lines.tolist(), minutes=minutes)


def _read(table: _Cells, name: str) -> Floats:
    try:
        return cells.numbers(table.column(name))
    except cells.BadCell as bad:
        raise table.fault(name, bad.place, bad.reason) from bad


def _minutes(table: _Cells, name: str) -> NDArray[np.int64]:
    try:
        found = np.floor(cells.times(table.column(name)) / 60).astype(np.int64)
    except cells.BadCell as bad:
        raise table.fault(name, bad.place, bad.reason) from bad
    for place in np.flatnonzero(np.diff(found) <= 0)[:1]:
        is_repeated = found[place] == found[place + 1]
        reason = "is in the same minute as the row before it" if is_repeated else "is earlier than the row before it"
        raise table.fault(name, int(place) + 1, reason)
    return found


def _plain(text: str) -> _Cells:
    # Splitting is many times as fast as the parser, and the same where nothing is quoted.
    header, *rows = text.splitlines() or [""]
    places = _places(header.split(","))
    commas = len(places) - 1
    while commas and rows and not rows[-1]:
        rows.pop()
    for line, row in enumerate(rows, start=2):
        if row.count(",") != commas:
            raise _ragged(line, row.count(",") + 1 if row else 0, len(places))
    return _Cells(places, ",".join(rows).split(",") if rows else [], range(2, len(rows) + 2))


def _quoted(text: str) -> _Cells:
    reader = csv.reader(text.rstrip("\r\n").splitlines(keepends=True), strict=True)
    found: list[str] = []
    lines: list[int] = []
    places: dict[str, int] = {}
    try:
        places = _places(next(reader, []))
        for row in reader:
            row = row or [""] * (len(places) == 1)
            if len(row) != len(places):
                raise _ragged(reader.line_num, len(row), len(places))
            found += row
            lines.append(reader.line_num)
    except csv.Error as error:
        raise BadDocument(f"line {reader.line_num}", f"is not CSV: {error}") from error
    return _Cells(places, found, lines)


def _ragged(line: int, width: int, of: int) -> BadDocument:
    return BadDocument(f"line {line}", f"has {width} cells where the header has {of}")


def _places(header: list[str]) -> dict[str, int]:
    names = [name.strip() for name in header]
    if not any(names):
        raise BadDocument("line 1", "lacks a header with the names of the indicators")
    places: dict[str, int] = {}
    for place, name in enumerate(names):
        if not name:
            raise BadDocument(f"line 1, column {place + 1}", "has no name")
        if name in places:
            raise BadDocument(f"line 1, column {place + 1}", f"names a second column {name[:_LONGEST_NAME]}")
        places[name] = place
    return places
