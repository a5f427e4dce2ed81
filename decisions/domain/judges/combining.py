"""Many indicators, one chance of a false alarm: evidence is averaged, and a list is cut where it carries itself.

Evidence is given as logarithms of e-values, at most 1 on average when nothing is wrong. None of this asks how the
indicators depend on each other, and all of it holds at every look.

Source:
    Vovk and Wang 2021, E-values: calibration, combination and applications (Annals of Statistics 49); Wang and Ramdas
    2022, False discovery rate control with e-values (JRSS B 84); Xu, Wang and Ramdas 2022 (arXiv 2203.12572) for the
    level of the intervals that are then shown.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np


def average(log_es: Sequence[float], weights: Sequence[float]) -> float:
    """The weighted mean of e-values, as a logarithm; it is one itself.

    Args:
        weights: not negative; at least one above 0.
    """
    total = sum(weights)
    shared = [
        log_e + math.log(weight) - math.log(total) for log_e, weight in zip(log_es, weights, strict=True) if weight
    ]
    return float(np.logaddexp.reduce(shared))


def level_of_list(log_es: Sequence[float], alpha: float) -> float:
    """The level at which each item of a list is decided, so that a share `alpha` of what is selected is false at most.

    Items whose e-value is at least 1 over this level are selected (the e-BH procedure); none where nothing is wrong,
    at any look, with chance 1 - alpha.
    """
    count = len(log_es)
    for rank, log_e in reversed(list(enumerate(sorted(log_es, reverse=True), start=1))):
        if log_e >= math.log(count / (alpha * rank)):
            return alpha * rank / count
    return alpha / count
