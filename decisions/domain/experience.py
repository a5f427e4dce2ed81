"""What past uses and drills teach about an option: how often it works and how long it takes (DECISION-MODEL 1.4).

A use teaches only what was true when it was made. It counts where the same exception of the policy held
(`success_when`), and for each cause as much as that cause was likely: see docs/decisions/what-past-uses-teach.md.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from decisions.domain.beliefs import Beta, Duration
from decisions.domain.evidence import Snapshot
from decisions.domain.hypotheses import LASTING
from decisions.domain.learning import Use, effective_uses, learned_duration, learned_success, pooled_prior
from decisions.domain.past_uses import PastUse
from decisions.domain.policy_options import Learning, OptionClass, Success, SuccessWhen

# A chance of exactly 0 or 1 could never be taught better.
_LEAST = 0.005


@dataclass(frozen=True)
class Footing:
    """What an option's chance of success rests on: the policy's numbers, and the past uses they are learned from."""

    stated: Success
    uses: tuple[PastUse, ...]


@dataclass(frozen=True)
class Record:
    """Past uses of a kind for this service.

    Attributes:
        effective: how many uses the estimate has learned from, weighted by age, source and cause.
        worked, all: of the uses that count here.
        apart: uses with an outcome that was reached under other conditions, and teaches nothing here.
        unresolved: uses of which nobody knows whether they worked.
    """

    effective: float
    worked: int
    all: int
    apart: int
    unresolved: int


def footing(known: OptionClass, says: Callable[[str], str | None], past: Iterable[PastUse]) -> Footing:
    """The policy's numbers for what the evidence says, and the past uses for which they held as well.

    Args:
        says: the named value of a token now; None when nothing was seen.
    """
    now = _exception(known, says)
    uses = [each for each in past if each.kind == known.kind and each.resolved]
    return Footing(
        stated=now.success if now else known.success,
        uses=tuple(each for each in uses if _exception(known, each.seen.get) == now),
    )


def success(on: Footing, known: OptionClass, snapshot: Snapshot, learning: Learning) -> dict[str, Beta]:
    """How likely the option works under the release and under another cause."""
    return {cause.value: _learned(cause.value, on, known, snapshot, learning) for cause in LASTING}


def takes(known: OptionClass, snapshot: Snapshot, learning: Learning) -> Duration:
    """How long the option takes, in minutes; the median is learned, the spread stays the policy's."""
    prior = Duration(known.takes.median_minutes, known.takes.spread, known.pseudo_uses)
    uses = [_use(each, snapshot, learning) for each in _own(snapshot.past_uses) if each.kind == known.kind]
    return learned_duration(prior, uses, learning.half_life_days)


def record(kind: str, on: Footing, snapshot: Snapshot, learning: Learning) -> Record:
    """What can be said of a kind's past."""
    own = [each for each in _own(snapshot.past_uses) if each.kind == kind]
    here = _own(on.uses)
    ended = sum(each.resolved for each in own)
    weighed = [_weighed(_use(each, snapshot, learning), each.lasting) for each in here]
    return Record(
        effective=effective_uses(weighed, learning.half_life_days),
        worked=sum(each.success for each in here),
        all=len(here),
        apart=ended - len(here),
        unresolved=len(own) - ended,
    )


def shares(use: PastUse, stated: Success) -> dict[str, float]:
    """How likely each lasting cause was, now that it is known whether the option worked; they sum to `use.lasting`.

    A success speaks for the cause against which the option works more often. What passes by itself would have passed
    with any option: its share is left out, whatever came of it.

    Source:
        Bayes' rule with the policy's rates, which do not move: one pass, so that a use counts once.
    """
    rates = {"release": _inside(stated.release), "other": _inside(stated.other)}
    fits = {cause: use.causes[cause] * (rate if use.success else 1 - rate) for cause, rate in rates.items()}
    total = math.fsum(fits.values())
    return {cause: use.lasting * fit / total if total else 0.0 for cause, fit in fits.items()}


def _learned(cause: str, on: Footing, known: OptionClass, snapshot: Snapshot, learning: Learning) -> Beta:
    """The rate of the desk's other services is the start, the service's own uses come on top."""

    def uses(*, elsewhere: bool) -> list[Use]:
        alike = [each for each in on.uses if each.elsewhere is elsewhere]
        return [_weighed(_use(each, snapshot, learning), shares(each, on.stated)[cause]) for each in alike]

    stated = _inside(on.stated.release if cause == "release" else on.stated.other)
    prior = pooled_prior(stated, known.pseudo_uses, uses(elsewhere=True), learning.half_life_days)
    return learned_success(prior, uses(elsewhere=False), learning.half_life_days)


def _exception(known: OptionClass, says: Callable[[str], str | None]) -> SuccessWhen | None:
    """The first exception of the policy that holds; None when its plain numbers do."""
    return next((when for when in known.success_when if says(when.token) == when.value), None)


def _own(past: Iterable[PastUse]) -> list[PastUse]:
    return [each for each in past if not each.elsewhere]


def _use(each: PastUse, snapshot: Snapshot, learning: Learning) -> Use:
    age = max((snapshot.taken_at - each.at).total_seconds() / 86400, 0.0)
    counts = learning.journal_weight if each.source == "journal" else learning.drill_weight
    return Use(each.source, age, each.success, each.minutes, counts=counts)


def _weighed(use: Use, share: float) -> Use:
    return replace(use, counts=(use.counts or 0.0) * share)


def _inside(chance: float) -> float:
    return min(max(chance, _LEAST), 1 - _LEAST)
