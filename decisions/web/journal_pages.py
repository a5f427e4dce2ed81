"""The journal's pages: a search by keyset, newest first, and one entry as it was written."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from decisions import people
from decisions.domain.canonical import load
from decisions.domain.events import Event
from decisions.models import Entry, Head, Person, Service
from decisions.web.journal_words import said, sentence, sign
from decisions.web.words import moment

PAGE = 50
ABOUT = {"policyversion": "policy", "person": "people", "": "the desk"}
FILTERS = ("event", "service", "person", "incident")


def search(query: Mapping[str, str]) -> dict[str, Any]:
    """A page of entries that fit the filters. What is not a number where one belongs finds nothing and says so."""
    wanted = {name: query.get(name, "").strip()[:80] for name in FILTERS}
    found, fault = _filtered(wanted)
    before = query.get("before", "")
    if before.isascii() and before.isdecimal() and len(before) < 19:
        found = found.filter(sequence__lt=int(before))
    rows = list(found.order_by("-sequence")[: PAGE + 1])
    kept = {name: value for name, value in wanted.items() if value}
    older = urlencode({**kept, "before": rows[PAGE - 1].sequence}) if len(rows) > PAGE else ""
    return {
        "rows": _rows(rows[:PAGE]),
        "fields": _fields(wanted),
        "fault": fault,
        "head": Head.objects.filter(pk=1).first(),
        "older_url": f"{reverse('journal')}?{older}" if older else "",
        "newest_url": f"{reverse('journal')}?{urlencode(kept)}" if before else "",
    }


def _filtered(wanted: Mapping[str, str]) -> tuple[Any, str]:
    found = Entry.objects.all()
    if wanted["event"]:
        found = found.filter(event=wanted["event"])
    if wanted["service"]:
        found = found.filter(service=wanted["service"])
    if wanted["person"]:
        found = found.filter(actor=wanted["person"])
    incident = wanted["incident"].upper().removeprefix("INC-")
    if not incident:
        return found, ""
    if not (incident.isascii() and incident.isdecimal()) or len(incident) > 18:
        return found.none(), "That is no incident. Write its number, for example 12 or INC-12."
    return found.filter(incident=int(incident)), ""


def _rows(entries: list[Entry]) -> list[dict[str, Any]]:
    named = people.names({entry.actor for entry in entries})
    return [
        {
            "sequence": entry.sequence,
            "url": reverse("journal-entry", args=[entry.sequence]),
            "at": entry.at,
            "who": named[entry.actor][:1].upper() + named[entry.actor][1:],
            "text": said(entry, entry.facts()),
            "about": about_words(entry),
            "leaf": bytes(entry.leaf).hex()[:12],
            **sign(entry),
        }
        for entry in entries
    ]


def about_words(entry: Entry) -> str:
    """What an entry belongs to, shortest first."""
    parts = [entry.service, f"INC-{entry.incident}" if entry.incident is not None else ""]
    return " · ".join(part for part in parts if part) or ABOUT.get(entry.about_kind, entry.about_kind)


def _fields(wanted: Mapping[str, str]) -> list[dict[str, Any]]:
    anything = {"value": "", "word": "anything"}
    events = [anything, *({"value": str(event), "word": event.replace("_", " ")} for event in Event)]
    services = [anything, *({"value": name, "word": name} for name in Service.objects.values_list("name", flat=True))]
    persons = [anything, {"value": "desk", "word": "the desk"}]
    persons += [
        {"value": person.key, "word": str(person)}
        for person in Person.objects.select_related("user").order_by("user__username")[:200]
    ]
    return [
        {"name": "event", "label": "Event", "kind": "select", "options": events, "value": wanted["event"]},
        {"name": "service", "label": "Service", "kind": "select", "options": services, "value": wanted["service"]},
        {"name": "person", "label": "Person", "kind": "select", "options": persons, "value": wanted["person"]},
        {"name": "incident", "label": "Incident", "kind": "text", "value": wanted["incident"], "placeholder": "INC-12"},
    ]


def entry_page(entry: Entry) -> dict[str, Any]:
    """One entry: in words, its canonical bytes made readable, its hash, its place."""
    head = Head.objects.filter(pk=1).first()
    body = load(bytes(entry.body))
    size = head.size if head else entry.sequence + 1
    return {
        "entry": entry,
        "where": [{"word": "Journal", "url": reverse("journal")}, {"word": f"Entry {entry.sequence}"}],
        "text": sentence(entry, body.get("facts", {}), people.names([entry.actor])),
        "pretty": json.dumps(body, indent=2, ensure_ascii=False, sort_keys=True),
        "facts": [
            {"name": "Place", "value": f"{entry.sequence} of {size}, counted from 0"},
            {"name": "Time", "value": moment(entry.at)},
            {"name": "Leaf hash", "value": bytes(entry.leaf).hex(), "code": True, "note": "RFC 9162"},
            {"name": "Root of the log", "value": head.root if head else "", "code": True},
        ],
        "event": entry.event.replace("_", " "),
        "about": about_words(entry),
        "earlier_url": reverse("journal-entry", args=[entry.sequence - 1]) if entry.sequence else "",
        "later_url": reverse("journal-entry", args=[entry.sequence + 1]) if entry.sequence + 1 < size else "",
    }
