"""Bounds as rows: broken first, the number and its limit at the end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from decisions.domain.bound_checks import Check
from decisions.web.words import GAP, amount, lasting, percent

STATES = {"pass": "kept", "fail": "broken"}
SIDES = {
    "known_good": "at least",
    "share": "at most",
    "slices": "at most",
    "p_best": "at least",
    "regret": "at most",
    "tail": "at most",
    "past_uses": "at least",
    "evidence_age": "at most",
    "evidence_complete": "at least",
    "cooldown": "at least",
    "reversals": "fewer than",
    "calibration": "not rejected:",
}


def check_rows(checks: Iterable[Check]) -> list[dict[str, Any]]:
    """Rows for the `checks` component."""
    return stored_rows(vars(check) for check in checks)


def stored_rows(checks: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The same from checks as a plan or a request has stored them; one without a state is a broken one."""
    rows = [_row(check) for check in checks]
    return sorted(rows, key=lambda row: row["state"] != "broken")


def kept(rows: Iterable[Mapping[str, Any]]) -> int:
    return sum(row["state"] == "kept" for row in rows)


def _row(check: Mapping[str, Any]) -> dict[str, Any]:
    state = STATES[check.get("state", "fail")]
    number, bound = check["number"], check["bound"]
    if check["name"] == "kind":
        allowed = "may run by itself" if state == "kept" else "needs approval always"
        return {"state": state, "name": check["label"], "number": str(number).replace("_", " "), "bound": allowed}
    side = SIDES.get(check["name"], "")
    return {
        "state": state,
        "name": check["label"],
        "number": _shown(number, check["unit"]) if number is not None else _unknown(check["name"]),
        "bound": f"{side} {_shown(bound, check['unit'])}".strip() if side else "",
    }


def _unknown(name: str) -> str:
    return "no action yet" if name == "cooldown" else "not known"


def _shown(value: float | str | None, unit: str) -> str:
    if value is None:
        return "not known"
    if isinstance(value, str):
        return value
    if unit in ("share", "fraction"):
        return percent(value, 0 if value in (0, 1) or value >= 0.1 else 1)
    if unit == "s":
        return lasting(value)
    if len(unit) == 3 and unit.isupper():
        return amount(value, unit)
    return f"{value:,.3g}{GAP}{unit}".rstrip()
