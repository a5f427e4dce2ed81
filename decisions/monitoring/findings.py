"""What the judge found, as comparisons keep it and say it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from decisions.models import Indicator
from decisions.monitoring.wording import difference

if TYPE_CHECKING:
    from decisions.domain.judges.results import ComparisonResult, Judged

MOST_LOOKS = 60
WORSE, FINE, UNKNOWN = "worse", "fine", "unknown"
WORDS = {WORSE: "is worse than", FINE: "is no worse than", UNKNOWN: "is not yet known against"}

_FIGURES = ("estimate", "margin", "statistic", "n", "effective_n", "log_e", "level")
_KEPT = ("verdict", "reason", "kind", "unit", "direction", *_FIGURES)


def verdict(result: ComparisonResult) -> str:
    return result.verdict if result.verdict in (WORSE, FINE) else UNKNOWN


def kept(result: ComparisonResult, before: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    """Each indicator's figures, and its interval after this look beside those after earlier ones."""
    from decisions.domain.judges.results import as_document

    found = {}
    for each in as_document(result)["indicators"]:
        low, high = each["interval"]
        looks = list(before.get(each["name"], {}).get("looks", ()))
        if low is not None or high is not None:
            looks.append([at.isoformat(), low, high])
        found[each["name"]] = {key: each[key] for key in _KEPT} | {"low": low, "high": high, "looks": thinned(looks)}
    return found


def thinned(looks: list[Any]) -> list[Any]:
    """At most `MOST_LOOKS`: beyond that every second goes, except the newest."""
    return looks if len(looks) <= MOST_LOOKS else [*looks[:-1:2], looks[-1]]


def reason(result: ComparisonResult, indicators: Iterable[Indicator]) -> str:
    """What speaks loudest for the verdict: the indicator that is worse beyond the most doubt, where one is."""
    worse = [each for each in result.indicators if each.verdict == WORSE]
    if not worse:
        return result.reason
    loudest = max(worse, key=lambda each: each.log_e)
    return _how_much(loudest, next(each for each in indicators if each.name == loudest.name))


def _how_much(worse: Judged, indicator: Indicator) -> str:
    if math.isinf(worse.estimate):
        # How many times as many as none cannot be said.
        return f"{indicator.title}: {worse.reason}"
    is_high, is_share = worse.indicator.direction == "higher_is_worse", worse.unit == "ratio"
    least = worse.low if is_high else worse.high
    size = difference(abs(worse.estimate), indicator.unit, is_share=is_share)
    at_least = f", and at least {difference(abs(least), indicator.unit, is_share=is_share)}"
    borne = difference(worse.margin, indicator.unit, is_share=worse.indicator.margin.kind == "ratio")
    side = "higher" if is_high else "lower"
    return f"{indicator.title}: {size} {side}{at_least if math.isfinite(least) else ''}, where {borne} would be borne."
