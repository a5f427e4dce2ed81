"""All metrics by the compatible judge: labels, group scores, total and verdict."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from decisions.domain.judges import kayenta, kayenta_scores
from decisions.domain.judges.configuration import Configuration, Indicator
from decisions.domain.judges.kayenta import Label
from decisions.domain.judges.minutes import lacking
from decisions.domain.judges.reasons import lacking_columns
from decisions.domain.judges.results import ComparisonResult, Group, Judged

Series = Mapping[str, NDArray[np.float64]]


def compare(baseline: Series, candidate: Series, configuration: Configuration) -> ComparisonResult:
    """Classify every metric and score those that are not muted."""
    indicators = tuple(_classified(baseline, candidate, indicator) for indicator in configuration.indicators)
    counted = [
        kayenta_scores.Judged(one.name, Label(one.verdict), one.is_critical, one.indicator.groups, one.indicator.weight)
        for one in indicators
        if not one.indicator.is_muted
    ]
    scores = kayenta_scores.score(counted, configuration.group_weights)
    groups = tuple(
        Group(name, score, kayenta_scores.weight_of(name, scores.groups, configuration.group_weights))
        for name, score in scores.groups.items()
    )
    verdict = kayenta_scores.verdict(scores.total, configuration.passes_at, configuration.marginal_at)
    reason = scores.reason or f"Score {scores.total:g}."
    if configuration.states_margins:
        reason += " Stated margins are no part of Kayenta's rules: they were not used."
    return ComparisonResult(configuration.judge, indicators, groups, scores.total, verdict, reason)


def _classified(baseline: Series, candidate: Series, indicator: Indicator) -> Judged:
    none = np.zeros(0)
    first, second = candidate.get(indicator.name, none), baseline.get(indicator.name, none)
    found = kayenta.classify(first, second, indicator.kayenta)
    sizes = [kayenta.prepared(values, indicator.kayenta).size for values in (first, second)]
    return Judged(
        name=indicator.name,
        verdict=found.label,
        is_critical=found.is_critical,
        indicator=indicator,
        reason=lacking_columns(lacking(candidate, baseline, indicator)) or found.reason,
        kind=indicator.kayenta.classifier,
        unit="absolute",
        estimate=found.shift.estimate if found.shift else math.nan,
        low=found.shift.low if found.shift else -math.inf,
        high=found.shift.high if found.shift else math.inf,
        margin=found.band,
        statistic=found.effect,
        n=min(sizes),
        effective_n=float(min(sizes)),
        missing=int(np.isnan(first).sum() + np.isnan(second).sum()),
    )
