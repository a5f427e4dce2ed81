"""Which option is recommended: the least loss, unless one that is as good touches less."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from decisions.domain.restraint import is_worth_switching
from decisions.domain.scores import Because


@dataclass(frozen=True, slots=True)
class Contender:
    """What the choice depends on, as reported.

    Attributes:
        losses: expected loss in each category, in one order for all.
        risk_adjusted: (1 - lambda) expected + lambda CVaR95, currency.
        regret: currency.
        blast_radius: 0..1, of what is done now.
        reach: 0..1, of all that it comes to: a hold touches nothing now, and later what its plan touches.
    """

    key: str
    losses: tuple[float, ...]
    risk_adjusted: float
    regret: float
    blast_radius: float
    undo_minutes: float
    reach: float

    def dominates(self, other: Contender) -> bool:
        """Nowhere costlier, somewhere cheaper, and touching no more than the other in the end."""
        nowhere_costlier = all(mine <= theirs for mine, theirs in zip(self.losses, other.losses, strict=True))
        return nowhere_costlier and self.losses != other.losses and self.reach <= other.reach


@dataclass(frozen=True, slots=True)
class Choice:
    """Keys best first, who is dominated by whom, and the recommendation with its reason."""

    order: tuple[str, ...]
    dominated_by: Mapping[str, str]
    recommended: str
    because: Because
    tied: tuple[str, ...]
    runner_up: str | None


@dataclass(frozen=True, slots=True)
class Present:
    """The contender that leaves things as they are, and what a change costs beside what is stated for it."""

    key: str
    switching_cost: float


def choose(contenders: Sequence[Contender], tolerance: float, present: Present | None = None) -> Choice:
    """Rank the contenders and choose one; the order they come in does not matter.

    The leader is the option with the least risk-adjusted loss that nothing dominates. Options count as
    equally good when their regret, and their distance from the leader, are within the tolerance; among
    those the smallest blast radius wins, then the quickest to undo, then the key. The present state is kept
    unless leaving it is worth the switch.

    Args:
        contenders: at least one, with distinct keys.
        tolerance: currency, >= 0.
    """
    ranked = sorted(contenders, key=lambda c: (c.risk_adjusted, c.blast_radius, c.undo_minutes, c.key))
    dominated = _dominated(ranked)
    standing = [c for c in ranked if c.key not in dominated]
    leader = standing[0]
    tied = [c for c in standing if c is leader or _as_good(c, leader, tolerance)]
    kept = _kept(ranked, leader, tolerance, present)
    chosen = kept or min(tied, key=lambda c: (c.blast_radius, c.undo_minutes, c.key))
    rest = [c for c in ranked if c is not chosen]
    return Choice(
        order=tuple(c.key for c in ranked),
        dominated_by=dominated,
        recommended=chosen.key,
        because=_reason(chosen, leader, tied, is_kept=kept is not None, alone=not rest),
        tied=tuple(c.key for c in ranked if c in tied or c is chosen),
        runner_up=rest[0].key if rest else None,
    )


def _dominated(ranked: Sequence[Contender]) -> dict[str, str]:
    """Each dominated key with the best-ranked option that dominates it."""
    found = {}
    for contender in ranked:
        better = next((other for other in ranked if other.dominates(contender)), None)
        if better is not None:
            found[contender.key] = better.key
    return found


def _as_good(contender: Contender, leader: Contender, tolerance: float) -> bool:
    behind = contender.risk_adjusted - leader.risk_adjusted
    return contender.regret <= tolerance and behind <= tolerance


def _kept(
    ranked: Sequence[Contender], leader: Contender, tolerance: float, present: Present | None
) -> Contender | None:
    """The present state, where leaving it is not worth it."""
    if present is None:
        return None
    kept = next(c for c in ranked if c.key == present.key)
    saved = kept.risk_adjusted - leader.risk_adjusted
    return None if is_worth_switching(saved, present.switching_cost, tolerance) else kept


def _reason(chosen: Contender, leader: Contender, tied: Sequence[Contender], *, is_kept: bool, alone: bool) -> Because:
    if alone:
        return Because.ONLY_OPTION
    if chosen is leader:
        return Because.LEAST_LOSS
    if is_kept:
        return Because.NOT_WORTH_SWITCHING
    others = [c for c in tied if c is not chosen]
    if all(c.blast_radius > chosen.blast_radius for c in others):
        return Because.SMALLEST_BLAST_RADIUS
    level = [c for c in others if c.blast_radius == chosen.blast_radius]
    if all(c.undo_minutes > chosen.undo_minutes for c in level):
        return Because.QUICKEST_TO_UNDO
    return Because.NAME
