"""How long scoring takes, beside the bare numpy evaluation of the same draws.

Ten options, four categories, 2,048 points. "Bare" starts from drawn rates, outcomes and minutes and does what a
short numpy script would do: losses of every option in every category with chance fallen, their means, three
quantiles and CVaR95; expected losses on the points of what is not known, P(best) and regret. Ours does all that
from the case itself, and the closed forms line by line, five quantiles, dominance, tornado and ranking besides.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from decisions.domain.beliefs import Beta, CostRate, Duration
from decisions.domain.cases import Action, Case, Hold
from decisions.domain.courses import Courses, courses
from decisions.domain.points import COUNT
from decisions.domain.scoring import planned, score
from decisions.domain.unknowns import on_points
from decisions.domain.worlds import Worlds, fallen, foreseen
from decisions.management.line_command import LineParser, at_least_one

RATES = {"customer": (40, 0.5), "market": (10, 0.7), "regulatory": (5, 1.0), "revenue": (120, 0.3)}
RUNS = 3


def run(argv: Sequence[str] = ()) -> dict[str, Any]:
    """Measure three times, alternating, and report medians.

    Returns:
        `ours_ms`, `bare_ms`, `ratio` (median of the runs' ratios), `first_ms` (a case whose Beta beliefs have
        not been seen before), `ratios`, `options`, `categories`, `points`.
    """
    parser = LineParser(prog="bench assess", description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--repeats", type=at_least_one, default=60, help="evaluations in each run")
    repeats = parser.parse_args(argv).repeats
    case = _case()
    table = courses(case)
    known, chance = foreseen(case, table, on_points(case)), fallen(case, table)
    score(case)
    runs = [_alternate(lambda: score(case), lambda: bare(table, known, chance), repeats) for _ in range(RUNS)]
    return {
        "ours_ms": statistics.median(ours for ours, _ in runs),
        "bare_ms": statistics.median(plain for _, plain in runs),
        "ratio": statistics.median(ours / plain for ours, plain in runs),
        "ratios": [ours / plain for ours, plain in runs],
        "first_ms": statistics.median(_first() for _ in range(RUNS)),
        "options": len(case.options),
        "categories": len(case.rates),
        "points": COUNT,
    }


def bare(table: Courses, known: Worlds, chance: Worlds) -> dict[str, Any]:
    """The plain evaluation of drawn values: broadcast, reduce, done."""
    losses = _losses(table, chance)
    expected = _losses(table, known)[:-1].sum(axis=1)
    total = losses.sum(axis=1)
    edge = np.quantile(total, 0.95, axis=1)
    least = expected.min(axis=0)
    return {
        "mean": losses.mean(axis=2),
        "quantiles": np.quantile(losses, [0.05, 0.5, 0.95], axis=2),
        "total": np.quantile(total, [0.05, 0.5, 0.95], axis=1),
        "cvar": np.array([row[row >= at].mean() for row, at in zip(total, edge, strict=True)]),
        "p_best": np.bincount(expected.argmin(axis=0), minlength=len(expected)) / expected.shape[1],
        "regret": (expected - least).mean(axis=1),
    }


def _losses(table: Courses, worlds: Worlds) -> np.ndarray[Any, np.dtype[np.float64]]:
    worked, takes = worlds.worked[table.action], worlds.takes[table.action]
    lasting = 1 - worlds.transient
    harmed = lasting * (takes + table.waits[:, None]) + (lasting - worked) * worlds.manual
    harmed = (harmed + worlds.transient * worlds.passing)[:, None]
    mitigated = worked * worlds.repair
    remaining = (mitigated * worlds.remains[table.action])[:, None]
    undoing = (table.at_once * table.undo)[:, None] * worlds.transient
    running = ((mitigated + undoing) * worlds.runs[table.action])[:, None]
    begun = (1 - (1 - table.at_once[:, None]) * worlds.transient)[:, None]
    harm = worlds.rates * (harmed + table.residual[:, :, None] * remaining)
    return harm + table.running[:, :, None] * running + table.one_off[:, :, None] * begun


def _alternate(ours: Callable[[], Any], plain: Callable[[], Any], repeats: int) -> tuple[float, float]:
    """Median milliseconds of both, taken in turns so that noise of the machine meets both alike."""
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(repeats):
        for found, evaluate in zip(times, (ours, plain), strict=True):
            found.append(_milliseconds(evaluate))
    return statistics.median(times[0]), statistics.median(times[1])


def _milliseconds(evaluate: Callable[[], Any]) -> float:
    begin = time.perf_counter()
    evaluate()
    return (time.perf_counter() - begin) * 1000


_seen = 0


def _first() -> float:
    """Milliseconds for a case that shares no belief with an earlier one, as a new incident may."""
    global _seen
    _seen += 1
    case = _case(more=_seen / 97)
    return _milliseconds(lambda: score(case))


def _case(more: float = 0.0) -> Case:
    """Nine actions and a hold; `more` shifts every success rate a little."""
    actions = tuple(_action(place, more) for place in range(9))
    case = Case(
        rates=tuple(CostRate(name, median, spread) for name, (median, spread) in RATES.items()),
        posterior={"release": 0.906, "other": 0.0862, "transient": 0.0078},
        options=actions,
        repair=Duration(180, 0.6, 6),
        manual=Duration(60, 0.7, 6),
        transient_minutes=20,
        cause_weight=20,
        risk_aversion=0.15,
        confidence=0.85,
        seed="sha256:bench",
    )
    return replace(case, options=(*actions, Hold("hold", 10, planned(case))))


def _action(place: int, more: float) -> Action:
    return Action(
        key=f"roll_back:v{place}",
        kind="roll_back",
        success={"release": Beta(8 + place + more, 1.2), "other": Beta(1 + place / 3 + more, 4)},
        takes=Duration(6 + place, 0.5, 5 + place),
        residual={"revenue": 0.1 * (place % 3)},
        running={"revenue": 3.0 + place, "market": 1.0},
        one_off={"customer": 200.0 + 20 * place},
        blast_radius=0.1 * place,
        undo_minutes=5,
        residual_spread=0.5,
        running_spread=0.3,
    )


if __name__ == "__main__":
    print(json.dumps(run(sys.argv[1:]), indent=2))
