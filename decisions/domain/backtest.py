"""What a draft policy would have decided in the past, beside the policy in force: which decisions flip, at what price.

Only what was known then is looked at: the stored snapshots. What really happened is used for one thing, the price in
hindsight: where the cause was established afterwards, both choices are scored as if it had been known.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from decisions.domain import clearance, option_report
from decisions.domain.amounts import text
from decisions.domain.arithmetic import arithmetic
from decisions.domain.canonical import BadDocument
from decisions.domain.case_making import Made
from decisions.domain.engine import decide
from decisions.domain.evidence import Snapshot
from decisions.domain.hypotheses import Hypothesis
from decisions.domain.policy import Policy
from decisions.domain.scores import Scores
from decisions.domain.scoring import score


@dataclass(frozen=True)
class Past:
    """A past incident or drill; `cause` is the hypothesis that turned out to be true, where that is known."""

    key: str
    snapshot: Snapshot
    cause: Hypothesis | None = None
    is_drill: bool = False


@dataclass(frozen=True)
class Verdict:
    """What one policy says about one snapshot."""

    made: Made
    scores: Scores
    in_bounds: bool

    @property
    def option(self) -> str:
        return self.scores.recommended

    def loss_of(self, option: str) -> float | None:
        """Expected loss of an option, currency; None when this policy would not have had it."""
        known = {each.key: each.loss.expected for each in self.scores.options}
        return known.get(option)


def compare(past: Iterable[Past], before: Policy, after: Policy) -> dict[str, Any]:
    """Hold a draft against the policy in force on past snapshots.

    Returns:
        A JSON value: `cases` by key with both verdicts; `flips`, how many recommendations change; `bounds_flip`, how
        many move in or out of the bounds; `saved`, by how much the draft's choices are cheaper at the prices of the
        policy in force (below 0: dearer); `saved_in_hindsight`, the same where the cause is known. A case whose tier
        one of the policies says nothing about is listed under `skipped`.
    """
    cases, skipped = [], []
    for each in sorted(past, key=lambda one: one.key):
        try:
            cases.append(_case(each, before, after))
        except BadDocument as bad:
            skipped.append({"key": each.key, "reason": str(bad)})
    return {
        "before": {"id": before.id, "digest": before.digest},
        "after": {"id": after.id, "digest": after.digest},
        "currency": before.currency,
        "cases": cases,
        "skipped": skipped,
        "flips": sum(each["flips"] for each in cases),
        "bounds_flip": sum(each["bounds_flip"] for each in cases),
        "saved": _sum(cases, "saved"),
        "saved_in_hindsight": _sum(cases, "saved_in_hindsight"),
    }


def judge(snapshot: Snapshot, policy: Policy) -> Verdict:
    """What a policy decides on a snapshot, and whether that would be inside its bounds."""
    made, scores = decide(snapshot, policy)
    chosen = option_report.ranked(made, scores, arithmetic(made.case))
    best = next(each for each in chosen if each["recommended"])
    return Verdict(made, scores, clearance.is_in_bounds(clearance.checks(best, snapshot, policy)))


def _case(each: Past, before: Policy, after: Policy) -> dict[str, Any]:
    old, new = judge(each.snapshot, before), judge(each.snapshot, after)
    return {
        "key": each.key,
        "service": each.snapshot.service,
        "at": each.snapshot.document["taken_at"],
        "drill": each.is_drill,
        "cause": str(each.cause) if each.cause else None,
        "before": _shown(old),
        "after": _shown(new),
        "flips": old.option != new.option,
        "bounds_flip": old.in_bounds != new.in_bounds,
        "saved": _saved(old, old.option, new.option),
        "saved_in_hindsight": _in_hindsight(each, old, new) if each.cause else None,
    }


def _shown(verdict: Verdict) -> dict[str, Any]:
    return {
        "option": verdict.option,
        "title": option_report.title(verdict.option, verdict.made),
        "in_bounds": verdict.in_bounds,
        "too_close_to_call": verdict.scores.too_close,
        "expected": text(verdict.scores.of(verdict.option).loss.expected),
    }


def _saved(judged_by: Verdict, chosen: str, instead: str) -> str | None:
    own, other = judged_by.loss_of(chosen), judged_by.loss_of(instead)
    return None if own is None or other is None else text(own - other)


def _in_hindsight(each: Past, old: Verdict, new: Verdict) -> str | None:
    known = {str(name): float(name == each.cause) for name in Hypothesis}
    case = replace(old.made.case, posterior=known)
    return _saved(Verdict(old.made, score(case), old.in_bounds), old.option, new.option)


def _sum(cases: list[dict[str, Any]], name: str) -> str:
    return text(math.fsum(float(each[name]) for each in cases if each[name] is not None))
