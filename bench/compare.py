"""How long comparing two versions takes, beside scipy's Mann-Whitney test and beside starting the program.

Two samples of 10,000 by either judge, alternating with `scipy.stats.mannwhitneyu` in the same run; and the command
`compare` on two files of 10,000 rows and 50 indicators, imports included, beside a command that does nothing.
"""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import mannwhitneyu

from decisions.domain.judges import kayenta, sequential, weighing
from decisions.domain.judges.configuration import Indicator, Judge, Rule

Floats = NDArray[np.float64]
Draw = Callable[[np.random.Generator], Floats]

ROWS, INDICATORS = 10_000, 50
ROUNDS = 30
# Light and heavy tails, ties, and values that lie in two places: how many differences there are around a rank.
DISTRIBUTIONS: dict[str, Draw] = {
    "normal": lambda rng: rng.normal(size=ROWS),
    "lognormal, deviation 2": lambda rng: rng.lognormal(0, 2, ROWS),
    "lognormal, deviation 5": lambda rng: rng.lognormal(0, 5, ROWS),
    "lognormal, deviation 10": lambda rng: rng.lognormal(0, 10, ROWS),
    "Cauchy": lambda rng: rng.standard_cauchy(ROWS),
    "Poisson with mean 3": lambda rng: rng.poisson(3, ROWS).astype(np.float64),
    "normal, to one decimal": lambda rng: np.round(rng.normal(100, 5, ROWS), 1),
    "around 0 and around 1e6": lambda rng: np.concatenate(
        (rng.normal(size=ROWS // 2), rng.normal(1e6, size=ROWS // 2))
    ),
    "zeros and one value in a hundred": lambda rng: np.where(rng.random(ROWS) < 0.01, rng.lognormal(3, 2, ROWS), 0.0),
}
STARTS = 3
ROOT = Path(__file__).resolve().parent.parent


def run(argv: Sequence[str] = ()) -> dict[str, Any]:
    """Measure in alternation and report medians.

    Returns:
        `two_samples`: for several distributions, milliseconds of scipy's test and of each judge, and the median of the
        rounds' ratios to scipy;
        `command`: for each judge, and for a command that does nothing, seconds by the clock and of the processor.
    """
    return {"rows": ROWS, "indicators": INDICATORS, "two_samples": _samples(), "command": _commands()}


def _samples() -> dict[str, Any]:
    return {name: _sample(draw) for name, draw in DISTRIBUTIONS.items()}


def _sample(draw: Draw) -> dict[str, float]:
    rng = np.random.default_rng(1)
    first, second = draw(rng), draw(rng)
    indicator, rule = Indicator("x", "either"), Rule()
    timed: dict[str, Callable[[], object]] = {
        "scipy": lambda: mannwhitneyu(first, second),
        "kayenta": lambda: kayenta.classify(first, second, kayenta.Settings()),
        "sequential": lambda: sequential.decide(
            weighing.weigh({"x": first}, {"x": second}, indicator, rule), rule.alpha, rule.alpha
        ),
    }
    rounds = [{name: _milliseconds(judge) for name, judge in timed.items()} for _ in range(ROUNDS)]
    figures = {f"{name}_ms": round(statistics.median(one[name] for one in rounds), 3) for name in timed}
    for judge in Judge:
        figures[f"{judge}_to_scipy"] = round(statistics.median(one[judge] / one["scipy"] for one in rounds), 2)
    return figures


def _milliseconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


def _commands() -> dict[str, Any]:
    with TemporaryDirectory() as folder:
        arguments = _files(Path(folder))
        return {
            "nothing": _seconds(["help"]),
            **{judge.value: _seconds(["compare", *arguments, "--judge", judge.value, "--json"]) for judge in Judge},
        }


def _files(folder: Path) -> list[str]:
    names = [f"indicator_{place}" for place in range(INDICATORS)]
    for seed, name in enumerate(("baseline", "candidate")):
        values = np.random.default_rng(seed).normal(100 + seed, 10, size=(ROWS, INDICATORS))
        np.savetxt(folder / f"{name}.csv", values, "%.6f", ",", header=",".join(names), comments="")
    indicators = [{"name": name, "direction": "higher_is_worse"} for name in names]
    (folder / "config.json").write_text(json.dumps({"indicators": indicators}))
    return [str(folder / "baseline.csv"), str(folder / "candidate.csv"), "--config", str(folder / "config.json")]


def _seconds(arguments: list[str]) -> dict[str, float]:
    spent, clocks = [], []
    for _ in range(STARTS):
        before, started = _processor(), time.perf_counter()
        subprocess.run([sys.executable, "manage.py", *arguments], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        clocks.append(time.perf_counter() - started)
        spent.append(_processor() - before)
    return {"seconds": round(statistics.median(clocks), 2), "processor_seconds": round(statistics.median(spent), 2)}


def _processor() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    print(json.dumps(run(sys.argv[1:]), indent=2))
