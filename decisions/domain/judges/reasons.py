"""Why a verdict is what it is, in a sentence."""

from __future__ import annotations

import math
from collections.abc import Sequence

from decisions.domain.judges.limits import Unit
from decisions.domain.judges.sequential import Finding, Verdict
from decisions.domain.judges.weighing import Evidence, State


def reason(finding: Finding) -> str:
    """The sentence for a finding of the sequential judge; it names estimate, bound, margin and rows."""
    evidence = finding.evidence
    if evidence.compared.lacking:
        return lacking_columns(evidence.compared.lacking)
    if evidence.state is State.QUIET:
        return f"{_quiet(finding)}{_left_out(evidence)}."
    if evidence.state is State.MEASURED:
        return f"{_claim(finding)}, after {_rows(finding)}{_left_out(evidence)}."
    return f"{_unmeasured(evidence)}{_left_out(evidence)}."


def lacking_columns(lacking: Sequence[tuple[str, str]]) -> str:
    """Which file has no such column at all; empty where none lacks one."""
    return " ".join(f"The {side} file has no column {series}." for side, series in lacking)


def _unmeasured(evidence: Evidence) -> str:
    if evidence.state is State.EMPTY:
        return f"No row has a value on both sides{_missing(evidence.missing)}"
    if evidence.state is State.SHORT:
        rows = "row has" if evidence.rows == 1 else "rows have"
        return f"Only {evidence.rows} {rows} a value on both sides{_missing(evidence.missing)}; that is too few"
    return f"Both sides hold one and the same value in all {evidence.rows} rows{_missing(evidence.missing)}"


def _quiet(finding: Finding) -> str:
    excluded = f"; {finding.high:.3g} more a row on the candidate is excluded" if math.isfinite(finding.high) else ""
    return f"Nothing happened on either side in {finding.evidence.rows} rows{excluded}"


def _claim(finding: Finding) -> str:
    margin = f"the margin of {_margin(finding)}"
    worse_is_low = finding.indicator.direction == "lower_is_worse"
    if finding.verdict is Verdict.WORSE:
        is_low = worse_is_low or (finding.indicator.direction == "either" and finding.estimate < 0)
        least = _least(finding.high if is_low else finding.low, finding.unit)
        return f"{_change(finding)}{_since(finding)}{least}, which is beyond {margin}"
    if finding.verdict is Verdict.FINE and finding.indicator.direction != "either":
        return f"{_moved(finding.low if worse_is_low else finding.high, finding.unit)} at worst, within {margin}"
    return f"Between {_moved(finding.low, finding.unit)} and {_moved(finding.high, finding.unit)}; {_against(finding)}"


def _change(finding: Finding) -> str:
    if finding.shown and math.isinf(finding.estimate):
        return f"{finding.shown.candidate:.3g} a row against none on the baseline"
    return _moved(finding.estimate, finding.unit)


def _since(finding: Finding) -> str:
    return f" since row {finding.since}" if finding.since > 1 else ""


def _least(bound: float, unit: Unit) -> str:
    return f", and at least {_moved(bound, unit)}" if math.isfinite(bound) else ""


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
    if unit == "absolute":
        return f"{size:.3g}"
    # Three digits, and no exponent where people still read one: 2,030 %.
    return f"{float(f'{100 * size:.3g}'):,.0f} %" if 10 <= size < 1e6 else f"{100 * size:.3g} %"


def _rows(finding: Finding) -> str:
    worth = "independent events" if finding.kind == "count" else "independent ones"
    return f"{finding.rows} rows worth {finding.effective_n:.0f} {worth}{_missing(finding.evidence.missing)}"


def _missing(count: int) -> str:
    return f" ({count} without)" if count else ""


def _left_out(evidence: Evidence) -> str:
    """What the newest part of one file was not held against."""
    ahead = evidence.compared.ahead
    if not ahead:
        return ""
    longer, shorter = ("baseline", "candidate") if ahead > 0 else ("candidate", "baseline")
    last = f"last {abs(ahead)} rows" if abs(ahead) > 1 else "last row"
    return f"; the {shorter} has no values for the {last} of the {longer}, so the newest part was not compared"
