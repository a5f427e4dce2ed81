"""Series as text: CSV with a header of indicator names, one row a minute, empty cells for missing values."""

from __future__ import annotations

import csv
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from decisions.domain.canonical import BadDocument

Floats = NDArray[np.float64]

# Squares of larger values would not fit.
LARGEST = 1e150
_LONGEST_CELL = 40


@dataclass(frozen=True)
class _Cells:
    """A table's cells, row after row, and the line on which each row stands."""

    names: list[str]
    cells: list[str]
    lines: list[int]

    def fault(self, place: int, reason: str) -> BadDocument:
        row, column = divmod(place, len(self.names))
        name, cell = self.names[column], self.cells[place]
        shown = repr(cell if len(cell) <= _LONGEST_CELL else cell[:_LONGEST_CELL] + "…")
        at = f"line {self.lines[row]}, column {column + 1} ({name[:_LONGEST_CELL]})"
        return BadDocument(at, f"{shown} {reason}")


def parse(text: str) -> dict[str, Floats]:
    """Read a CSV file as series by column name; an empty cell, or `nan`, is a value that was not measured.

    An empty line is a row without a value where there is one column; where there are more, only the file may end in
    empty lines.

    Raises:
        BadDocument: no header, a column without a name or named twice, a row of another length, a cell that is no
            number, is infinite or beyond 1e150; with line (from 1, header included) and column (from 1).
    """
    table = _quoted(text) if '"' in text else _plain(text)
    values = _numbers(table)
    unfit = np.flatnonzero(np.abs(values) > LARGEST)
    if unfit.size:
        raise table.fault(int(unfit[0]), "is infinite, or beyond 1e150")
    columns = values.reshape(-1, len(table.names)).T.copy()
    return dict(zip(table.names, columns, strict=True))


def _plain(text: str) -> _Cells:
    # Splitting is many times as fast as the parser, and the same where nothing is quoted.
    header, *rows = text.splitlines() or [""]
    names = _names(header.split(","))
    commas = len(names) - 1
    while commas and rows and not rows[-1]:
        rows.pop()
    for line, row in enumerate(rows, start=2):
        if row.count(",") != commas:
            raise _ragged(line, row.count(",") + 1 if row else 0, names)
    return _Cells(names, ",".join(rows).split(",") if rows else [], list(range(2, len(rows) + 2)))


def _quoted(text: str) -> _Cells:
    reader = csv.reader(text.rstrip("\r\n").splitlines(keepends=True), strict=True)
    names: list[str] = []
    cells: list[str] = []
    lines: list[int] = []
    try:
        names = _names(next(reader, []))
        for row in reader:
            row = row or [""] * (len(names) == 1)
            if len(row) != len(names):
                raise _ragged(reader.line_num, len(row), names)
            cells += row
            lines.append(reader.line_num)
    except csv.Error as error:
        raise BadDocument(f"line {reader.line_num}", f"is not CSV: {error}") from error
    return _Cells(names, cells, lines)


def _ragged(line: int, width: int, names: list[str]) -> BadDocument:
    return BadDocument(f"line {line}", f"has {width} cells where the header has {len(names)}")


def _names(header: list[str]) -> list[str]:
    names = [name.strip() for name in header]
    if not any(names):
        raise BadDocument("line 1", "lacks a header with the names of the indicators")
    for place, name in enumerate(names, start=1):
        if not name:
            raise BadDocument(f"line 1, column {place}", "has no name")
        if name in names[: place - 1]:
            raise BadDocument(f"line 1, column {place}", f"names a second column {name[:_LONGEST_CELL]}")
    return names


def _numbers(table: _Cells) -> Floats:
    try:
        if "_" not in "".join(table.cells):
            return np.fromiter(map(float, table.cells), np.float64)
    except ValueError:
        pass  # An empty cell, most often.
    values = np.empty(len(table.cells))
    for place, cell in enumerate(table.cells):
        try:
            values[place] = _number(cell)
        except ValueError:
            raise table.fault(place, "is not a number") from None
    return values


def _number(cell: str) -> float:
    if "_" in cell:
        # Python reads 1_000 as a thousand; nobody else does.
        raise ValueError
    return float(cell) if cell.strip() else np.nan
