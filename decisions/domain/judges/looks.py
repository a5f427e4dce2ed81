"""The interval as it closes in: what was known about one indicator after each row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from decisions.domain.judges.configuration import Indicator, Rule
from decisions.domain.judges.limits import Unit
from decisions.domain.judges.sequential import Verdict, decide
from decisions.domain.judges.weighing import weigh

Series = Mapping[str, NDArray[np.float64]]


@dataclass(frozen=True)
class Look:
    """What was known after so many rows."""

    rows: int
    verdict: Verdict
    estimate: float
    low: float
    high: float
    unit: Unit


def looks(
    candidate: Series,
    baseline: Series,
    indicator: Indicator,
    rule: Rule,
    rows: Sequence[int],
    worse_level: float | None = None,
) -> list[Look]:
    """What was known after each of these numbers of rows: the interval as it closes in.

    Args:
        rows: how many rows from the start each look sees; of separate stretches of time only the candidate's grow.
        worse_level: as in `decide`; the rule's alpha if not given.
    """
    level = rule.alpha if worse_level is None else worse_level
    found = []
    for count in rows:
        here = {name: values[:count] for name, values in candidate.items()}
        there = {name: values[:count] for name, values in baseline.items()} if rule.same_minutes else baseline
        finding = decide(weigh(here, there, indicator, rule), level, rule.alpha)
        found.append(Look(count, finding.verdict, finding.estimate, finding.low, finding.high, finding.unit))
    return found
