"""Series to judge, and what is known of them after so many rows."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from decisions.domain.judges.configuration import from_document
from decisions.domain.judges.sequential import Verdict, decide
from decisions.domain.judges.weighing import weigh


def correlated(seed, phi, n, mean=0.0):
    """n values of a stationary AR(1) series with unit shocks."""
    shocks = np.random.default_rng(seed).normal(size=n)
    values = [shocks[0] / math.sqrt(1 - phi**2)]
    for shock in shocks[1:]:
        values.append(phi * values[-1] + shock)
    return np.array(values) + mean


def configured(*indicators, **stated):
    return from_document({"indicators": [{"direction": "higher_is_worse", **one} for one in indicators], **stated})


def drawn(names, seed=1, n=240, mean=100.0):
    return {name: correlated(seed * 100 + place, 0.0, n, mean) for place, name in enumerate(names)}


def verdicts(result):
    return {one.name: str(one.verdict) for one in result.indicators}


@dataclass(frozen=True)
class Look:
    """What was known after so many rows."""

    rows: int
    verdict: Verdict
    low: float
    high: float


def looks(candidate, baseline, indicator, rule, rows):
    """What was known of two series after each of these numbers of rows: the interval as it closes in."""
    found = []
    for count in rows:
        weighed = weigh({indicator.name: candidate[:count]}, {indicator.name: baseline[:count]}, indicator, rule)
        finding = decide(weighed, rule.alpha, rule.alpha)
        found.append(Look(count, finding.verdict, finding.low, finding.high))
    return found
