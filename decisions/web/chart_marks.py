"""What a chart says beside its lines: target and margin, deployments, rollbacks, incidents."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from typing import Any

from decisions.domain.versions import Outcome
from decisions.models import Deployment, Incident, ServiceLevel
from decisions.monitoring.wording import in_unit

MOST_DEPLOYMENTS, MOST_INCIDENTS = 20, 10
# Words nearer to each other than this share of the width would lie on top of each other.
APART = 0.18
STOREYS, STOREY_PIXELS = 3, 13


@dataclass(frozen=True)
class Mark:
    """Something that happened: a vertical line, and a word at its top."""

    at: datetime
    word: str
    line: dict[str, Any]
    colour: str
    anchor: str


def marks(service: int, start: datetime, at: datetime) -> list[Mark]:
    """What happened to a service between two moments, oldest first."""
    deployments = Deployment.objects.filter(service=service, started_at__gt=start, started_at__lte=at)
    ended = set(deployments.filter(outcome=Outcome.ROLLED_BACK).values_list("ended_at", flat=True))
    found = [_deployment(each, ended) for each in deployments.select_related("version")[:MOST_DEPLOYMENTS]]
    incidents = Incident.objects.filter(service=service, opened_at__gt=start, opened_at__lte=at)[:MOST_INCIDENTS]
    found += [_incident(each) for each in incidents]
    return sorted(found, key=lambda mark: mark.at)


def _deployment(each: Deployment, ended: set[datetime | None]) -> Mark:
    line = {"color": "var(--text)", "width": 1}
    if each.run is not None or each.started_at in ended:
        return Mark(each.started_at, f"◀ {each.version}", line | {"width": 1.5, "dash": "dash"}, "var(--text)", "left")
    return Mark(each.started_at, f"▲ {each.version} {each.share * 100:.0f} %", line, "var(--text-muted)", "right")


def _incident(each: Incident) -> Mark:
    line = {"color": "var(--danger-fill)", "width": 1.5}
    return Mark(each.opened_at, f"⬣ {each.key}", line, "var(--danger)", "left")


def drawn(found: Iterable[Mark], start: datetime, at: datetime) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Shapes and annotations. A word near the one before it stands higher; a third one is left out, its line stays."""
    shapes, notes, last, storey = [], [], -1.0, 0
    for mark in found:
        shapes.append(_vertical(mark))
        place = (mark.at - start) / (at - start)
        storey = storey + 1 if place - last < APART else 0
        last = place
        if storey < STOREYS:
            notes.append({**_word(mark), "yshift": storey * STOREY_PIXELS})
    return shapes, notes


def _vertical(mark: Mark) -> dict[str, Any]:
    when = iso(mark.at)
    return {"type": "line", "x0": when, "x1": when, "yref": "paper", "y0": 0, "y1": 1, "line": mark.line}


def _word(mark: Mark) -> dict[str, Any]:
    return {
        "x": iso(mark.at),
        "y": 1,
        "yref": "paper",
        "yanchor": "bottom",
        "xanchor": mark.anchor,
        "text": plain(mark.word),
        "showarrow": False,
        "font": {"color": mark.colour},
    }


def level_shapes(level: ServiceLevel, scale: float) -> list[dict[str, Any]]:
    """The target as a thin line, the margin as a band with an edge, under the lines."""
    target, edge = level.target * scale, level.rule().breaks_at * scale
    across = {"xref": "paper", "x0": 0, "x1": 1, "layer": "below"}
    return [
        {"type": "rect", **across, "y0": target, "y1": edge, "fillcolor": "var(--data-margin)", "line": {"width": 0}},
        {"type": "line", **across, "y0": edge, "y1": edge, "line": {"color": "var(--data-margin-line)", "width": 1}},
        {"type": "line", **across, "y0": target, "y1": target, "line": {"color": "var(--data-target)", "width": 1}},
    ]


def level_word(level: ServiceLevel, scale: float) -> dict[str, Any]:
    """Names target and margin once, in the plot, on the left, outside the band."""
    unit, edge = level.indicator.unit, level.rule().breaks_at
    side = "at most" if level.bound == "at_most" else "at least"
    return {
        "xref": "paper",
        "x": 0,
        "xanchor": "left",
        "y": edge * scale,
        "yanchor": "bottom" if level.bound == "at_most" else "top",
        "text": plain(f"{side} {in_unit(level.target, unit)}, margin to {in_unit(edge, unit)}"),
        "showarrow": False,
        "font": {"color": "var(--text-muted)"},
    }


def plain(text: str) -> str:
    """Text as Plotly draws it: what it would read as markup or as a placeholder is written out."""
    return escape(text, quote=False).replace("{", "&#123;")


def iso(when: datetime) -> str:
    return when.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
