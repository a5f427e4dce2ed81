"""Version against version as the pages show it: each indicator worse, fine or not yet known, and how that came out."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import QuerySet

from decisions.models import Comparison, Incident, Indicator, Service
from decisions.monitoring.wording import difference
from decisions.web.words import GAP, MINUS, lasting, moment, parsed

WORDS = {"worse": "Worse", "fine": "Fine"}
STATES = {"worse": "broken", "fine": "ok"}
ORDER = {"worse": 0, "fine": 2}
HEIGHT = 40.0
Look = tuple[float, float, float]
"""(seconds, low, high); infinite where nothing was excluded yet"""


def of(service: Service) -> dict[str, Any]:
    """What the part shows: the newest comparison of two versions of a service, where there is one."""
    return {"service": service, "verdicts": _shown(Comparison.objects.filter(service=service)), "verdicts_move": True}


def of_incident(incident: Incident) -> dict[str, Any]:
    """The same for an incident; one that is over shows what was compared while it lasted, and no newer one."""
    if incident.resolved_at is None:
        return of(incident.service)
    then = Comparison.objects.filter(
        service=incident.service, looked_at__gte=incident.opened_at, looked_at__lte=incident.resolved_at
    )
    return {"service": incident.service, "verdicts": _shown(then), "verdicts_move": False}


def _shown(comparisons: QuerySet[Comparison]) -> dict[str, Any] | None:
    found = comparisons.select_related("service").first()
    if found is None:
        return None
    known = {indicator.name: indicator for indicator in found.service.indicators.all()}
    rows = [_row(name, known.get(name), finding) for name, finding in found.findings.items()]
    return {
        "candidate": found.candidate,
        "baseline": found.baseline,
        "state": STATES.get(found.verdict, "unknown"),
        "word": f"{found.candidate} {WORDS.get(found.verdict, 'not yet known').lower()}",
        "sentence": found.sentence,
        "traffic": "same traffic" if found.is_paired else f"{found.baseline} in its own last healthy time",
        "since": moment(found.since),
        "seen": f"{found.rows} rows of {lasting(found.row_seconds)}",
        "looked": moment(found.looked_at),
        "rows": sorted(rows, key=lambda row: (row["order"], row["name"])),
    }


def _row(name: str, indicator: Indicator | None, finding: Mapping[str, Any]) -> dict[str, Any]:
    verdict = str(finding.get("verdict", ""))
    title, unit = (indicator.title, indicator.unit) if indicator else (name, "")
    return {
        "id": name,
        "name": title,
        "order": ORDER.get(verdict, 1),
        "state": STATES.get(verdict, "unknown"),
        "word": WORDS.get(verdict, "Not yet known"),
        "rests_on": _rests_on(finding),
        "estimate": _amount(finding.get("estimate"), unit, finding, "not measured"),
        "interval": _interval(unit, finding),
        "borne": _borne(unit, finding),
        "statistic": _statistic(finding),
        "evidence": _evidence(finding),
        "closing": _closing(title, unit, finding),
    }


def _rests_on(finding: Mapping[str, Any]) -> str:
    """How much was seen; where nothing could be measured, why not."""
    if finding.get("estimate") is None:
        return str(finding.get("reason", ""))
    what = "independent events" if finding.get("kind") == "count" else "independent rows"
    return f"{finding['n']} rows, worth {finding['effective_n']:,.0f} {what}"


def _interval(unit: str, finding: Mapping[str, Any]) -> str:
    """The newest interval in words: what the difference is, at least and at most."""
    low, high = finding.get("low"), finding.get("high")
    if low is None and high is None:
        return "nothing excluded yet"
    return f"{_amount(low, unit, finding, 'any less')} to {_amount(high, unit, finding, 'any more')}"


def _amount(value: float | None, unit: str, finding: Mapping[str, Any], otherwise: str) -> str:
    if value is None:
        return otherwise
    sign = "+" if value > 0 else MINUS if value < 0 else ""
    return sign + difference(abs(value), unit, is_share=finding.get("unit") == "ratio")


def _borne(unit: str, finding: Mapping[str, Any]) -> str:
    """The margin: how far the version may be on the bad side of the other."""
    margin = finding.get("margin")
    if margin is None:
        return "no margin"
    side = "lower" if finding.get("direction") == "lower_is_worse" else "higher"
    return f"up to {difference(margin, unit, is_share=finding.get('unit') == 'ratio')} {side}"


def _statistic(finding: Mapping[str, Any]) -> str:
    found = finding.get("statistic")
    if not found:
        return ""
    return f"{abs(found):.3g} standard errors {'beyond' if found > 0 else 'inside'} the margin"


def _evidence(finding: Mapping[str, Any]) -> str:
    """How much speaks for worse, beside how much it takes."""
    log_e, level = finding.get("log_e"), finding.get("level")
    if level is None:
        return ""
    spoken = "0" if log_e is None else _power(log_e)
    return f"e-value {spoken}; worse from {1 / level:,.0f} (level {100 * level:.3g}{GAP}%)"


def _power(log_e: float) -> str:
    """e to this power, as people read it."""
    if log_e < math.log(1_000_000):
        return f"{math.exp(log_e):.3g}"
    return f"10 to the {log_e / math.log(10):,.0f}"


def _closing(title: str, unit: str, finding: Mapping[str, Any]) -> dict[str, Any] | None:
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
    margin, side = finding.get("margin"), -1 if finding.get("direction") == "lower_is_worse" else 1
    return {
        "points": " ".join([*upper, *lower]),
        "zero": y(0.0),
        "margin": y(side * margin) if isinstance(margin, int | float) and margin > 0 else None,
        "scale": f"\u00b1{difference(top, unit, is_share=finding.get('unit') == 'ratio')}, {len(looks)} looks",
        "state": STATES.get(str(finding.get("verdict", "")), "unknown"),
        "label": f"{title}: the interval of the difference after {len(looks)} looks, now {_interval(unit, finding)}",
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
