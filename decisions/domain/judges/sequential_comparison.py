"""All indicators by the sequential judge: one chance of a false alarm for the whole list, groups, score and verdict."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from decisions.domain.judges import combining, kayenta_scores, sequential, weighing
from decisions.domain.judges.configuration import Configuration, Indicator
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
    counted = [one for one in weighed if _counts(one.indicator)]
    level = combining.level_of_list([one.worse for one in counted], rule.alpha) if counted else rule.alpha
    findings = [sequential.decide(one, level if _counts(one.indicator) else rule.alpha, rule.alpha) for one in weighed]
    groups = _groups(findings, configuration)
    verdict, sentence = _verdict(findings, configuration)
    failed = any(finding.is_critical for finding in findings if _counts(finding.indicator))
    score = 0.0 if failed else _weighted(groups)
    indicators = tuple(_judged(finding, configuration) for finding in findings)
    return ComparisonResult(configuration.judge, indicators, groups, reported(score), verdict, sentence)


def _counts(indicator: Indicator) -> bool:
    return not indicator.is_muted and indicator.weight > 0


def _groups(findings: Sequence[Finding], configuration: Configuration) -> tuple[Group, ...]:
    members: dict[str, list[Finding]] = {}
    for finding in findings:
        for name in finding.indicator.groups if _counts(finding.indicator) else ():
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
    counted = [finding for finding in findings if _counts(finding.indicator)]
    if not counted:
        return Verdict.NOT_YET_KNOWN, "No indicator counts."
    worse = [finding for finding in counted if finding.verdict is Verdict.WORSE]
    if worse:
        first = max(worse, key=lambda finding: (finding.indicator.is_critical, finding.evidence.worse))
        return Verdict.WORSE, f"{len(worse)} of {len(counted)} indicators are worse, first {first.indicator.name}."
    together = _average(counted)
    if together >= math.log(1 / configuration.rule.alpha):
        return Verdict.WORSE, f"No indicator is worse by itself, but all {len(counted)} together are."
    fine = sum(finding.verdict is Verdict.FINE for finding in counted)
    if fine == len(counted):
        return Verdict.FINE, f"All {fine} indicators are within their margins."
    return Verdict.NOT_YET_KNOWN, f"{fine} of {len(counted)} indicators are fine; none is shown to be worse."


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
