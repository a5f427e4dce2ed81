"""What a comparison came to, the same for both judges, as values and as a document."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from decisions.domain.judges.configuration import Indicator, Judge
from decisions.domain.reported import reported


@dataclass(frozen=True)
class Judged:
    """One indicator's outcome, the same for both judges.

    Attributes:
        verdict: worse, fine, not_yet_known; or Kayenta's label.
        is_critical: this outcome alone fails the candidate.
        unit: of estimate, low and high: `ratio` (of the baseline) or `absolute` (the indicator's own unit).
        low, high: the interval; infinite where nothing is excluded.
        margin: what was borne: the margin as it was set, or Kayenta's band around no shift.
        statistic: standard errors beyond the margin; Kayenta's effect size.
        since: the first row that is shown, from 1; a later one where the candidate became worse on the way.
        n, effective_n: rows compared, from that one on; as many independent rows (or events) would say as much.
        log_e: evidence for worse (log of an e-value); NaN with Kayenta.
    """

    name: str
    verdict: str
    is_critical: bool
    indicator: Indicator
    reason: str
    kind: str | None
    unit: str
    estimate: float
    low: float
    high: float
    margin: float
    statistic: float
    n: int
    effective_n: float
    log_e: float = math.nan
    level: float = math.nan
    state: str | None = None
    missing: int = 0
    since: int = 1


@dataclass(frozen=True)
class Group:
    """A group's score, 0 to 100 (None without data), its weight in the total, and its verdict where it has one."""

    name: str
    score: float | None
    weight: float
    verdict: str | None = None
    log_e: float = math.nan


@dataclass(frozen=True)
class ComparisonResult:
    """What the comparison came to.

    Attributes:
        score: 0 to 100. Sequential: the weighted share of indicators that are shown to be fine, 0 where a critical
            one is worse. Kayenta: its weighted sum of groups.
        verdict: worse, fine, not_yet_known; or pass, marginal, fail.
    """

    judge: Judge
    indicators: tuple[Judged, ...]
    groups: tuple[Group, ...]
    score: float
    verdict: str
    reason: str


def as_document(result: ComparisonResult) -> dict[str, Any]:
    """The result as plain JSON data; figures to nine digits, null for what is infinite or was not computed."""
    return {
        "schema": "rollback-desk/comparison-result/1",
        "judge": result.judge.value,
        "indicators": [_indicator_document(one) for one in result.indicators],
        "groups": [_group_document(group) for group in result.groups],
        "score": result.score,
        "verdict": str(result.verdict),
        "reason": result.reason,
    }


def _indicator_document(one: Judged) -> dict[str, Any]:
    return {
        "name": one.name,
        "verdict": str(one.verdict),
        "critical": one.is_critical,
        "reason": one.reason,
        "direction": one.indicator.direction,
        "groups": list(one.indicator.groups),
        "weight": one.indicator.weight,
        "muted": one.indicator.is_muted,
        "kind": one.kind,
        "unit": one.unit,
        "estimate": _figure(one.estimate),
        "interval": [_figure(one.low), _figure(one.high)],
        "margin": _figure(one.margin),
        "statistic": _figure(one.statistic),
        "since": one.since,
        "n": one.n,
        "effective_n": _figure(one.effective_n),
        "log_e": _figure(one.log_e),
        "level": _figure(one.level),
        "state": one.state and str(one.state),
        "missing": one.missing,
    }


def _group_document(group: Group) -> dict[str, Any]:
    document = {"name": group.name, "score": 0.0 if group.score is None else group.score, "weight": group.weight}
    if group.verdict is not None:
        document |= {"verdict": str(group.verdict), "log_e": _figure(group.log_e)}
    return document


def _figure(value: float) -> float | None:
    return reported(value) if math.isfinite(value) else None
