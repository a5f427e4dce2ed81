"""All indicators by the sequential judge: one chance of a false alarm for the whole list, groups, score and verdict."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from decisions.domain.judges import combining, kayenta_scores, sequential, weighing
from decisions.domain.judges.configuration import NOTHING_COUNTS, Configuration
from decisions.domain.judges.reasons import reason
from decisions.domain.judges.results import ComparisonResult, Group, Judged
from decisions.domain.judges.sequential import Finding, Verdict
from decisions.domain.reported import reported

Series = Mapping[str, NDArray[np.float64]]


def compare(baseline: Series, candidate: Series, configuration: Configuration) -> ComparisonResult:
    """Judge every indicator, at a level that keeps false alarms of the list at `alpha` however long it is.

    An indicator that is muted or weighs nothing is judged by itself and counts for nothing. The candidate is worse when
    an indicator is, or when the evidence of all together is enough; fine when all are fine.
    """
    rule = configuration.rule
    weighed = [weighing.weigh(candidate, baseline, one, rule) for one in configuration.indicators]
    counted = [one for one in weighed if configuration.counts(one.indicator)]
    level = combining.level_of_list([one.worse for one in counted], rule.alpha) if counted else rule.alpha
    findings = [
        sequential.decide(one, level if configuration.counts(one.indicator) else rule.alpha, rule.alpha)
        for one in weighed
    ]
    groups = _groups(findings, configuration)
    verdict, sentence = _verdict(findings, configuration)
    failed = any(finding.is_critical for finding in findings if configuration.counts(finding.indicator))
    score = 0.0 if failed else _weighted(groups)
    indicators = tuple(_judged(finding, configuration) for finding in findings)
    return ComparisonResult(configuration.judge, indicators, groups, reported(score), verdict, sentence)


def _groups(findings: Sequence[Finding], configuration: Configuration) -> tuple[Group, ...]:
    members: dict[str, list[Finding]] = {}
    for finding in findings:
        for name in finding.indicator.groups if configuration.counts(finding.indicator) else ():
            if configuration.group_weights.get(name, 1.0) > 0:
                members.setdefault(name, []).append(finding)
    evidence = {name: _average(part) for name, part in members.items()}
    level = combining.level_of_list(list(evidence.values()), configuration.rule.alpha) if evidence else 1.0
    return tuple(
        Group(
            name,
            reported(100 * _share_fine(part)),
            kayenta_scores.weight_of(name, members, configuration.group_weights),
            _group_verdict(part, evidence[name] >= math.log(1 / level)),
            evidence[name],
        )
        for name, part in sorted(members.items())
    )


def _average(findings: Sequence[Finding]) -> float:
    weights = [finding.indicator.weight for finding in findings]
    return weighing.settled(combining.average([finding.evidence.worse for finding in findings], weights))


def _share_fine(findings: Sequence[Finding]) -> float:
    fine = math.fsum(finding.indicator.weight for finding in findings if finding.verdict is Verdict.FINE)
    return fine / math.fsum(finding.indicator.weight for finding in findings)


def _group_verdict(findings: Sequence[Finding], is_shown_worse: bool) -> Verdict:
    if is_shown_worse or any(finding.verdict is Verdict.WORSE for finding in findings):
        return Verdict.WORSE
    are_fine = all(finding.verdict is Verdict.FINE for finding in findings)
    return Verdict.FINE if are_fine else Verdict.NOT_YET_KNOWN


def _weighted(groups: Sequence[Group]) -> float:
    total = math.fsum(group.weight for group in groups)
    return math.fsum((group.score or 0.0) * group.weight for group in groups) / total if total else 0.0


def _verdict(findings: Sequence[Finding], configuration: Configuration) -> tuple[Verdict, str]:
    counted = [finding for finding in findings if configuration.counts(finding.indicator)]
    if not counted:
        return Verdict.NOT_YET_KNOWN, f"Of the indicators {NOTHING_COUNTS}."
    worse = [finding for finding in counted if finding.verdict is Verdict.WORSE]
    if worse:
        first = max(worse, key=lambda finding: (finding.indicator.is_critical, finding.evidence.worse))
        return Verdict.WORSE, _worse(first.indicator.name, len(worse), len(counted))
    if _average(counted) >= math.log(1 / configuration.rule.alpha):
        return Verdict.WORSE, f"No indicator is worse by itself, but all {len(counted)} together are."
    fine = sum(finding.verdict is Verdict.FINE for finding in counted)
    if fine == len(counted):
        return Verdict.FINE, _fine(fine)
    if len(counted) == 1:
        return Verdict.NOT_YET_KNOWN, f"Whether {counted[0].indicator.name} is within its margin is not yet known."
    shown = f"{fine} of {len(counted)} indicators {'is' if fine == 1 else 'are'} fine"
    return Verdict.NOT_YET_KNOWN, f"{shown}; none is shown to be worse."


def _worse(first: str, count: int, of: int) -> str:
    if of == 1:
        return f"The only indicator, {first}, is worse."
    return f"{count} of {of} indicators {'is' if count == 1 else 'are'} worse, {'first ' if count > 1 else ''}{first}."


def _fine(count: int) -> str:
    return (
        f"All {count} indicators are within their margins." if count > 1 else "The only indicator is within its margin."
    )


def _judged(finding: Finding, configuration: Configuration) -> Judged:
    indicator, evidence = finding.indicator, finding.evidence
    return Judged(
        name=indicator.name,
        verdict=finding.verdict,
        is_critical=finding.is_critical,
        indicator=indicator,
        reason=reason(finding),
        kind=finding.kind,
        unit=finding.unit,
        estimate=finding.estimate,
        low=finding.low,
        high=finding.high,
        margin=indicator.margin.size,
        statistic=finding.statistic,
        since=finding.since,
        n=finding.rows,
        effective_n=finding.effective_n,
        log_e=evidence.worse,
        level=finding.low_level if indicator.direction != "lower_is_worse" else finding.high_level,
        state=evidence.state,
        missing=evidence.missing,
    )
