"""What was live when, drawn: the share of each version over a stretch of time, desired and served."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from decisions.models import Service, Split

MOST_CHANGES = 200
MOST_TICKS, MOST_NAMED = 5.0, 6
STEPS = tuple(timedelta(minutes=minutes) for minutes in (15, 60, 120, 360, 1440, 2880, 8640))
SPANS = (timedelta(hours=1), timedelta(hours=6), timedelta(hours=24), timedelta(days=7), timedelta(days=30))


@dataclass(frozen=True)
class Stretch:
    """A window of time; places in it are per cent from its beginning."""

    start: datetime
    end: datetime

    def place(self, when: datetime) -> float:
        return max(0.0, min(100.0, 100 * ((when - self.start) / (self.end - self.start))))


def timeline(service: Service, newest: str, at: datetime) -> dict[str, Any] | None:
    """Two bars and the ticks under them; None when nothing was ever known. Ends at `at`, begins before the changes."""
    window = Stretch(at - _span(service, at), at)
    bars = [_bar(service, kind, word, newest, window) for kind, word in (("desired", "Desired"), ("served", "Served"))]
    if not any(bar["parts"] for bar in bars):
        return None
    legend = _legend(set().union(*(bar["names"] for bar in bars)), newest)
    return {
        "bars": bars,
        "ticks": _ticks(window),
        "legend": legend,
        "words": _words(bars),
        "long": _long(at - window.start),
    }


def _legend(names: Iterable[tuple[str, str]], newest: str) -> list[dict[str, str]]:
    rows = [{"series": "off" if off else "new" if name == newest else "old", "word": name} for name, off in names]
    return sorted(rows, key=lambda row: (row["series"], row["word"]))[:MOST_NAMED]


def _span(service: Service, at: datetime) -> timedelta:
    """The shortest of the usual spans that shows the newest change with an eighth of itself before it."""
    changes = Split.objects.filter(service=service, kind=Split.SERVED, at__lte=at).values_list("at", flat=True)
    last = changes.order_by("-at").first()
    age = (at - last) if last else SPANS[0]
    return next((span for span in SPANS if age <= span * 0.875), SPANS[-1])


def _bar(service: Service, kind: str, word: str, newest: str, window: Stretch) -> dict[str, Any]:
    rows = Split.objects.filter(service=service, kind=kind, at__lte=window.end)
    inside = list(rows.filter(at__gt=window.start).order_by("-at", "-pk")[:MOST_CHANGES])[::-1]
    before = rows.filter(at__lte=window.start).order_by("-at", "-pk").first()
    splits = [before, *inside] if before else inside
    ends = [*(split.at for split in splits[1:]), window.end]
    # One end more than splits when nothing was ever known.
    parts = [part for split, end in zip(splits, ends, strict=False) for part in _parts(split, end, newest, window)]
    names = {name for split in splits for name in _names(split)}
    return {"word": word, "parts": parts, "names": names, "changes": [_change(split) for split in splits]}


def _names(split: Split) -> set[tuple[str, str]]:
    """What a split shows, as (name, behaviour or nothing)."""
    if split.behaviour != "serve":
        return {(split.behaviour.replace("_", " "), split.behaviour)}
    return {(name, "") for name, share in split.shares.items() if share > 0}


def _parts(split: Split, end: datetime, newest: str, window: Stretch) -> Iterable[dict[str, Any]]:
    """The rectangles of one split, stacked from the top by name."""
    left, right, top = window.place(split.at), window.place(end), 0.0
    if split.behaviour != "serve":
        yield {"x": left, "width": right - left, "y": 0.0, "height": 100.0, "series": "off"}
        return
    for name, share in sorted(split.shares.items()):
        if share > 0:
            series = "new" if name == newest else "old"
            yield {"x": left, "width": right - left, "y": top, "height": share * 100, "series": series}
            top += share * 100


def _change(split: Split) -> str:
    return f"{split.words} since {split.at.astimezone(UTC):%-d %b, %H:%M:%S} UTC"


def _words(bars: Iterable[Mapping[str, Any]]) -> str:
    """The drawing in words, for those who cannot see it."""
    return ". ".join(f"{bar['word']}: {'; '.join(bar['changes'][-4:])}" for bar in bars if bar["changes"])


def _ticks(window: Stretch) -> list[dict[str, Any]]:
    """Round times, three to six of them; the zone stands behind the last."""
    length = window.end - window.start
    step = next(step for step in STEPS if length / step <= MOST_TICKS)
    midnight = window.start.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    first = math.ceil((window.start - midnight) / step)
    times = [midnight + step * place for place in range(first, first + int(MOST_TICKS) + 1)]
    inside = [when for when in times if when <= window.end]
    form = "%H:%M" if length <= timedelta(hours=24) else "%-d %b"
    last = len(inside) - 1
    return [
        {"at": window.place(when), "word": f"{when:{form}}" + (" UTC" if place == last else "")}
        for place, when in enumerate(inside)
    ]


def _long(span: timedelta) -> str:
    hours = int(span.total_seconds() // 3600)
    return f"last {hours} h" if hours <= 24 else f"last {hours // 24} days"
