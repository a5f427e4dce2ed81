"""Error budgets: how fast each level that names an objective burns its own, over pairs of windows.

Alarms of severity page are for the incident room, those of severity ticket are shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import F, Q, Sum

from decisions.domain.burn_rates import TABLE, Counted, Windows, burn_rate, stands, state
from decisions.models import Sample, ServiceLevel, bulk

# A pair is looked at this many times while its short window passes: the longest window holds a hundred thousand rows.
LOOKS_IN_SHORT = 10
PAGE = "page"

Sums = tuple[float, float]
"""(ratio times events, events)"""


@dataclass(frozen=True)
class Burned:
    """A level whose alarm of severity page began or ended at this look."""

    level: ServiceLevel

    @property
    def began(self) -> bool:
        return self.level.is_burning


def compare(levels: Iterable[ServiceLevel], at: datetime) -> list[Burned]:
    """Look at every pair of windows that is due, store what it says on its level, answer where a page began or ended.

    One statement for each pair of windows, however many levels there are. Call inside an act, with the levels held.
    """
    levels = [level for level in levels if level.objective is not None or level.burn]
    looked = {level.pk: _kept(level) for level in levels}
    for windows in TABLE:
        due = [level for level in levels if _is_due(level, looked[level.pk].get(_name(windows)), windows, at)]
        sums = _sums(due, windows.scaled(settings.BURN_SCALE), at) if due else {}
        for level in due:
            before = looked[level.pk].get(_name(windows), {})
            looked[level.pk][_name(windows)] = _look(level, windows, sums.get(level.indicator_id), before, at)
    changed = [level for level in levels if level.burn != list(looked[level.pk].values())]
    burned = [Burned(level) for level in changed if _settle(level, looked[level.pk])]
    bulk.update(changed, ["burn", "is_burning"])
    return burned


def _kept(level: ServiceLevel) -> dict[str, dict[str, Any]]:
    """What the level's pairs said last, by name; nothing once it has no objective any more."""
    return {pair["name"]: pair for pair in level.burn} if level.objective is not None else {}


def _is_due(level: ServiceLevel, kept: Mapping[str, Any] | None, windows: Windows, at: datetime) -> bool:
    if level.objective is None:
        return False
    pause = timedelta(seconds=windows.short * settings.BURN_SCALE / LOOKS_IN_SHORT)
    return kept is None or at - datetime.fromisoformat(kept["at"]) >= pause


def _name(windows: Windows) -> str:
    return f"{windows.severity}-{windows.burn:g}"


def _sums(levels: Iterable[ServiceLevel], windows: Windows, at: datetime) -> dict[int, tuple[Sums, Sums]]:
    """What was counted on live traffic in the long and the short window, by indicator."""
    starts = {"long": at - timedelta(seconds=windows.long), "short": at - timedelta(seconds=windows.short)}
    rows = Sample.objects.filter(
        series__indicator__in={level.indicator_id for level in levels},
        series__mode="live",
        at__gt=starts["long"],
        at__lte=at,
        value__isnull=False,
        n__gt=0,
    )
    sums: dict[str, Sum] = {}
    for name, start in starts.items():
        inside = Q(at__gt=start)
        sums[f"{name}_top"] = Sum(F("value") * F("n"), filter=inside, default=0.0)
        sums[f"{name}_events"] = Sum("n", filter=inside, default=0.0)
    found = rows.order_by().values("series__indicator_id").annotate(**sums)
    return {
        pk: ((long_top, long_events), (short_top, short_events))
        for pk, long_top, long_events, short_top, short_events in found.values_list("series__indicator_id", *sums)
    }


def _look(
    level: ServiceLevel, windows: Windows, sums: tuple[Sums, Sums] | None, before: Mapping[str, Any], at: datetime
) -> dict[str, Any]:
    assert level.objective is not None
    long, short = (_counted(level, each) for each in sums) if sums else (None, None)
    now = state(windows, level.objective, long, short)
    scaled = windows.scaled(settings.BURN_SCALE)
    return {
        "name": _name(windows),
        "severity": windows.severity,
        "burn": windows.burn,
        "long_seconds": scaled.long,
        "short_seconds": scaled.short,
        "long_rate": _rate(level.objective, long),
        "short_rate": _rate(level.objective, short),
        "state": str(now),
        "stands": stands(bool(before.get("stands")), now),
        "at": at.isoformat(),
    }


def _counted(level: ServiceLevel, sums: Sums) -> Counted:
    """Bad events of all: a level that must stay low counts bad ones, one that must stay high counts good ones."""
    top, events = sums
    bad = top if level.bound == "at_most" else events - top
    # Labels that come late can count more bad events in an interval than there were events in it.
    return Counted(min(max(bad, 0.0), events), events)


def _rate(objective: float, counted: Counted | None) -> float | None:
    return round(burn_rate(counted.bad / counted.total, objective), 6) if counted and counted.total else None


def _settle(level: ServiceLevel, looked: Mapping[str, dict[str, Any]]) -> bool:
    """Write the pairs on the level; answers whether its page began or ended."""
    was, level.burn = level.is_burning, list(looked.values())
    level.is_burning = bool(page(level))
    return was != level.is_burning


def page(level: ServiceLevel) -> dict[str, Any]:
    """The pair of windows that pages, with how many times too fast both of them burn; empty when none does."""
    pair = next((pair for pair in level.burn if pair["stands"] and pair["severity"] == PAGE), None)
    if pair is None:
        return {}
    rates = [rate for rate in (pair["long_rate"], pair["short_rate"]) if rate is not None]
    kept = ("burn", "long_seconds", "short_seconds", "state")
    return {key: pair[key] for key in kept} | {"rate": min(rates, default=None)}
