"""Cells of a CSV file as numbers and times, the same for every command that reads one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

# Squares of larger values would not fit.
LARGEST = 1e150
UNFIT = "is infinite, or beyond 1e150"
_LONGEST = 40
_PLAIN = b"0000-00-00 00:00:00"
_TIME_SIGNS = set("0123456789-+:.TZ ")
_SHAPE = bytes.maketrans(b"123456789T", b"000000000 ")


class BadCell(ValueError):
    """A cell that is refused; `place` counts the cells that were handed over from 0, and the reason quotes it."""

    def __init__(self, place: int, cell: str, reason: str) -> None:
        self.place = place
        self.reason = f"{cell if len(cell) <= _LONGEST else cell[:_LONGEST] + '…'!r} {reason}"
        super().__init__(self.reason)


def numbers(cells: Sequence[str]) -> Floats:
    """Read cells as numbers; NaN for an empty or blank one and for `nan`, which were not measured.

    Raises:
        BadCell: the first that is no number in plain digits, is infinite or beyond 1e150.
    """
    values = _at_once(cells)
    if values is None:
        values = _one_by_one(cells, _number, "is not a number")
    unfit = np.flatnonzero(np.abs(values) > LARGEST)
    if unfit.size:
        raise BadCell(int(unfit[0]), cells[unfit[0]], UNFIT)
    return values


def times(cells: Sequence[str]) -> Floats:
    """Read cells as times, in seconds since 1970 in UTC; where no zone is named, the time is UTC.

    Raises:
        BadCell: the first that is no calendar date, with or without a time, as RFC 3339 writes it.
    """
    plain = _plain_times(cells)
    return _one_by_one(cells, _time, "is not a time such as 2026-11-20T14:32:00Z") if plain is None else plain


def _one_by_one(cells: Sequence[str], read: Callable[[str], float], reason: str) -> Floats:
    found = np.empty(len(cells))
    for place, cell in enumerate(cells):
        try:
            found[place] = read(cell)
        except (ValueError, OverflowError):
            raise BadCell(place, cell, reason) from None
    return found


def _at_once(cells: Sequence[str]) -> Floats | None:
    """All numbers at once; None where one cell is empty, or not as it should be."""
    try:
        return np.fromiter(map(float, cells), np.float64) if _are_plain("".join(cells)) else None
    except ValueError:
        return None


def _number(cell: str) -> float:
    if not _are_plain(cell):
        raise ValueError
    return float(cell) if cell.strip() else np.nan


def _are_plain(text: str) -> bool:
    # Python reads 1_000 as a thousand, and the digits of every script; nobody else does.
    return text.isascii() and "_" not in text


def _plain_times(cells: Sequence[str]) -> Floats | None:
    """All times at once if each is written like 2026-11-20T14:32:00Z, T or Z being optional; None for anything else."""
    if set(map(len, cells)) not in ({len(_PLAIN)}, {len(_PLAIN) + 1}):
        return None
    shape = "".join(cells).encode(errors="replace").translate(_SHAPE)
    if shape not in (_PLAIN * len(cells), (_PLAIN + b"Z") * len(cells)):
        return None
    try:
        return np.array([cell[: len(_PLAIN)] for cell in cells], dtype="datetime64[s]").astype(np.float64)
    except ValueError:
        return None


def _time(cell: str) -> float:
    # Python takes any sign between day and hour, also a quotation mark, and dates by their week.
    if not set(cell) <= _TIME_SIGNS:
        raise ValueError
    when = datetime.fromisoformat(cell)
    return (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp()
