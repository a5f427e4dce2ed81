"""The scoring rule of the Numenta Anomaly Benchmark (NAB, Lavin and Ahmad 2015), written from its description.

A labelled window counts once, by its first flagged row: nearly 1 at its left edge, falling to 0 at its right. A flag
outside costs the false-alarm weight, less just after a window. A window without a flag costs the miss weight. The
first 15 % of the rows, at most 750, are not scored. Totals are put on a scale where flagging nothing is 0 and hitting
every window in its first row is 100.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Profile:
    """What a false alarm and a missed window cost; a window that is hit at once is worth 1."""

    name: str
    false_alarm: float
    miss: float


PROFILES = (Profile("standard", 0.11, 1.0), Profile("low FP", 0.22, 1.0), Profile("low FN", 0.11, 2.0))
STANDARD = PROFILES[0]


@dataclass(frozen=True)
class Labels:
    """One series' labels: how many rows it has, and its windows as first and last row, in order, apart."""

    rows: int
    windows: tuple[tuple[int, int], ...]

    @property
    def unscored(self) -> int:
        return min(int(0.15 * self.rows), 750)

    def outside(self) -> NDArray[np.bool_]:
        free = np.ones(self.rows, dtype=np.bool_)
        for first, last in self.windows:
            free[first : last + 1] = False
        return free


def _worth_at(position: Floats) -> Floats:
    """Worth of a flag by its position: -1 is a window's left edge, 0 its right one, 1 is its width further on."""
    return np.where(position > 3, -1.0, 2 / (1 + np.exp(5 * np.minimum(position, 3.0))) - 1)


def _false_alarm_worth(labels: Labels) -> Floats:
    """Worth of a flag on each row, were it outside every window, at weight 1."""
    worth = np.full(labels.rows, -1.0)
    for first, last in labels.windows:
        after = np.arange(last + 1, labels.rows)
        worth[last + 1 :] = _worth_at((after - last) / (last - first))
    return worth


def _hit_worth(first: int, last: int) -> Floats:
    """Worth of a first flag on each row of a window."""
    width = last - first + 1
    return _worth_at(np.arange(-width, 0) / width) / _worth_at(np.array(-1.0))


def raw(flags: Flags, labels: Labels, profile: Profile) -> float:
    """The series' raw points for these flags, one for each row."""
    scored = np.arange(labels.rows) >= labels.unscored
    wrong = flags & scored & labels.outside()
    points = profile.false_alarm * float(_false_alarm_worth(labels)[wrong].sum())
    for first, last in labels.windows:
        here = slice(first, last + 1)
        hits = _hit_worth(first, last)[flags[here] & scored[here]]
        if scored[last]:
            points += float(hits[0]) if len(hits) else -profile.miss
    return points


def normalised(points: float, windows: int, profile: Profile) -> float:
    """Put raw points of series with so many windows in all on the scale from 0 (no flag) to 100."""
    return 100 * (points + profile.miss * windows) / (windows * (1 + profile.miss))


def score(flags: Sequence[Flags], labels: Sequence[Labels], profile: Profile) -> float:
    """The benchmark's figure for a detector's flags on several series."""
    points = sum(raw(each, of, profile) for each, of in zip(flags, labels, strict=True))
    return normalised(points, sum(len(of.windows) for of in labels), profile)


def best_threshold(scores: Sequence[Floats], labels: Sequence[Labels], profile: Profile) -> float:
    """The threshold that gives these series the most points; flags are scores of at least it. Infinity flags none."""
    steps = [step for each, of in zip(scores, labels, strict=True) for step in _steps(each, of, profile)]
    heights = np.concatenate([height for height, _ in steps])
    gains = np.concatenate([gain for _, gain in steps])
    order = np.argsort(-heights, kind="stable")
    heights, totals = np.append(np.inf, heights[order]), np.append(0.0, np.cumsum(gains[order]))
    last_of_its_height = np.append(heights[1:] != heights[:-1], True)
    return float(heights[last_of_its_height][totals[last_of_its_height].argmax()])


def _steps(scores: Floats, labels: Labels, profile: Profile) -> list[tuple[Floats, Floats]]:
    """Which scores change the points as the threshold falls to them, and by how much."""
    scored = np.arange(labels.rows) >= labels.unscored
    wrong = scored & labels.outside()
    steps = [(scores[wrong], profile.false_alarm * _false_alarm_worth(labels)[wrong])]
    for first, last in labels.windows:
        start = max(first, labels.unscored)
        if start <= last:
            here, worth = scores[start : last + 1], _hit_worth(first, last)[start - first :]
            before = np.append(-np.inf, np.maximum.accumulate(here)[:-1])
            # Only a row that is higher than all rows before it in its window can become the first flag.
            firsts = here > before
            gains = worth[firsts] - np.append(worth[firsts][1:], -profile.miss)
            steps.append((here[firsts], gains))
    return steps
