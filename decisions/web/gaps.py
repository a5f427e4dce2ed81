"""What of a service is not measured, in words: sources that do not answer, levels without data."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from decisions.models import Source
from decisions.web.words import lasting

SILENT_AFTER = timedelta(seconds=60)
# A source that is read seldom is silent once this many readings are missing.
MISSED_READINGS = 3


def silence(sources: Iterable[Source], at: datetime) -> str:
    """How long nothing at all was heard, in words; empty while anything is."""
    heard = [(source.scraped_at, source.every_seconds) for source in sources if source.scraped_at]
    if not heard:
        return "No data yet"
    newest, every_seconds = max(heard)
    patience = max(SILENT_AFTER, timedelta(seconds=MISSED_READINGS * every_seconds))
    return f"No data for {lasting(at - newest)}" if at - newest > patience else ""


def of(sources: Sequence[Source], levels: int, unmeasured: int, at: datetime) -> list[str]:
    """Each gap: every source that does not answer, and how many of the levels nobody can measure.

    That the only source is silent is said for the whole service, by `silence`.
    """
    found = [said for source in sources if (said := _unheard(source, at, alone=len(sources) == 1))]
    return [*found, f"no data for {unmeasured} of {levels} levels"] if unmeasured else found


def _unheard(source: Source, at: datetime, *, alone: bool) -> str:
    if source.state == Source.UNHEALTHY:
        return f"{source.name} {source.reason or 'does not answer'}"
    said = "" if alone else silence([source], at)
    return f"{source.name}: {said[0].lower()}{said[1:]}" if said else ""
