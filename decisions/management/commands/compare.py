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
from decisions.management.documents import DocumentCommand, inside, read_json, read_text


class Command(DocumentCommand):
    help = "Compare two CSV files (a header of indicator names, one row a minute) and say which indicators are worse."

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
        sides = [_table(options[side]) for side in ("baseline", "candidate")]
        with inside(options["config"]):
            _refuse_unknown(configuration, set(sides[0]) | set(sides[1]))
        try:
            return as_document(comparison.judge(sides[0], sides[1], configuration))
        except comparison.BadValue as bad:
            # The header is line 1.
            raise BadDocument(f"{options[bad.side]}: line {bad.row + 2} ({bad.name})", bad.reason) from bad

    def lines(self, document: dict[str, Any]) -> Iterable[str]:
        width = max(len(one["name"]) for one in document["indicators"])
        for one in document["indicators"]:
            critical = "  critical" if one["critical"] else ""
            yield f"{one['name']:<{width}}  {one['verdict']:<13}  {one['reason']}{critical}"
        for group in document["groups"]:
            yield f"group {group['name']}: {group['score']:.4g}"
        yield f"score {document['score']:.4g}: {document['verdict']}. {document['reason']}"


def _table(name: str) -> dict[str, Any]:
    text = read_text(name)
    with inside(name):
        return tables.parse(text)


def _refuse_unknown(configuration: Configuration, columns: set[str]) -> None:
    # A column that one file lacks is a series without values; one that both lack is a slip of the pen.
    for place, indicator in enumerate(configuration.indicators):
        for key, name in (("name", indicator.name), ("per", indicator.per)):
            if name is not None and name not in columns:
                raise BadDocument(f"$.indicators[{place}].{key}", f"{name} is a column of neither file")
