"""Bounds as rows: broken first, the number and its limit at the end."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from decisions.domain.bound_checks import Check
from decisions.web.words import GAP

STATES = {"pass": "kept", "fail": "broken"}


def check_rows(checks: Iterable[Check], currency: str = "") -> list[dict[str, Any]]:
    """Rows for the `checks` component."""
    rows = [
        {
            "state": STATES[check.state],
            "name": check.label,
            "number": with_unit(check.number, check.unit),
            "bound": with_unit(check.bound, check.unit),
        }
        for check in checks
    ]
    return sorted(rows, key=lambda row: row["state"] != "broken")


def with_unit(value: float | str | None, unit: str) -> str:
    """A check's number or bound in words."""
    if value is None:
        return ""
    if isinstance(value, str):
        return f"{value}{GAP}{unit}".rstrip() if value.replace(".", "").isdigit() else value
    if unit in ("share", "fraction"):
        return f"{value * 100:.3g}{GAP}%"
    return f"{value:,.4g}{GAP}{unit}".rstrip()
