"""`detect SERIES.csv`: how unlike what came before is each row of a series?"""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterable
from operator import itemgetter
from typing import Any

import numpy as np

from decisions.domain import detection, series
from decisions.management.documents import DocumentCommand, inside, read_text


class Command(DocumentCommand):
    help = "Score each row of a timestamp,value file against the rows before it, and flag what is new."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("series", metavar="SERIES.csv", help="a file with the columns timestamp and value")

    def answer(self, **options: Any) -> list[dict[str, Any]]:
        text = read_text(options["series"])
        with inside(options["series"]):
            found = series.parse(text)
        readings = detection.Detector().read(found.times, found.values)
        # Cut, not rounded: a score that is shown as 0.5 is one that is flagged.
        scores = np.floor(readings.scores * 10_000) / 10_000
        # JSON has no NaN.
        values = [value if value == value else None for value in found.values.tolist()]
        columns = zip(found.stamps, values, scores.tolist(), readings.flags.tolist(), strict=True)
        return [{"timestamp": at, "value": v, "score": score, "flag": flag} for at, v, score, flag in columns]

    def lines(self, document: list[dict[str, Any]]) -> Iterable[str]:
        yield "timestamp,value,score,flag"
        for at, value, score, flag in map(itemgetter("timestamp", "value", "score", "flag"), document):
            yield f"{at},{'' if value is None else value},{score},{flag:d}"
