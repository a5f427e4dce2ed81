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

AMOUNTS = ("saved", "saved_at_its_own", "saved_in_hindsight", "saved_in_hindsight_at_its_own")


@dataclass(frozen=True)
class Past:
    """A past incident or drill; `cause` is the hypothesis that turned out to be true, where that is known."""

    key: str
    snapshot: Snapshot
    cause: Hypothesis | None = None
    is_drill: bool = False


@dataclass(frozen=True)
class Verdict:
    """What one policy says about one snapshot; `broken` are the labels of the bounds that its choice breaks."""

    made: Made
    scores: Scores
    broken: tuple[str, ...]

    @property
    def in_bounds(self) -> bool:
        return not self.broken

    @property
    def option(self) -> str:
        return self.scores.recommended

    def loss_of(self, option: str) -> float | None:
        """Expected loss of an option, currency; None when this policy would not have had it."""
        known = {each.key: each.loss.expected for each in self.scores.options}
        return known.get(option)


def compare(past: Iterable[Past], before: Policy | None, after: Policy) -> dict[str, Any]:
    """Hold a draft against the policy in force on past snapshots; without one it is judged alone.

    Returns:
        A JSON value: `cases` and `skipped` as `judged` makes them, by key, and what `summed` counts over the cases.
    """
    found = [judged(each, before, after) for each in sorted(past, key=lambda one: one.key)]
    return summed(found, before, after)


def judged(each: Past, before: Policy | None, after: Policy) -> dict[str, Any]:
    """One case with the verdicts of both policies, or the reason why one of them says nothing about it.

    `saved` is by how much the draft's choice is cheaper (below 0: dearer) at the prices of the policy in force, which
    chose about the cheapest for itself; `saved_at_its_own` is the same at the prices of the draft. `..._in_hindsight`
    are both once more with the established cause taken for certain. Null: not comparable, or no cause is known.
    """
    try:
        return _case(each, before, after)
    except BadDocument as bad:
        return {"key": each.key, "reason": str(bad)}


def summed(found: Iterable[dict[str, Any]], before: Policy | None, after: Policy) -> dict[str, Any]:
    """Cases and skipped ones apart, how many flip, and what was saved in all; an amount is null where no case has it.

    The amounts at the prices of the policy in force are in `currency`, those at the draft's own in `currency_after`.
    """
    ordered = sorted(found, key=lambda one: str(one["key"]))
    cases = [each for each in ordered if "reason" not in each]
    return {
        "before": _named(before) if before else None,
        "after": _named(after),
        "currency": (before or after).currency,
        "currency_after": after.currency,
        "cases": cases,
        "skipped": [each for each in ordered if "reason" in each],
        "flips": sum(each["flips"] for each in cases),
        "bounds_flip": sum(each["bounds_flip"] for each in cases),
        "causes_known": sum(each["cause"] is not None for each in cases),
        **{name: _sum(cases, name) for name in AMOUNTS},
    }


def judge(snapshot: Snapshot, policy: Policy) -> Verdict:
    """What a policy decides on a snapshot, and which of its bounds that would break."""
    made, scores = decide(snapshot, policy)
    chosen = option_report.ranked(made, scores, arithmetic(made.case))
    best = next(each for each in chosen if each["recommended"])
    checks = clearance.checks(best, snapshot, policy)
    return Verdict(made, scores, tuple(check.label for check in checks if not check.passes))


def _case(each: Past, before: Policy | None, after: Policy) -> dict[str, Any]:
    old = judge(each.snapshot, before) if before else None
    new = judge(each.snapshot, after)
    return {
        "key": each.key,
        "service": each.snapshot.service,
        "at": each.snapshot.document["taken_at"],
        "drill": each.is_drill,
        "cause": str(each.cause) if each.cause else None,
        "before": _shown(old) if old else None,
        "after": _shown(new),
        "flips": old is not None and old.option != new.option,
        "bounds_flip": old is not None and old.in_bounds != new.in_bounds,
        **(_prices(each, old, new) if old else dict.fromkeys(AMOUNTS)),
    }


def _prices(each: Past, old: Verdict, new: Verdict) -> dict[str, str | None]:
    """What the draft's choice saves, at either policy's prices, as it was seen then and in hindsight."""
    judges = [old, new]
    if each.cause is not None:
        judges += [_in_hindsight(verdict, each.cause) for verdict in (old, new)]
    saved = [_saved(judge, old.option, new.option) for judge in judges]
    return dict(zip(AMOUNTS, [*saved, None, None], strict=False))


def _shown(verdict: Verdict) -> dict[str, Any]:
    return {
        "option": verdict.option,
        "title": option_report.title(verdict.option, verdict.made),
        "in_bounds": verdict.in_bounds,
        "broken": list(verdict.broken),
        "too_close_to_call": verdict.scores.too_close,
        "expected": text(verdict.scores.of(verdict.option).loss.expected),
    }


def _saved(judged_by: Verdict, chosen: str, instead: str) -> str | None:
    own, other = judged_by.loss_of(chosen), judged_by.loss_of(instead)
    return None if own is None or other is None else text(own - other)


def _in_hindsight(verdict: Verdict, cause: Hypothesis) -> Verdict:
    """The same verdict with the scores that it would have had if the cause had been known."""
    known = {str(name): float(name == cause) for name in Hypothesis}
    return replace(verdict, scores=score(replace(verdict.made.case, posterior=known)))


def _sum(cases: list[dict[str, Any]], name: str) -> str | None:
    amounts = [float(each[name]) for each in cases if each[name] is not None]
    return text(math.fsum(amounts)) if amounts else None


def _named(policy: Policy) -> dict[str, str]:
    return {"id": policy.id, "digest": policy.digest}
