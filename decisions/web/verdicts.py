"""Version against version as the pages show it: each indicator worse, fine or not yet known, and how that came out."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from decisions.models import Comparison, Service
from decisions.web.words import moment, parsed

WORDS = {"worse": "Worse", "fine": "Fine"}
STATES = {"worse": "broken", "fine": "ok"}
ORDER = {"worse": 0, "fine": 2}
HEIGHT = 40.0
Look = tuple[float, float, float]
"""(seconds, low, high); infinite where nothing was excluded yet"""


def of(service: Service) -> dict[str, Any] | None:
    """The newest comparison of two versions of a service; None when none was made."""
    found = Comparison.objects.filter(service=service).first()
    if found is None:
        return None
    titles = dict(service.indicators.values_list("name", "title"))
    rows = [_row(name, titles.get(name, name), finding) for name, finding in found.findings.items()]
    return {
        "candidate": found.candidate,
        "baseline": found.baseline,
        "state": STATES.get(found.verdict, "unknown"),
        "word": f"{found.candidate} {WORDS.get(found.verdict, 'not yet known').lower()}",
        "sentence": found.sentence,
        "since": moment(found.since),
        "looked": moment(found.looked_at),
        "rows": sorted(rows, key=lambda row: (row["order"], row["name"])),
    }


def _row(name: str, title: str, finding: Mapping[str, Any]) -> dict[str, Any]:
    verdict = str(finding.get("verdict", ""))
    return {
        "id": name,
        "name": title,
        "order": ORDER.get(verdict, 1),
        "state": STATES.get(verdict, "unknown"),
        "word": WORDS.get(verdict, "Not yet known"),
        "reason": finding.get("reason", ""),
        "interval": _interval(finding),
        "closing": _closing(title, finding),
    }


def _interval(finding: Mapping[str, Any]) -> str:
    """The newest interval in words: what the difference is, at least and at most."""
    low, high = finding.get("low"), finding.get("high")
    unit = str(finding.get("unit", ""))
    if low is None and high is None:
        return "nothing excluded yet"
    return f"{_amount(low, unit, 'any less')} to {_amount(high, unit, 'any more')}"


def _amount(value: float | None, unit: str, otherwise: str) -> str:
    if value is None:
        return otherwise
    sign = "+" if value > 0 else "\u2212" if value < 0 else ""
    return f"{sign}{abs(value) * 100:.3g}\u00a0%" if unit == "ratio" else f"{sign}{abs(value):.3g}"


def _closing(title: str, finding: Mapping[str, Any]) -> dict[str, Any] | None:
    """The interval after every look, as a polygon in a box 100 wide and 40 high; None before the second look."""
    looks = _looks(finding.get("looks", ()))
    if len(looks) < 2:
        return None
    top = _top(looks, finding)
    first, span = looks[0][0], (looks[-1][0] - looks[0][0]) or 1.0

    def x(seconds: float) -> float:
        return 100 * (seconds - first) / span

    def y(value: float) -> float:
        return HEIGHT / 2 * (1 - max(-1.0, min(1.0, value / top)))

    upper = [f"{x(when):.2f},{y(high):.2f}" for when, _, high in looks]
    lower = [f"{x(when):.2f},{y(low):.2f}" for when, low, _ in reversed(looks)]
    margin = finding.get("margin")
    return {
        "points": " ".join([*upper, *lower]),
        "zero": y(0.0),
        "margins": [y(side * margin) for side in (1, -1)] if isinstance(margin, int | float) and margin > 0 else [],
        "state": STATES.get(str(finding.get("verdict", "")), "unknown"),
        "label": f"{title}: the interval of the difference after {len(looks)} looks, now {_interval(finding)}",
    }


def _looks(found: Sequence[Sequence[Any]]) -> list[Look]:
    looks = []
    for when, low, high in found:
        seconds = moment_seconds(when)
        looks.append((seconds, -math.inf if low is None else float(low), math.inf if high is None else float(high)))
    return looks


def moment_seconds(when: Any) -> float:
    """A look's time, stored as text or as seconds."""
    if isinstance(when, int | float):
        return float(when)
    found = parsed(str(when))
    return found.timestamp() if found else 0.0


def _top(looks: Sequence[Look], finding: Mapping[str, Any]) -> float:
    """The end of the scale: what the later half of the looks needs, and the margin."""
    later = looks[len(looks) // 2 :]
    finite = [abs(end) for look in later for end in look[1:] if math.isfinite(end)]
    margin = finding.get("margin")
    known = [*finite, float(margin) if isinstance(margin, int | float) else 0.0]
    return 1.25 * max(known) or 1.0
