"""Evidence of a service that reads amounts, as the example's faults leave it: v2 serves, v1 reads a sample in shadow.

The shares are those measured on the example's own models (half of scikit-learn's digits as traffic).
"""

from __future__ import annotations

from typing import Any

from decisions.domain.evidence import Snapshot, from_document

TAKEN_AT = "2026-11-18T03:04:00Z"
OPENED_AT = "2026-11-18T03:03:30Z"
LIVE_SINCE = "2026-11-18T02:50:00Z"
SHADOW_N = 200

# (accepted, misread of accepted, latency p99 in seconds) of v2 live and of v1 in shadow.
GOOD = ((0.76, 0.0015, 0.03), (0.907, 0.0135, 0.003))
FAULTS = {
    "none": GOOD,
    "unit_change": ((0.0, 0.0, 0.03), GOOD[1]),
    "transposed": ((0.039, 0.743, 0.03), GOOD[1]),
    "crop": ((0.0445, 0.05, 0.03), GOOD[1]),
    "threshold": ((1.0, 0.0289, 0.03), GOOD[1]),
    "slow": ((0.76, 0.0015, 0.43), GOOD[1]),
    "missing_rows": ((0.13, 0.0, 0.03), (0.736, 0.341, 0.003)),
}
# (place in the triple, direction, unit, target, margin)
LEVELS = {
    "accepted_share": (0, "lower_is_worse", "fraction", 0.7, 0.1),
    "misread_share": (1, "higher_is_worse", "fraction", 0.015, 0.2),
    "latency_p99": (2, "higher_is_worse", "s", 0.1, 0.2),
}


def document(fault: str = "none", *, known_good: bool = True, tier: str = "low", **changes: Any) -> dict[str, Any]:
    """The JSON value of a snapshot; `changes` replace top-level keys."""
    versions = [_version("v1", "superseded", known_good), _version("v2", "live", False)]
    found = {
        "schema": "rollback-desk/evidence/1",
        "taken_at": TAKEN_AT,
        "service": {"name": "amounts", "tier": tier, "components": ["acceptance", "reader"], "freeze": None},
        "incident": {"key": "INC-1", "kind": "level", "opened_at": OPENED_AT, "reversals": 0, "last_action_at": None},
        "versions": versions,
        "served": {
            "split": {"v2": 1.0},
            "behaviour": "serve",
            "settings": [_setting(fault)],
        },
        "target": {"name": "digits", "can": ["switch", "shift", "restore", "disable"]},
        "indicators": [*(_level(name, fault) for name in LEVELS), _errors(), _customers(fault), _requests()],
        "missing": [],
        "tokens": [],
        "past_uses": [],
        "traffic_per_minute": 1200,
    }
    return {**found, **changes}


def snapshot(fault: str = "none", **changes: Any) -> Snapshot:
    return from_document(document(fault, **changes))


def past(kind: str, times: int = 1, **changes: Any) -> list[dict[str, Any]]:
    """So many past uses of a kind, alike but for their day."""
    use = {"kind": kind, "hypothesis": "release", "success": True, "minutes": 0.5, "source": "journal"}
    return [{**use, "at": f"2026-10-{day:02d}T12:00:00Z", **changes} for day in range(1, times + 1)]


def _version(name: str, status: str, known_good: bool) -> dict[str, Any]:
    return {
        "name": name,
        "status": status,
        "known_good": known_good,
        "attested": True,
        "healthy_seconds": 30 * 86400.0 if known_good else 0.0,
        "loads": True,
        "live_since": LIVE_SINCE if status == "live" else None,
        "order": int(name[1:]),
    }


def _setting(fault: str) -> dict[str, Any]:
    return {"name": "accept_threshold", "now": "0.06" if fault == "threshold" else "0.6", "recorded": "0.6"}


def _level(name: str, fault: str) -> dict[str, Any]:
    place, direction, unit, target, margin = LEVELS[name]
    live, shadow = (each[place] for each in FAULTS[fault])
    accepted = 1 if name != "misread_share" else FAULTS[fault][0][0]
    return {
        "name": name,
        "unit": unit,
        "direction": direction,
        "target": target,
        "margin": margin,
        "current": _measured(live, 1000 * accepted or 1),
        "baseline": _measured(GOOD[0][place], 5000),
        "by_version": {
            "v1": {**_measured(shadow, SHADOW_N), "mode": "shadow"},
            "v2": {**_measured(live, 1000 * accepted or 1), "mode": "live"},
        },
    }


def _errors() -> dict[str, Any]:
    measured = _measured(0.0, 1200)
    level = {"name": "error_rate", "unit": "fraction", "direction": "higher_is_worse", "target": 0.01, "margin": 0.1}
    return {**level, "current": measured, "baseline": measured}


def _customers(fault: str) -> dict[str, Any]:
    accepted, misread, _ = FAULTS[fault][0]
    touched = 1200 * accepted * misread
    found = {"name": "customers_touched", "unit": "per minute", "direction": "higher_is_worse", "target": None}
    return {**found, "current": _measured(touched, max(touched, 1)), "baseline": _measured(1.4, 20)}


def _requests() -> dict[str, Any]:
    found = {"name": "requests", "unit": "per minute", "direction": "neither", "target": None}
    by_version = {"v1": {**_measured(120, 120), "mode": "shadow"}, "v2": _measured(1200, 1200)}
    return {**found, "current": _measured(1200, 1200), "baseline": _measured(1200, 6000), "by_version": by_version}


def level(name: str, unit: str, direction: str = "higher_is_worse") -> dict[str, Any]:
    """An indicator of which nothing is known yet."""
    return {"name": name, "unit": unit, "direction": direction, "current": None}


def _measured(value: float, n: float) -> dict[str, Any]:
    return {"value": value, "n": n, "window_seconds": 60, "age_seconds": 3}
