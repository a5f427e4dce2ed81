"""From labels to a score of 0 to 100, as Kayenta's weighted sum of groups."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from decisions.domain.judges.kayenta import Label

# At this share of metrics without data the score is 0.
NODATA_SHARE = 0.5
_COUNTED = (Label.PASS, Label.HIGH, Label.LOW, Label.NODATA_FAIL)


@dataclass(frozen=True)
class Judged:
    """One metric's outcome: in which groups it counts and, there, how much (Kayenta's own metrics all weigh 1)."""

    name: str
    label: Label
    is_critical: bool
    groups: tuple[str, ...]
    weight: float = 1.0


@dataclass(frozen=True)
class Scores:
    """The total, 0 to 100; each group's score by name, None where no metric had data; why the total is 0, if it is."""

    total: float
    groups: dict[str, float | None]
    reason: str | None


def score(metrics: Sequence[Judged], group_weights: Mapping[str, float]) -> Scores:
    """Score metrics (muted ones left out by the caller); group weights are out of 100.

    Groups without a weight share what is left of 100 in equal parts. A group without data counts 100. A critical
    failure, or half of the metrics without data, makes the total 0.
    """
    groups = {name: _group_score(metrics, name) for name in sorted({g for metric in metrics for g in metric.groups})}
    failed = [metric.name for metric in metrics if metric.is_critical and metric.label is not Label.PASS]
    if failed:
        return Scores(0.0, groups, f"The critical metric {failed[0]} failed.")
    empty = sum(metric.label is Label.NODATA for metric in metrics)
    if empty >= NODATA_SHARE * len(metrics):
        return Scores(0.0, groups, _without_data(empty, len(metrics)))
    return Scores(_total(groups, group_weights), groups, None)


def _without_data(empty: int, of: int) -> str:
    if of == 1:
        return "The only metric has no data."
    return f"{empty} of {of} metrics {'has' if empty == 1 else 'have'} no data."


def _group_score(metrics: Sequence[Judged], group: str) -> float | None:
    weights = {label: 0.0 for label in Label}
    for metric in metrics:
        if group in metric.groups:
            weights[metric.label] += metric.weight
    counted = sum(weights[label] for label in _COUNTED)
    return weights[Label.PASS] / counted * 100 if counted else None


def weight_of(group: str, groups: Collection[str], group_weights: Mapping[str, float]) -> float:
    """A group's weight out of 100: its own, or an equal part of what those with one leave."""
    if group in group_weights:
        return group_weights[group]
    return (100 - math.fsum(group_weights.values())) / sum(other not in group_weights for other in groups)


def _total(groups: Mapping[str, float | None], group_weights: Mapping[str, float]) -> float:
    total = 0.0
    for name, value in groups.items():
        total += (100.0 if value is None else value) * weight_of(name, groups, group_weights) / 100
    return float(Decimal(repr(total)).quantize(Decimal("0.01"), ROUND_HALF_UP))


def verdict(total: float, passes_at: float, marginal_at: float) -> str:
    """`pass`, `marginal` or `fail`."""
    if total >= passes_at:
        return "pass"
    return "marginal" if total >= marginal_at else "fail"
