"""The detector on the Numenta Anomaly Benchmark, with the threshold that is in the code.

`python -m bench.nab --data DIR > docs/nab.md` prints the page; `manage.py bench nab --data DIR` the figures. DIR is a
checkout of the benchmark (data/, labels/, and for the check of our scorer results/ and config/), or a folder with some
of its series and a windows.json. Nothing of it is kept here.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bench.nab_score import PROFILES, STANDARD, Floats, Labels, Profile, best_threshold, normalised, raw, score
from decisions.domain import detection, series
from decisions.management.line_command import LineParser

OTHER_THRESHOLDS = (0.44, 0.46, 0.48, 0.5, 0.52, 0.54, 0.56)
PUBLISHED_NAMES = {"standard": "standard", "low FP": "reward_low_FP_rate", "low FN": "reward_low_FN_rate"}


@dataclass(frozen=True)
class Scored:
    """One series of the benchmark and what a detector said of it."""

    name: str
    labels: Labels
    scores: Floats

    @property
    def group(self) -> str:
        return self.name.rpartition("/")[0]


def run(argv: Sequence[str]) -> dict[str, Any]:
    """All figures of the page.

    Returns:
        `series`, `rows`, `windows`; `profiles` (by name `fixed`, `fixed_halves`, `best`, `best_threshold`, `held_out`:
        each half with the best threshold of the other); `thresholds` (standard score at others); `groups` and `all`
        (`windows`, `found`, `false_alarms`, `points`, `score`); `scorer` (published detectors: our figure, theirs).
    """
    folder = _folder(argv)
    found = [_scored(name, path, windows) for name, path, windows in _corpus(folder)]
    return {
        "series": len(found),
        "rows": sum(each.labels.rows for each in found),
        "windows": sum(len(each.labels.windows) for each in found),
        "profiles": {profile.name: _by_profile(found, profile) for profile in PROFILES},
        "thresholds": {f"{at:.2f}": _fixed(found, STANDARD, at) for at in OTHER_THRESHOLDS},
        "groups": {group: _tally([each for each in found if each.group == group]) for group in _groups(found)},
        "all": _tally(found),
        "scorer": _scorer_check(folder, found),
    }


def _folder(argv: Sequence[str]) -> Path:
    parser = LineParser(prog="bench nab")
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="a checkout of the benchmark")
    folder = Path(parser.parse_args(argv).data)
    if not folder.is_dir():
        parser.error(f"argument --data: {folder} is no folder")
    return folder


def _corpus(folder: Path) -> list[tuple[str, Path, list[list[str]]]]:
    whole = folder / "labels" / "combined_windows.json"
    windows = json.loads((whole if whole.exists() else folder / "windows.json").read_text())
    data = folder / "data" if whole.exists() else folder
    return [(name, data / name, windows[name]) for name in sorted(windows)]


def _scored(name: str, path: Path, windows: list[list[str]]) -> Scored:
    rows = series.parse(path.read_text(encoding="utf-8"))
    # The labels write their times with microseconds; of a time that is there twice they mean the first.
    places = {stamp: place for place, stamp in reversed(list(enumerate(rows.stamps)))}
    edges = tuple((places[first.split(".")[0]], places[last.split(".")[0]]) for first, last in windows)
    readings = detection.scan(rows.times, rows.values)
    return Scored(name, Labels(len(rows.values), edges), readings.scores)


def _by_profile(found: Sequence[Scored], profile: Profile) -> dict[str, Any]:
    best = _best(found, profile)
    halves = found[::2], found[1::2]
    return {
        "fixed": _fixed(found, profile),
        "fixed_halves": [_fixed(half, profile) for half in halves],
        "best": _fixed(found, profile, best),
        "best_threshold": best,
        "held_out": [
            _fixed(half, profile, _best(other, profile)) for half, other in zip(halves, halves[::-1], strict=True)
        ],
    }


def _fixed(found: Sequence[Scored], profile: Profile, threshold: float = detection.FLAG_SCORE) -> float:
    return score([each.scores >= threshold for each in found], [each.labels for each in found], profile)


def _best(found: Sequence[Scored], profile: Profile) -> float:
    return best_threshold([each.scores for each in found], [each.labels for each in found], profile)


def _groups(found: Sequence[Scored]) -> list[str]:
    return sorted({each.group for each in found})


def _tally(found: Sequence[Scored]) -> dict[str, Any]:
    windows = sum(len(each.labels.windows) for each in found)
    points = sum(raw(each.scores >= detection.FLAG_SCORE, each.labels, STANDARD) for each in found)
    return {
        "series": len(found),
        "windows": windows,
        "found": sum(_hits(each) for each in found),
        "false_alarms": sum(_false_alarms(each) for each in found),
        "points": points,
        "score": normalised(points, windows, STANDARD) if windows else None,
    }


def _flagged(each: Scored) -> np.ndarray:
    return np.flatnonzero((each.scores >= detection.FLAG_SCORE) & (np.arange(each.labels.rows) >= each.labels.unscored))


def _hits(each: Scored) -> int:
    flagged = _flagged(each)
    return sum(bool(np.any((flagged >= first) & (flagged <= last))) for first, last in each.labels.windows)


def _false_alarms(each: Scored) -> int:
    return int(each.labels.outside()[_flagged(each)].sum())


def _scorer_check(folder: Path, found: Sequence[Scored]) -> dict[str, dict[str, list[float]]]:
    """Published detectors' stored scores under our rule: for each profile our figure and the published one."""
    published, thresholds = folder / "results" / "final_results.json", folder / "config" / "thresholds.json"
    if not (published.exists() and thresholds.exists()):
        return {}
    figures, limits = json.loads(published.read_text()), json.loads(thresholds.read_text())
    return {
        name: _check(folder / "results" / name, found, figures[name], limits[name])
        for name in sorted(figures)
        if name in limits
    }


def _check(
    folder: Path, found: Sequence[Scored], figures: dict[str, float], limits: dict[str, dict[str, float]]
) -> dict[str, list[float]]:
    theirs = [Scored(each.name, each.labels, _stored(folder, each.name)) for each in found]
    keys = PUBLISHED_NAMES.items()
    return {name: [_fixed(theirs, _profile(name), limits[key]["threshold"]), figures[key]] for name, key in keys}


def _profile(name: str) -> Profile:
    return next(profile for profile in PROFILES if profile.name == name)


def _stored(folder: Path, name: str) -> Floats:
    group, _, file = name.rpartition("/")
    with (folder / group / f"{folder.name}_{file}").open(newline="") as rows:
        return np.array([float(row["anomaly_score"]) for row in csv.DictReader(rows)])


if __name__ == "__main__":
    from bench.nab_page import page

    print(page(run(sys.argv[1:])), end="")
