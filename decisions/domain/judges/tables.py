"""Series as text: CSV with a header of indicator names, one row a minute, empty cells for missing values."""

from __future__ import annotations

import csv
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from decisions.domain.canonical import BadDocument

Floats = NDArray[np.float64]

# Squares of larger values would not fit.
LARGEST = 1e150
_LONGEST_CELL = 40


def parse(text: str) -> dict[str, Floats]:
    """Read a CSV file as series by column name; an empty cell, or `nan`, is a value that was not measured.

    An empty line is a row without values where there is one column, and nothing at the end of the file or elsewhere.

    Raises:
        BadDocument: no header, a column without a name or named twice, a row of another length, a cell that is no
            number, is infinite or beyond 1e150; with line (from 1, header included) and column (from 1).
    """
    rows = _rows(text)
    _, header = next(rows, (1, []))
    names = _names(header)
    numbers: list[int] = []
    cells: list[list[str]] = []
    for line, row in rows:
        if len(row) != len(names):
            if not row and len(names) > 1:
                continue
            row = _filled(row, len(names), line)
        numbers.append(line)
        cells.append(row)
    columns = zip(*cells, strict=True) if cells else [()] * len(names)
    return {
        name: _column(column, numbers, place, name)
        for place, (name, column) in enumerate(zip(names, columns, strict=True), start=1)
    }


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Each row with the line on which it ends."""
    if '"' not in text:
        # Splitting is twice as fast as the parser, and the same where nothing is quoted.
        for line, cells in enumerate(text.splitlines(), start=1):
            yield line, cells.split(",") if cells else []
        return
    reader = csv.reader(text.splitlines(keepends=True), strict=True)
    try:
        for row in reader:
            yield reader.line_num, row
    except csv.Error as error:
        raise BadDocument(f"line {reader.line_num}", f"is not CSV: {error}") from error


def _names(header: list[str]) -> list[str]:
    names = [name.strip() for name in header]
    if not any(names):
        raise BadDocument("line 1", "lacks a header with the names of the indicators")
    for place, name in enumerate(names, start=1):
        if not name:
            raise BadDocument(f"line 1, column {place}", "has no name")
        if name in names[: place - 1]:
            raise BadDocument(f"line 1, column {place}", f"is named twice: {_shown(name)}")
    return names


def _filled(row: list[str], width: int, line: int) -> list[str]:
    if not row and width == 1:
        return [""]
    raise BadDocument(f"line {line}", f"has {len(row)} cells where the header has {width}")


def _column(cells: tuple[str, ...], lines: list[int], place: int, name: str) -> Floats:
    try:
        values = np.array(list(map(float, cells)), dtype=np.float64)
    except ValueError:
        values = np.array(
            [_number(cell, line, place, name) for cell, line in zip(cells, lines, strict=True)], dtype=np.float64
        )
    unfit = np.flatnonzero(np.abs(values) > LARGEST)
    if unfit.size:
        raise _bad(lines[unfit[0]], place, name, f"{_shown(cells[unfit[0]])} is infinite, or beyond 1e150")
    return values


def _number(cell: str, line: int, place: int, name: str) -> float:
    if not cell.strip():
        return np.nan
    try:
        return float(cell)
    except ValueError:
        raise _bad(line, place, name, f"{_shown(cell)} is not a number") from None


def _bad(line: int, place: int, name: str, reason: str) -> BadDocument:
    return BadDocument(f"line {line}, column {place} ({name[:_LONGEST_CELL]})", reason)


def _shown(cell: str) -> str:
    return repr(cell if len(cell) <= _LONGEST_CELL else cell[:_LONGEST_CELL] + "…")
