"""`backtest POLICY.yaml`: what a policy would have decided on past incidents and drills."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterable
from typing import Any

from decisions.assessment import backtests, policies
from decisions.domain import policy as rules
from decisions.management.documents import DocumentCommand, inside, read_text
from decisions.management.line_command import at_least_one
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
            backtests.refuse_unknown_service(after)
        before = backtests.nearest(after)
        prior = policies.parsed(before) if before else None
        return backtests.against(prior, after, clock.now(), most=min(most, EVERY))

    def lines(self, document: dict[str, Any]) -> Iterable[str]:
        for case in document["cases"]:
            yield _line(case, document)
        for case in document["skipped"]:
            yield f"{case['key']}: not judged, {case['reason']}"
        yield from _summary(document)


def _line(case: dict[str, Any], document: dict[str, Any]) -> str:
    before, after = case["before"], case["after"]
    if before is None:
        return f"{case['key']}: {after['title']}, {_bounds(after)}"
    bounds = f"; now {_bounds(after)}, was {_bounds(before)}" if case["bounds_flip"] else ""
    if not case["flips"]:
        return f"{case['key']}: {before['title']}, as before{bounds}"
    saved = _saved(case, "saved", document["currency"])
    own = _saved(case, "saved_at_its_own", document["currency_after"])
    return (
        f"{case['key']}: {after['title']} instead of {before['title']}; at the prices in force that {saved}, "
        f"at the draft's own it {own}{bounds}"
    )


def _summary(document: dict[str, Any]) -> Iterable[str]:
    judged = len(document["cases"])
    if document["before"] is None:
        yield f"{judged} incidents judged. No policy is in force that this one could be compared with."
        return
    yield f"{document['flips']} of {judged} decisions would have been different."
    yield f"{document['bounds_flip']} of {judged} would have moved in or out of the bounds."
    yield f"At the prices of the policy in force its choices in all: {_saved(document, 'saved', document['currency'])}."
    own = _saved(document, "saved_at_its_own", document["currency_after"])
    yield f"At the draft's own prices: {own}."
    if not document["causes_known"]:
        yield "In hindsight: no case has a known cause."
        return
    hindsight = _saved(document, "saved_in_hindsight", document["currency"])
    yield f"In hindsight, in the {document['causes_known']} with a known cause, at the prices in force: {hindsight}."


def _bounds(verdict: dict[str, Any]) -> str:
    return "inside the bounds" if verdict["in_bounds"] else f"outside the bounds ({'; '.join(verdict['broken'])})"


def _saved(found: dict[str, Any], name: str, currency: str) -> str:
    """An amount with its unit and direction, or that the two cannot be compared."""
    if found[name] is None:
        return "cannot be compared"
    saved = float(found[name])
    return f"{'saves' if saved >= 0 else 'costs'} {abs(saved):,.2f} {currency}{'' if saved >= 0 else ' more'}"
