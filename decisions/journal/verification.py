"""Checking the log against itself: every entry's place, bytes and leaf, the root, and the guards."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import F, Subquery
from django.db.models.functions import Coalesce

from decisions.domain import canonical, merkle
from decisions.journal import guards
from decisions.journal.log import rfc3339
from decisions.models import Entry, Head

CHUNK = 5_000
_COLUMNS = ("sequence", "at", "event", "actor", "about_kind", "about_id", "service", "incident", "body", "leaf")


@dataclass(frozen=True)
class Report:
    """What a check found. `first_bad` is the sequence of the first entry that is not as it was written."""

    size: int
    root: str
    first_bad: int | None = None
    fault: str = ""
    missing_guards: list[str] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        return not self.fault and not self.missing_guards


def verify() -> Report:
    """Compare every entry up to the present end of the log with its head, while others go on writing.

    What was written never changes, so piece by piece shows the same as one long view would, which would hold back
    every writer on SQLite and every clean-up on PostgreSQL. Memory does not grow with the log.
    """
    # One statement: head and newest entry are of one moment.
    after_newest = Subquery(Entry.objects.order_by("-sequence").values(place=F("sequence") + 1)[:1])
    head = Head.objects.annotate(written=Coalesce(after_newest, 0)).get(pk=1)
    return _check(_entries(head.size), head, head.written)


def _entries(end: int) -> Iterator[tuple[Any, ...]]:
    rows = Entry.objects.filter(sequence__lt=end).order_by("sequence").values_list(*_COLUMNS)
    chunk = list(rows[:CHUNK])
    while chunk:
        yield from chunk
        chunk = list(rows.filter(sequence__gt=chunk[-1][0])[:CHUNK])


def _check(rows: Iterable[tuple[Any, ...]], head: Head, written: int) -> Report:
    frontier: list[bytes] = []
    size = 0
    for sequence, *columns, body, leaf in rows:
        fault = _fault(size, sequence, columns, bytes(body), bytes(leaf))
        if fault:
            return _report(head, size, fault)
        frontier = merkle.append(frontier, size, bytes(leaf))
        size += 1
    if size != head.size or written != head.size:
        held = size if size < head.size else written
        return _report(head, min(held, head.size), f"the log holds {held} entries, its head says {head.size}")
    if merkle.root_of(frontier).hex() != head.root:
        return _report(head, None, "the root of the entries is not the root in the head")
    return _report(head, None, "")


def _report(head: Head, first_bad: int | None, fault: str) -> Report:
    return Report(head.size, head.root, first_bad, fault, guards.missing(connection))


def _fault(place: int, sequence: int, columns: list[Any], body: bytes, leaf: bytes) -> str:
    if sequence != place:
        return f"entry {place} is missing"
    if merkle.leaf_hash(body) != leaf:
        return f"entry {place} is not what was written"
    try:
        value = canonical.load(body)
        about = value["about"]
        columns = [rfc3339(columns[0]), *columns[1:]]
        said = [value["at"], value["event"], value["actor"], about.get("kind", ""), about.get("id", "")]
        said += [about.get("service", ""), about.get("incident")]
        if value["sequence"] != place or canonical.canonical(value) != body:
            return f"entry {place} does not carry its own place"
    except (canonical.BadDocument, KeyError, AttributeError, TypeError):
        return f"entry {place} cannot be read"
    return "" if said == columns else f"entry {place} is listed as something else than it says"
