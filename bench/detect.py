"""How fast the detector is, and how often it flags noise in which there is nothing to find.

Rows a second for each part of `detect` on a file of 300,000 rows, a row alone as monitoring reads it, and flags in
10,000 rows of four kinds of noise, each of 300,000 rows with a fixed seed.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray

from decisions.domain import detection, series

ROWS = 300_000
ALONE = 2_000
SEED = 20261121
# 2026-01-01, a row a minute.
TIMES = 1_767_225_600 + 60 * np.arange(ROWS, dtype=np.float64)


def run(argv: Sequence[str] = ()) -> dict[str, Any]:
    """Measure each part once.

    Returns:
        `rows_per_second` of `parse`, `score`, `command` and `command_json` (from the file to the last written line,
        without the start of the program), `row_alone_us`, `flags_in_10000_rows` by kind of noise.
    """
    return {
        "rows": ROWS,
        "rows_per_second": _speeds(),
        "row_alone_us": round(_alone() * 1e6),
        "flags_in_10000_rows": noise(),
    }


def noise() -> dict[str, float]:
    """Flags in 10,000 rows of noise without anything to find."""
    return {name: _flags(values) for name, values in _noises(np.random.default_rng(SEED)).items()}


def _noises(random: np.random.Generator) -> dict[str, NDArray[np.float64]]:
    return {
        "normal, independent": random.normal(size=ROWS),
        "normal, correlation 0.7 from row to row": _correlated(random.normal(size=ROWS), 0.7),
        "Student t with 3 degrees of freedom": random.standard_t(3, size=ROWS),
        "counts, Poisson with mean 2": random.poisson(2, size=ROWS).astype(np.float64),
    }


def _correlated(shocks: NDArray[np.float64], share: float) -> NDArray[np.float64]:
    found, value = [], 0.0
    for shock in shocks.tolist():
        value = share * value + shock
        found.append(value)
    return np.array(found)


def _flags(values: NDArray[np.float64]) -> float:
    return round(float(detection.scan(TIMES, values).flags.sum()) / ROWS * 10_000, 1)


def _speeds() -> dict[str, int]:
    stamps = np.datetime_as_string(TIMES.astype("datetime64[s]")).tolist()
    values = np.random.default_rng(SEED).normal(50, 3, size=ROWS).round(6)
    text = "timestamp,value\n" + "".join(f"{at}Z,{value}\n" for at, value in zip(stamps, values.tolist(), strict=True))
    with TemporaryDirectory() as folder:
        path = Path(folder) / "series.csv"
        path.write_text(text)
        return {
            "parse": _rate(lambda: series.parse(text)),
            "score": _rate(lambda: detection.scan(TIMES, values)),
            "command": _rate(lambda: _command(str(path))),
            "command_json": _rate(lambda: _command(str(path), "--json")),
        }


def _command(*arguments: str) -> None:
    from django.core.management import call_command

    with TemporaryDirectory() as folder, (Path(folder) / "out").open("w") as out:
        call_command("detect", *arguments, stdout=out)


def _rate(work: Callable[[], object]) -> int:
    start = time.perf_counter()
    work()
    return round(ROWS / (time.perf_counter() - start))


def _alone() -> float:
    """Seconds for one row, read after all the rows that the detector remembers."""
    values = np.random.default_rng(SEED).normal(size=ROWS)
    detector = detection.Detector()
    detector.read(TIMES[:-ALONE], values[:-ALONE])
    start = time.perf_counter()
    for place in range(ROWS - ALONE, ROWS):
        detector.read(TIMES[place : place + 1], values[place : place + 1])
    return (time.perf_counter() - start) / ALONE


if __name__ == "__main__":
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rollback_site.settings")
    django.setup()
    print(json.dumps(run(sys.argv[1:]), indent=2))
