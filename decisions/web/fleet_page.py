"""The fleet page: the deciding counts, a search, and how the desk itself is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from decisions.domain.versions import Tier
from decisions.models import Head, Pulse, Source
from decisions.web import fleet_rows
from decisions.web.shell import SILENT_AFTER
from decisions.web.words import clock, lasting

NEEDS = ("open", "mitigating", "broken", "disabled", "drifting", "missing", "warn")
STATES = {"": "All states", "needs": "Needs somebody", "ok": "Healthy"}


def page(query: Mapping[str, str], at: datetime) -> dict[str, Any]:
    """Everything on the page. The search narrows the rows, never the counts."""
    found = fleet_rows.rows(at)
    shown = [row for row in found if _fits(row, query)]
    return {
        "rows": shown,
        "hidden": len(found) - len(shown),
        "figures": _figures(found),
        "fields": _fields(query),
        "refresh_url": _refresh_url(query),
        "desk": _desk(at),
    }


def _fits(row: Mapping[str, Any], query: Mapping[str, str]) -> bool:
    text = query.get("q", "").strip().lower()
    words = f"{row['name']} {row['title']} {row['served']}".lower()
    state = query.get("state", "")
    is_needed = row["state"] in NEEDS or row["state"] == "watching"
    return (
        text in words
        and (not state or (is_needed if state == "needs" else not is_needed))
        and query.get("tier", "") in ("", row["tier"])
    )


def _refresh_url(query: Mapping[str, str]) -> str:
    kept = {name: query[name] for name in ("q", "state", "tier") if query.get(name)}
    return reverse("fleet-rows") + (f"?{urlencode(kept)}" if kept else "")


def _fields(query: Mapping[str, str]) -> list[dict[str, Any]]:
    tiers = [
        {"value": "", "word": "All tiers"},
        *({"value": tier, "word": f"{tier.capitalize()} risk"} for tier in Tier),
    ]
    states = [{"value": value, "word": word} for value, word in STATES.items()]
    return [
        {
            "name": "q",
            "label": "Find a service or a version",
            "kind": "search",
            "value": query.get("q", ""),
            "grow": True,
        },
        {"name": "state", "label": "State", "kind": "select", "options": states, "value": query.get("state", "")},
        {"name": "tier", "label": "Risk tier", "kind": "select", "options": tiers, "value": query.get("tier", "")},
    ]


def _figures(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    counts = fleet_rows.counted(found)
    return [
        _figure("Incidents open", found, ("open", "broken")),
        _figure("Being handled", found, ("mitigating", "watching")),
        _figure("Out of use", found, ("disabled",)),
        _figure("Data missing", found, ("missing",)),
        _figure("Drifting or at a margin", found, ("drifting", "warn")),
        {"name": "Healthy", "value": str(counts["ok"]), "note": f"of {len(found)} services"},
    ]


def _figure(name: str, found: list[dict[str, Any]], states: tuple[str, ...]) -> dict[str, Any]:
    named = [row["name"] for row in found if row["state"] in states]
    more = f" and {len(named) - 2} more" if len(named) > 2 else ""
    return {"name": name, "value": str(len(named)), "note": ", ".join(named[:2]) + more if named else "none"}


def _desk(at: datetime) -> list[dict[str, str]]:
    """The desk's own parts, each with how it is."""
    found: list[dict[str, str]] = [
        {
            "name": pulse.name.capitalize(),
            "state": "bad" if at - pulse.at > SILENT_AFTER else "ok",
            "text": f"{lasting(at - pulse.at)} ago",
        }
        for pulse in Pulse.objects.order_by("name")
    ]
    sick = list(Source.objects.filter(state=Source.UNHEALTHY).values_list("name", "reason")[:3])
    found += [{"name": name, "state": "warn", "text": reason} for name, reason in sick]
    head = Head.objects.filter(pk=1).first()
    if head is not None:
        text = f"{head.size:,} entries, last {clock(head.at)} UTC" if head.at else f"{head.size:,} entries"
        found.append({"name": "Journal", "state": "pending", "icon": "journal", "text": text})
    return found
