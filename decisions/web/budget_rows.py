"""Error budgets as the service's page shows them: how fast each pair of windows burns, and how long a budget lasts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.conf import settings

from decisions.domain.burn_rates import PERIOD
from decisions.models import ServiceLevel
from decisions.web.words import GAP, lasting, parsed

STATES = {"firing": "broken", "quiet": "ok", "too_few": "missing", "no_data": "missing"}
WORDS = {"firing": "Burns too fast", "quiet": "Within budget", "too_few": "Too few events", "no_data": "No data"}
KINDS = {"page": "opens an incident", "ticket": "is shown here, and wakes nobody"}
RANK = {"page": 0, "ticket": 1}


def of(levels: Iterable[ServiceLevel], at: datetime) -> list[dict[str, Any]]:
    """One row for each pair of windows of each level that names an objective."""
    return [_row(level, pair, at) for level in levels if level.objective is not None for pair in level.burn]


def alarm(level: ServiceLevel) -> dict[str, str] | None:
    """What a level's budget says beside its state: the gravest pair of windows that stands."""
    standing = sorted((pair for pair in level.burn if pair["stands"]), key=lambda pair: RANK[pair["severity"]])
    if not standing:
        return None
    pair = standing[0]
    state = {"page": "broken", "ticket": "warn"}[pair["severity"]]
    return {"state": state, "word": f"{pair['severity'].capitalize()}: burns {_times(_both(pair))} its budget"}


def _row(level: ServiceLevel, pair: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    looked = parsed(pair["at"])
    stands = bool(pair["stands"]) and pair["state"] != "firing"
    return {
        "name": level.indicator.title,
        "objective": f"{100 * (level.objective or 0.0):.6g}{GAP}% good over {lasting(PERIOD * settings.BURN_SCALE)}",
        "severity": pair["severity"].capitalize(),
        "meaning": KINDS[pair["severity"]],
        "state": _state(pair, stands=stands),
        "word": "Still stands" if stands else WORDS[pair["state"]],
        "long": _times(pair["long_rate"]),
        "long_window": f"over {lasting(pair['long_seconds'])}",
        "short": _times(pair["short_rate"]),
        "short_window": f"over {lasting(pair['short_seconds'])}",
        "from": _times(pair["burn"]),
        "lasts": _lasts(_both(pair)),
        "looked": f"{lasting(at - looked)} ago" if looked else "never",
    }


def _state(pair: Mapping[str, Any], *, stands: bool) -> str:
    if stands or pair["state"] == "firing":
        return "broken" if pair["severity"] == "page" else "warn"
    return STATES[pair["state"]]


def _both(pair: Mapping[str, Any]) -> float | None:
    """The rate at which both windows burn at least: what the alarm goes by."""
    rates = [rate for rate in (pair["long_rate"], pair["short_rate"]) if rate is not None]
    return min(rates) if len(rates) == 2 else None


def _times(rate: float | None) -> str:
    return "no data" if rate is None else f"{rate:.3g} times"


def _lasts(rate: float | None) -> str:
    """How long a whole budget lasts at this rate."""
    if rate is None:
        return "unknown"
    return lasting(PERIOD * settings.BURN_SCALE / rate) if rate > 0 else "nothing is spent"
