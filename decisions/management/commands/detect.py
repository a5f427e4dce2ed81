"""`detect SERIES.csv`: how unlike what came before is each row of a series?"""

from __future__ import annotations

import gc
from argparse import ArgumentParser
from collections.abc import Iterable
from typing import Any

import numpy as np

from decisions.domain.detection import Readings, scan
from decisions.domain.series import Series, parse
from decisions.management.documents import DocumentCommand, inside, read_text

# Scores are cut after four digits, not rounded: what is shown as 0.5 or more is what is flagged.
STEPS = 10_000


class Command(DocumentCommand):
    help = "Score each row of a timestamp,value file against the rows before it, and flag what is new."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("series", metavar="SERIES.csv", help="a file with the columns timestamp and value")

    def handle(self, *args: Any, **options: Any) -> None:
        # A million rows hold no cycles, and the collector would look for them for as long as the scoring takes.
        gc.disable()
        try:
            super().handle(*args, **options)
        finally:
            gc.enable()

    def answer(self, **options: Any) -> Iterable[Any]:
        text = read_text(options["series"])
        with inside(options["series"]):
            series = parse(text)
            readings = scan(series.times, series.values)
        return _objects(series, readings) if options["json"] else _lines(series, readings)

    def lines(self, document: Iterable[str]) -> Iterable[str]:
        return document


def _objects(series: Series, readings: Readings) -> list[dict[str, Any]]:
    # JSON has no NaN.
    values = [value if value == value else None for value in series.values.tolist()]
    scores = (_steps(readings) / STEPS).tolist()
    columns = zip(series.stamps, values, scores, readings.flags.tolist(), strict=True)
    return [{"timestamp": at, "value": value, "score": score, "flag": flag} for at, value, score, flag in columns]


def _lines(series: Series, readings: Readings) -> Iterable[str]:
    ends = [f"{step / STEPS},{step >= STEPS // 2:d}" for step in range(STEPS + 1)]
    columns = zip(series.stamps, series.cells, _steps(readings).tolist(), strict=True)
    yield "timestamp,value,score,flag"
    yield from (f"{at},{value},{ends[step]}" for at, value, step in columns)


def _steps(readings: Readings) -> np.ndarray:
    return np.floor(readings.scores * STEPS).astype(np.int64)
