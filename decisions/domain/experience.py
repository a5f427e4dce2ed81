"""What past uses and drills teach about an option: how often it works and how long it takes (DECISION-MODEL 1.4)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from decisions.domain.beliefs import Beta, Duration
from decisions.domain.evidence import PastUse, Snapshot
from decisions.domain.learning import Use, effective_uses, learned_duration, learned_success
from decisions.domain.policy_options import Learning, OptionClass, Success

# A prior of exactly 0 or 1 could never be taught better.
_LEAST = 0.005


@dataclass(frozen=True)
class Record:
    """Past uses of a kind: how much they weigh, how many worked of how many, how many were never resolved."""

    effective: float
    worked: int
    all: int
    unresolved: int


def success(known: OptionClass, prior: Success, snapshot: Snapshot, learning: Learning) -> dict[str, Beta]:
    """How likely the option works under the release and under another cause, learned from its past uses."""
    stated = {"release": prior.release, "other": prior.other}
    return {
        hypothesis: learned_success(
            _beta(mean, known.pseudo_uses),
            _uses(snapshot, learning, known.kind, hypothesis),
            learning.half_life_days,
        )
        for hypothesis, mean in stated.items()
    }


def takes(known: OptionClass, snapshot: Snapshot, learning: Learning) -> Duration:
    """How long the option takes, in minutes; the median is learned, the spread stays the policy's."""
    prior = Duration(known.takes.median_minutes, known.takes.spread, known.pseudo_uses)
    return learned_duration(prior, _uses(snapshot, learning, known.kind), learning.half_life_days)


def record(kind: str, snapshot: Snapshot, learning: Learning) -> Record:
    """What can be said of a kind's past."""
    past = [each for each in snapshot.past_uses if each.kind == kind]
    return Record(
        effective=effective_uses(_uses(snapshot, learning, kind), learning.half_life_days),
        worked=sum(each.success for each in past),
        all=len(past),
        unresolved=sum(each.minutes is None for each in past),
    )


def _uses(snapshot: Snapshot, learning: Learning, kind: str, hypothesis: str | None = None) -> list[Use]:
    return [_use(each, snapshot, learning) for each in _of(snapshot.past_uses, kind, hypothesis)]


def _of(past: Iterable[PastUse], kind: str, hypothesis: str | None) -> Iterable[PastUse]:
    return (each for each in past if each.kind == kind and hypothesis in (None, each.hypothesis))


def _use(each: PastUse, snapshot: Snapshot, learning: Learning) -> Use:
    age = max((snapshot.taken_at - each.at).total_seconds() / 86400, 0.0)
    counts = learning.journal_weight if each.source == "journal" else learning.drill_weight
    return Use(each.source, age, each.success, each.minutes, counts=counts)


def _beta(mean: float, weight: float) -> Beta:
    kept = min(max(mean, _LEAST), 1 - _LEAST)
    return Beta(kept * weight, (1 - kept) * weight)
