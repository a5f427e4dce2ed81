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

Scored = tuple[Series, Readings]

# Scores are cut after four digits, not rounded: what is shown as 0.5 or more is what is flagged.
STEPS = 10_000


class Command(DocumentCommand):
    help = (
        "Score each row of a CSV file with the columns timestamp and value against the rows before it, and flag what "
        "is new. Other columns and empty lines are passed over. Times are written as in 2026-11-20T14:32:00Z, and are "
        "UTC where they name no zone; repeated times and gaps are rows like any other, and rows that are out of order "
        "are refused. An empty cell, a blank one and `nan` are values that were not measured; `null` and other words "
        "are refused."
    )

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

    def answer(self, **options: Any) -> Scored:
        text = read_text(options["series"])
        with inside(options["series"]):
            series = parse(text)
            return series, scan(series.times, series.values)

    def lines(self, document: Scored) -> Iterable[str]:
        series, readings = document
        ends = [f"{step / STEPS},{step >= STEPS // 2:d}" for step in range(STEPS + 1)]
        columns = zip(series.stamps, series.cells, _steps(readings), strict=True)
        yield "timestamp,value,score,flag"
        yield from (f"{at},{value},{ends[step]}" for at, value, step in columns)

    def text(self, document: Scored) -> str:
        series, readings = document
        ends = [f'"score": {step / STEPS}, "flag": {_TRUTH[step >= STEPS // 2]}}}' for step in range(STEPS + 1)]
        # JSON has no NaN. The times were read as times, so there is nothing in them to escape.
        values = ["null" if value != value else repr(value) for value in series.values.tolist()]
        columns = zip(series.stamps, values, _steps(readings), strict=True)
        rows = (f'{{"timestamp": "{at}", "value": {value}, {ends[step]}' for at, value, step in columns)
        return f"[{', '.join(rows)}]"


_TRUTH = {False: "false", True: "true"}


def _steps(readings: Readings) -> list[int]:
    steps: list[int] = np.floor(readings.scores * STEPS).astype(np.int64).tolist()
    return steps
