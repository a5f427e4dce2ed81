"""`replay ASSESSMENT_ID [--policy VERSION]`: recompute a stored assessment and compare."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterable
from typing import Any

from decisions.assessment import replays, thinning
from decisions.management.documents import DocumentCommand
from decisions.management.line_command import BadInput, at_least_one
from decisions.models import Assessment, PolicyVersion

MOST_LINES = 40


class Command(DocumentCommand):
    help = "Recompute a stored assessment and compare it byte by byte. A replay changes nothing and runs nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("assessment", type=at_least_one, metavar="ASSESSMENT_ID")
        parser.add_argument(
            "--policy", type=at_least_one, metavar="ID", help="another policy version to replay it under"
        )

    def answer(self, **options: Any) -> dict[str, Any]:
        assessment, policy = options["assessment"], options["policy"]
        found = Assessment.objects.select_related("snapshot", "policy").filter(pk=assessment).first()
        if found is None:
            raise BadInput(_missing(assessment))
        other = PolicyVersion.objects.filter(pk=policy).first() if policy is not None else None
        if policy is not None and other is None:
            raise BadInput(f"There is no policy version {policy}.")
        try:
            replayed = replays.replay(found, other)
        except replays.CannotReplay as reason:
            raise BadInput(str(reason)) from reason
        return {
            "assessment": replayed.assessment,
            "policy": replayed.policy,
            "same": replayed.is_same,
            "stored": replayed.stored,
            "recomputed": replayed.recomputed,
            "differences": list(replayed.differences),
        }

    def lines(self, document: dict[str, Any]) -> Iterable[str]:
        yield f"assessment {document['assessment']} under {document['policy']}"
        yield f"stored      {document['stored']}"
        yield f"recomputed  {document['recomputed']}"
        yield from document["differences"][:MOST_LINES]
        if len(document["differences"]) > MOST_LINES:
            yield f"and {len(document['differences']) - MOST_LINES} more"

    def failure(self, document: dict[str, Any]) -> str | None:
        return None if document["same"] else "The recomputed assessment differs from the stored one."


def _missing(assessment: int) -> str:
    if thinning.was_thinned(assessment):
        return f"Assessment {assessment} is not kept any more: it said what the ones before and after it said."
    return f"There is no assessment {assessment}."
