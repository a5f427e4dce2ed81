"""`compare BASELINE.csv CANDIDATE.csv --config CONFIG.json`: is the candidate version worse than the baseline?"""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from decisions.domain.canonical import BadDocument
from decisions.domain.judges import comparison, tables
from decisions.domain.judges.configuration import Configuration, Judge, from_document
from decisions.domain.judges.results import as_document
from decisions.domain.judges.tables import Table
from decisions.management.documents import DocumentCommand, inside, read_json, read_text

SIDES = ("baseline", "candidate")


class Command(DocumentCommand):
    help = (
        "Compare two CSV files and say which indicators are worse. A file has a header of indicator names and one row "
        "a minute, oldest first; other columns are passed over. With a column `timestamp` in both files, rows of the "
        "same minute are held against each other, and a minute that one file lacks is one without a value; rows that "
        "are out of order or in the same minute are refused. Without it, row n of both files is the same minute. An "
        "empty cell, a blank one and `nan` are values that were not measured; `null` and other words are refused. "
        "decisions/domain/schemas/comparison.json says what may stand in the configuration, and examples/compare/ "
        "holds one with two files."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("baseline", metavar="BASELINE.csv", help="the version to compare with")
        parser.add_argument("candidate", metavar="CANDIDATE.csv", help="the version that is judged")
        parser.add_argument("--config", metavar="CONFIG.json", required=True, help="what counts as worse")
        parser.add_argument("--judge", choices=[judge.value for judge in Judge], help="go by this judge instead")

    def answer(self, **options: Any) -> dict[str, Any]:
        document = read_json(options["config"])
        with inside(options["config"]):
            configuration = from_document(document)
        if options["judge"]:
            configuration = replace(configuration, judge=Judge(options["judge"]))
        files = {side: options[side] for side in SIDES}
        sides = {side: _table(name, configuration) for side, name in files.items()}
        with inside(options["config"]):
            _refuse_unknown(configuration, {name for table in sides.values() for name in table.names})
        if configuration.judge is Judge.SEQUENTIAL and configuration.rule.same_minutes:
            sides = _paired(files, sides)
        try:
            result = comparison.judge(sides["baseline"].columns, sides["candidate"].columns, configuration)
        except comparison.BadValue as bad:
            line = sides[bad.side].lines[bad.row]
            raise BadDocument(f"{files[bad.side]}: line {line} ({bad.name})", bad.reason) from bad
        return as_document(result)

    def lines(self, document: dict[str, Any]) -> Iterable[str]:
        width = max(len(one["name"]) for one in document["indicators"])
        for one in document["indicators"]:
            critical = "  critical" if one["critical"] else ""
            yield f"{one['name']:<{width}}  {one['verdict']:<13}  {one['reason']}{critical}"
        for group in document["groups"]:
            yield f"group {group['name']}: {group['score']:.4g}"
        yield f"score {document['score']:.4g}: {document['verdict']}. {document['reason']}"


def _table(name: str, configuration: Configuration) -> Table:
    text = read_text(name)
    wanted = {one for indicator in configuration.indicators for one in (indicator.name, indicator.per) if one}
    with inside(name):
        # Kayenta's rules know no order of rows.
        return tables.parse(text, wanted, is_timed=configuration.judge is Judge.SEQUENTIAL)


def _paired(files: dict[str, str], sides: dict[str, Table]) -> dict[str, Table]:
    timed = [side for side in SIDES if sides[side].minutes is not None]
    if not timed:
        return sides
    for side in SIDES:
        if side not in timed:
            raise BadDocument(f"{files[side]}: line 1", "lacks the column timestamp, which the other file has")
    return dict(zip(SIDES, tables.paired(sides["baseline"], sides["candidate"]), strict=True))


def _refuse_unknown(configuration: Configuration, columns: set[str]) -> None:
    # A column that one file lacks is a series without values; one that both lack is a slip of the pen.
    for place, indicator in enumerate(configuration.indicators):
        for key, name in (("name", indicator.name), ("per", indicator.per)):
            if name is not None and name not in columns:
                raise BadDocument(f"$.indicators[{place}].{key}", f"{name} is a column of neither file")
