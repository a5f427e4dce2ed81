"""`replay ASSESSMENT_ID [--policy VERSION]`: recompute a stored assessment and compare."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from decisions.assessment import replays, thinning
from decisions.management.documents import DocumentCommand
from decisions.management.line_command import BadInput, at_least_one
from decisions.models import Assessment, PolicyVersion

MOST_LINES = 40


class Command(DocumentCommand):
    help = (
        "Recompute a stored assessment and compare it byte by byte. A replay changes nothing and runs nothing. "
        "Exit 1 when anything differs, has been tampered with, or was made by an engine that is not shipped any more."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("assessment", type=at_least_one, metavar="ASSESSMENT_ID")
        parser.add_argument("--policy", help="replay it under another policy version: SCOPE:NUMBER, as low:1, or an id")

    def answer(self, **options: Any) -> dict[str, Any]:
        found = Assessment.objects.select_related("snapshot", "policy").filter(pk=options["assessment"]).first()
        if found is None:
            raise BadInput(_missing(options["assessment"]))
        other = None if options["policy"] is None else _policy(options["policy"])
        replayed = replays.replay(found, other)
        return {**asdict(replayed), "same": replayed.is_same}

    def lines(self, document: dict[str, Any]) -> Iterable[str]:
        yield f"assessment {document['assessment']} under {document['policy']}, engine {document['engine']}"
        yield f"stored      {document['stored']}"
        yield f"recomputed  {document['recomputed'] or 'not at all'}"
        yield from document["faults"]
        yield from document["differences"][:MOST_LINES]
        if len(document["differences"]) > MOST_LINES:
            yield f"and {len(document['differences']) - MOST_LINES} more"

    def failure(self, document: dict[str, Any]) -> str | None:
        if document["same"]:
            return None
        return next(iter(document["faults"]), "The recomputed assessment differs from the stored one.")


def _missing(assessment: int) -> str:
    if thinning.was_thinned(assessment):
        return f"Assessment {assessment} is not kept any more: it said what the ones before and after it said."
    return f"There is no assessment {assessment}."


def _policy(text: str) -> PolicyVersion:
    """A policy version by `SCOPE:NUMBER`, where the scope is `desk`, a tier or a service, or by its id."""
    scope, colon, number = text.rpartition(":")
    if not number.isdecimal():
        raise BadInput(f"{text} is no policy version. Give SCOPE:NUMBER, such as low:1, or an id.")
    wanted: dict[str, Any] = {"pk": int(number)}
    if colon:
        named = {"scope": "desk"} if scope == "desk" else {"scope_name": scope}
        wanted = {"number": int(number), **named}
    found = list(PolicyVersion.objects.filter(**wanted)[:2])
    if not found:
        raise BadInput(f"There is no policy version {text}.")
    if len(found) > 1:
        raise BadInput(f"{text} is a tier's and a service's. Give the id: {found[0].pk} or {found[1].pk}.")
    return found[0]
