"""Why a verdict is what it is, in a sentence."""

from __future__ import annotations

import math

from decisions.domain.judges.sequential import Finding, State, Unit, Verdict


def reason(finding: Finding) -> str:
    """The sentence for a finding of the sequential judge; it names estimate, bound, margin and rows."""
    evidence = finding.evidence
    if evidence.state is State.EMPTY:
        return f"No row has a value on both sides{_missing(evidence.missing)}."
    if evidence.state is State.SHORT:
        return f"Only {evidence.rows} rows have a value on both sides{_missing(evidence.missing)}; that is too few."
    if evidence.state is State.CONSTANT:
        return f"Both sides hold one and the same value in all {evidence.rows} rows."
    if evidence.state is State.QUIET:
        return _quiet(finding)
    return f"{_claim(finding)}, after {_rows(finding)}."


def _quiet(finding: Finding) -> str:
    excluded = f"{finding.high:.3g} more a row on the candidate is excluded" if math.isfinite(finding.high) else ""
    seen = f"Nothing happened on either side in {finding.evidence.rows} rows"
    return f"{seen}; {excluded}." if excluded else f"{seen}."


def _claim(finding: Finding) -> str:
    margin = f"the margin of {_margin(finding)}"
    worse_is_low = finding.indicator.direction == "lower_is_worse"
    if finding.verdict is Verdict.WORSE:
        is_low = worse_is_low or (finding.indicator.direction == "either" and finding.estimate < 0)
        bound, word = (finding.high, "lower") if is_low else (finding.low, "higher")
        least = f"and at least {_amount(abs(bound), finding.unit)}, " if math.isfinite(bound) else ""
        return f"{_amount(abs(finding.estimate), finding.unit)} {word}, {least}which is beyond {margin}"
    if finding.verdict is Verdict.FINE and finding.indicator.direction != "either":
        bound = finding.low if worse_is_low else finding.high
        return f"{_moved(bound, finding.unit)} at worst, within {margin}"
    return f"Between {_moved(finding.low, finding.unit)} and {_moved(finding.high, finding.unit)}; {_against(finding)}"


def _against(finding: Finding) -> str:
    if finding.verdict is Verdict.FINE:
        return f"within the margin of {_margin(finding)}"
    if finding.unit != finding.indicator.margin.kind:
        return f"the margin is {_margin(finding)}, and the baseline may be 0"
    return f"the margin is {_margin(finding)}"


def _margin(finding: Finding) -> str:
    return _amount(finding.indicator.margin.size, finding.indicator.margin.kind)


def _moved(change: float, unit: Unit) -> str:
    if math.isinf(change):
        return "any amount lower" if change < 0 else "any amount higher"
    if change == 0:
        return "no change"
    return f"{_amount(abs(change), unit)} {'lower' if change < 0 else 'higher'}"


def _amount(size: float, unit: Unit) -> str:
    return f"{100 * size:.3g} %" if unit == "ratio" else f"{size:.3g}"


def _rows(finding: Finding) -> str:
    worth = "independent events" if finding.kind == "count" else "independent ones"
    return f"{finding.evidence.rows} rows worth {finding.effective_n:.0f} {worth}{_missing(finding.evidence.missing)}"


def _missing(count: int) -> str:
    return f" ({count} without)" if count else ""
