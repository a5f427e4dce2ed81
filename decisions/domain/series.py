"""A series as text: `timestamp,value`, one row a measurement, in the order in which they were made."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from decisions.domain.canonical import BadDocument

Floats = NDArray[np.float64]

# Squares of larger values would not fit.
LARGEST = 1e150
_HOUR, _DAY = 3600, 86_400
_NO_SIGNS = bytes(set(range(256)) - set(b',\n"'))
_PLAIN = b"0000-00-00 00:00:00"
_TIME_SIGNS = set("0123456789-+:.,TWZ ")
_SHAPE = bytes.maketrans(b"123456789T", b"000000000 ")


class BadSeries(BadDocument):
    """A series that is refused. `row` counts its rows from 1, without the header; 0 is the header itself."""

    def __init__(self, row: int, reason: str) -> None:
        super().__init__(f"row {row}" if row else "header", reason)
        self.row = row


@dataclass(frozen=True)
class Series:
    """n rows. stamps and cells: times and values as written; times: seconds since 1970 in UTC; values: NaN for none."""

    stamps: list[str]
    cells: list[str]
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
    stamps, cells = _cells(text)
    plain = _plain_times(stamps)
    series = Series(stamps, cells, _all(stamps, _time) if plain is None else plain, _all(cells, _number))
    refuse_unfit(series.values)
    refuse_disorder(series.times)
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
    unfit = np.flatnonzero(np.abs(values) > LARGEST)
    if len(unfit):
        raise BadSeries(int(unfit[0]) + 1, "is infinite, or beyond 1e150")


def _cells(text: str) -> tuple[list[str], list[str]]:
    lines = text.replace("\r\n", "\n").rstrip("\n") + "\n"
    signs = lines.encode(errors="replace").translate(None, _NO_SIGNS)
    if signs != b",\n" * (len(signs) // 2):
        return _cells_of_any_csv(lines)
    # Two cells in every line and nothing quoted: all cells at once, several times as fast.
    cells = lines.replace("\n", ",").split(",")
    stamp_at, value_at, _ = _columns(cells[:2])
    return cells[2 + stamp_at : -1 : 2], cells[2 + value_at : -1 : 2]


def _cells_of_any_csv(lines: str) -> tuple[list[str], list[str]]:
    rows = csv.reader(lines.splitlines(), strict=True)
    stamps: list[str] = []
    cells: list[str] = []
    try:
        stamp_at, value_at, width = _columns(next(rows, []))
        for row in rows:
            if row and len(row) != width:
                raise BadSeries(len(stamps) + 1, f"has {len(row)} cells where the header has {width}")
            if row:
                stamps.append(row[stamp_at])
                cells.append(row[value_at])
    except csv.Error as error:
        raise BadSeries(len(stamps) + 1, f"is not CSV: {error}") from error
    return stamps, cells


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
    if set(map(len, stamps)) not in ({len(_PLAIN)}, {len(_PLAIN) + 1}):
        return None
    shape = "".join(stamps).encode(errors="replace").translate(_SHAPE)
    if shape not in (_PLAIN * len(stamps), (_PLAIN + b"Z") * len(stamps)):
        return None
    try:
        plain = [stamp[: len(_PLAIN)] for stamp in stamps]
        return np.array(plain, dtype="datetime64[s]").astype(np.float64)
    except ValueError:
        return None


def _time(cell: str) -> float:
    try:
        # Python takes any sign between day and hour, also a quotation mark.
        if not set(cell) <= _TIME_SIGNS:
            raise ValueError
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
