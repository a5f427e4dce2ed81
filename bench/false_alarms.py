"""How often two versions that are alike are called different, by either judge, when one keeps looking.

Pairs of series from one process, 240 minutes, a look at every minute from the tenth on, no margin at all: the strictest
there is. The sequential judge's nominal share is 2 %. Kayenta's judge is asked once, at the end, and 24 times.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from decisions.domain.judges import kayenta, weighing
from decisions.domain.judges.configuration import Indicator, Rule
from decisions.domain.judges.limits import Margin
from decisions.management.line_command import LineParser, at_least_one

Floats = NDArray[np.float64]
Draw = Callable[[np.random.Generator], Floats]

MINUTES = 240
# The candidate that becomes worse on the way: after an hour, by so many standard deviations, and known within an hour.
HEALTHY, KNOWN, STEP = 60, 120, 4.0
RULE = Rule()
STRICTEST = Indicator("x", "higher_is_worse", Margin("absolute", 0.0))


def run(argv: Sequence[str] = ()) -> dict[str, Any]:
    """Count false alarms over seeds 0, 1, 2, ...

    Returns:
        For each process: `sequential` (ever worse), `detects` (the share that is called worse when the candidate lies
        one standard deviation higher, within the 240 minutes), `detects_later` (four higher from minute 61 on, by
        minute 120), `kayenta_once` and `kayenta_24_looks` (High or Low).
    """
    parser = LineParser(prog="bench false_alarms")
    parser.add_argument("--seeds", type=at_least_one, default=1000)
    parser.add_argument("--only", help="one process, by its name")
    chosen = parser.parse_args(argv)
    processes = {name: draw for name, draw in PROCESSES.items() if chosen.only in (None, name)}
    return {
        "seeds": chosen.seeds,
        "nominal": RULE.alpha,
        "processes": {name: _shares(draw, chosen.seeds) for name, draw in processes.items()},
    }


def _shares(draw: Draw, seeds: int) -> dict[str, float]:
    found = [_outcomes(draw, seed) for seed in range(seeds)]
    return {name: round(float(np.mean([one[name] for one in found])), 4) for name in found[0]}


def _outcomes(draw: Draw, seed: int) -> dict[str, bool]:
    rng = np.random.default_rng(seed)
    candidate, baseline = draw(rng), draw(rng)
    return {
        "sequential": _is_ever_worse(candidate, baseline, 1),
        "detects": _is_ever_worse(candidate + np.std(candidate), baseline, 10),
        "detects_later": _is_ever_worse(_stepped(candidate)[:KNOWN], baseline[:KNOWN], 5),
        "kayenta_once": _is_different(candidate, baseline),
        "kayenta_24_looks": any(_is_different(candidate[:t], baseline[:t]) for t in range(10, MINUTES + 1, 10)),
    }


def _stepped(values: Floats) -> Floats:
    return values + STEP * np.std(values) * (np.arange(values.size) >= HEALTHY)


def _is_ever_worse(candidate: Floats, baseline: Floats, every: int) -> bool:
    needed = math.log(1 / RULE.alpha)
    for rows in range(RULE.minimum_rows, candidate.size + 1, every):
        if weighing.weigh({"x": candidate[:rows]}, {"x": baseline[:rows]}, STRICTEST, RULE).worse >= needed:
            return True
    return False


def _is_different(candidate: Floats, baseline: Floats) -> bool:
    return kayenta.classify(candidate, baseline, kayenta.Settings(tolerance=0.0)).label is not kayenta.Label.PASS


def _correlated(phi: float) -> Draw:
    def draw(rng: np.random.Generator) -> Floats:
        value = rng.normal() / math.sqrt(1 - phi * phi)
        values = []
        for shock in rng.normal(size=MINUTES):
            value = phi * value + shock
            values.append(value)
        return np.array(values)

    return draw


def _smoothed(rng: np.random.Generator) -> Floats:
    # A rate over five minutes that is sampled every minute.
    return np.convolve(rng.normal(size=MINUTES + 4), np.ones(5), "valid")


def _drifting(rng: np.random.Generator) -> Floats:
    # As much slow drift as noise: each version is above the other for an hour at a time.
    return rng.normal(size=MINUTES) + _correlated(0.98)(rng) * math.sqrt(1 - 0.98**2)


PROCESSES: dict[str, Draw] = {
    "independent": _correlated(0.0),
    "AR(1) 0.5": _correlated(0.5),
    "AR(1) 0.7": _correlated(0.7),
    "AR(1) 0.9": _correlated(0.9),
    "mean over 5 minutes": _smoothed,
    "noise and drift": _drifting,
    "lognormal": lambda rng: np.exp(rng.normal(size=MINUTES)),
    "exp of AR(1) 0.7": lambda rng: np.exp(0.7 * _correlated(0.7)(rng)),
    "Student t with 3 degrees of freedom": lambda rng: rng.standard_t(3, size=MINUTES),
    "counts, Poisson with mean 0.1": lambda rng: rng.poisson(0.1, size=MINUTES).astype(np.float64),
    "counts, Poisson with mean 3": lambda rng: rng.poisson(3.0, size=MINUTES).astype(np.float64),
}

if __name__ == "__main__":
    print(json.dumps(run(sys.argv[1:]), indent=2))
