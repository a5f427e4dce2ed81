"""The page that `python -m bench.nab` prints: its figures with what they do and do not say."""

from __future__ import annotations

import platform
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np

from bench.detect import noise
from decisions.domain import detection

_INTRODUCTION = """\
# The detector on the Numenta Anomaly Benchmark

Printed by `python -m bench.nab --data DIR` on {day} (Python {python}, numpy {numpy}), where DIR is a checkout of the
benchmark (github.com/numenta/NAB, version 1.1). Not written by hand. The benchmark's data are not part of this
project.

{series} series, {rows:,} rows, {windows} labelled windows. Each series is read once, in order; the score of a row uses
the rows up to it. One threshold for all series: the one in the code (`decisions/domain/detection.py`: a row is flagged
from a ratio of {ratio} to the largest distance of its kind in the last {memory:,} rows, which is a score of 0.5).
"""

_CHOICE = """\
## How the numbers in the code were chosen

With these series in view. The form of the detector (which three questions, the ratio to the largest remembered
distance, the rule against repeats) was found by trying more than four hundred variants, at first on every other
series and then on all 58. Its numbers are round ones from the middle of a plateau, not the best found: the best
threshold in hindsight on the standard profile is {best_threshold:.3f}, which gives {best:.1f}. The rows with the best
threshold of the other half take the choice of the threshold out of the figure, not the choice of the form. Expect
less on series that nobody has looked at.

Score on the standard profile with another threshold:

{thresholds}

The figure falls quickly on either side, as it does for any detector that is scored by first flags in wide windows.
"""

_LIMITS = """\
## What the benchmark does not say

Its windows are wide, some labels are doubtful, and many anomalies stand at the end of a series (Wu and Keogh 2020,
arXiv 2009.13807). About a tenth of all rows lie in a window. It is a sanity bar. What counts here is the delay until a
bad version is seen and the false alarms in a month of a service, which drills measure.
"""


def page(figures: Mapping[str, Any]) -> str:
    """The whole page as Markdown."""
    return "\n".join(_parts(figures))


def _parts(figures: Mapping[str, Any]) -> Iterator[str]:
    standard = figures["profiles"]["standard"]
    yield _INTRODUCTION.format(
        day=datetime.now(UTC).date(),
        python=platform.python_version(),
        numpy=np.__version__,
        ratio=detection.FLAG_RATIO,
        memory=detection.MEMORY_ROWS,
        **{name: figures[name] for name in ("series", "rows", "windows")},
    )
    yield "## Scores\n"
    yield _table(("", *figures["profiles"]), _profile_rows(figures["profiles"])) + "\n"
    yield "The halves are every other series by name, beginning with the first and with the second.\n"
    yield "## By group, standard profile\n"
    yield _table(("group", "series", "windows", "found", "false alarms", "score"), _group_rows(figures)) + "\n"
    thresholds = _table(tuple(figures["thresholds"]), [tuple(map(_one, figures["thresholds"].values()))])
    yield _CHOICE.format(best=standard["best"], best_threshold=standard["best_threshold"], thresholds=thresholds)
    yield "## Flags in noise\n"
    yield "Flags in 10,000 rows in which there is nothing to find:\n"
    yield _table(("noise", "flags"), [(name, _one(value)) for name, value in noise().items()]) + "\n"
    if figures["scorer"]:
        yield from _scorer(figures["scorer"])
    yield _LIMITS


def _profile_rows(profiles: Mapping[str, Any]) -> list[tuple[str, ...]]:
    def row(name: str, *path: Any) -> tuple[str, ...]:
        found = list(profiles.values())
        for step in path:
            found = [each[step] for each in found]
        return (name, *map(_one, found))

    return [
        row("**threshold in the code, all series**", "fixed"),
        row("threshold in the code, first half", "fixed_halves", 0),
        row("threshold in the code, second half", "fixed_halves", 1),
        row("best threshold of the second half, on the first", "held_out", 0),
        row("best threshold of the first half, on the second", "held_out", 1),
        row("best threshold in hindsight, all series", "best"),
    ]


def _group_rows(figures: Mapping[str, Any]) -> list[tuple[str, ...]]:
    groups = {**figures["groups"], "all": figures["all"]}
    counts = ("series", "windows", "found", "false_alarms")
    return [
        (name, *(str(group[count]) for count in counts), "–" if group["score"] is None else _one(group["score"]))
        for name, group in groups.items()
    ]


def _scorer(checked: Mapping[str, Mapping[str, Sequence[float]]]) -> Iterator[str]:
    worst = max(abs(ours - theirs) for each in checked.values() for ours, theirs in each.values())
    yield "## Is the scorer right?\n"
    yield (
        "The published detectors' stored scores, at their published thresholds, under our own scorer\n"
        f"(`bench/nab_score.py`). The largest difference from the published figures is {worst:.1e}.\n"
    )
    names = next(iter(checked.values()))
    ranked = sorted(checked.items(), key=lambda item: -item[1]["standard"][0])
    yield _table(("detector", *names), [(name, *(_one(each[of][0]) for of in names)) for name, each in ranked]) + "\n"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _one(figure: float) -> str:
    return f"{figure:.1f}"
