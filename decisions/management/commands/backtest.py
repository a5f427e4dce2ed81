"""`backtest POLICY.yaml`: what a policy would have decided on past incidents and drills."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterable
from typing import Any

from decisions.assessment import backtests, policies
from decisions.domain import policy as rules
from decisions.management.documents import DocumentCommand, inside, read_text
from decisions.management.line_command import BadInput, at_least_one
from decisions.models import clock

EVERY = 100_000


class Command(DocumentCommand):
    help = "What a policy would have decided on the incidents and drills of the past, beside the one in force."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("policy", metavar="POLICY.yaml")
        parser.add_argument("--most", type=at_least_one, default=EVERY, help="of the newest so many incidents only")

    def answer(self, **options: Any) -> dict[str, Any]:
        file, most = options["policy"], options["most"]
        text = read_text(file)
        with inside(file):
            after = rules.parse(text)
        before = backtests.nearest(after)
        if before is None:
            raise BadInput("No policy is in force that this one could be compared with.")
        return backtests.against(policies.parsed(before), after, clock.now(), most=min(most, EVERY))

    def lines(self, document: dict[str, Any]) -> Iterable[str]:
        currency = document["currency"]
        for case in document["cases"]:
            yield _line(case, currency)
        for case in document["skipped"]:
            yield f"{case['key']}: not judged, {case['reason']}"
        yield f"{document['flips']} of {len(document['cases'])} decisions would have been different."
        yield f"At the prices of the policy in force that saves {document['saved']} {currency}."


def _line(case: dict[str, Any], currency: str) -> str:
    before, after = case["before"], case["after"]
    if not case["flips"]:
        return f"{case['key']}: {before['title']}, as before"
    saved = f"{case['saved']} {currency}" if case["saved"] else "an unknown amount"
    return f"{case['key']}: {after['title']} instead of {before['title']}, saving {saved}"
