"""`assess EVIDENCE.json`: score the options of an evidence snapshot; no database, nothing stored."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings

from decisions.domain import agreement, evidence, policy
from decisions.domain.wording import listed, money, percent
from decisions.management.documents import DocumentCommand, inside, read_json, read_text

DEFAULT_POLICY = "examples/policies/default.yaml"


class Command(DocumentCommand):
    help = "Scores the options for an evidence snapshot under a policy. Stores nothing and needs no database."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("evidence", metavar="EVIDENCE.json")
        parser.add_argument("--policy", metavar="POLICY.yaml", help=f"the policy; without it {DEFAULT_POLICY}")

    def answer(self, **options: Any) -> dict[str, Any]:
        from decisions.domain import engine

        found = read_json(options["evidence"])
        with inside(options["evidence"]):
            snapshot = evidence.from_document(found)
        name = options["policy"] or Path(settings.BASE_DIR) / DEFAULT_POLICY
        text = read_text(name)
        with inside(name):
            rules = policy.parse(text)
            rules.tier(snapshot.tier)
            agreement.refuse_other_units(snapshot, rules)
        return engine.assess(snapshot, rules)

    def lines(self, document: dict[str, Any]) -> Iterable[str]:
        return [*_head(document), *_table(document), *_notes(document)]


def _head(found: dict[str, Any]) -> Iterator[str]:
    advice, currency = found["recommendation"], found["currency"]
    yield f"{found['service']} ({found['tier']}), {found['at']}, policy {found['policy']['id']}"
    yield f"Costs {money(float(found['harm']['per_minute']), currency)} a minute. {found['causes']['sentence']}"
    yield ""
    yield advice["sentence"]
    yield advice["reason"]
    yield from filter(None, (found["too_close_sentence"], advice["hand_over_sentence"], found["wait"]["sentence"]))
    yield ""


def _table(found: dict[str, Any]) -> Iterator[str]:
    rows = [_row(option, found["currency"]) for option in found["options"]]
    heads = ("", "option", "expected loss", "90 % interval", "score", "P(best)", "regret")
    widths = [max(len(row[place]) for row in [heads, *rows]) for place in range(len(heads))]
    for row in [heads, *rows]:
        yield "  ".join(
            cell.ljust(width) if place < 2 else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
    yield f"Doing nothing costs {money(float(found['do_nothing']['expected']), found['currency'])}."


def _row(option: dict[str, Any], currency: str) -> tuple[str, ...]:
    low, high = (f"{float(option[end]):,.0f}" for end in ("low", "high"))
    return (
        "→" if option["recommended"] else "",
        option["title"],
        money(float(option["expected"]), currency),
        f"{low} – {high}",
        f"{option['score']:.1f}",
        f"{option['p_best']:.3f}",
        money(float(option["regret"]), currency),
    )


def _notes(found: dict[str, Any]) -> Iterator[str]:
    state = found["evidence_state"]
    if state["missing"]:
        names = listed([each["indicator"] for each in state["missing"]])
        yield f"Missing: {names}; {percent(state['complete'])} of the evidence is there."
    if state["unmeasured"]:
        names = listed(sorted({each["indicator"] for each in state["unmeasured"]}))
        yield f"Not measured for this service, and so not counted: {names}."
    if found["overdue_margins"]:
        yield f"{found['overdue_margins']} parts of margins are overdue for review and widen the intervals."
    yield found["digest"]
