"""A single share, such as the share of failed requests, with an interval that holds at every look."""

from __future__ import annotations

import math
from collections.abc import Callable

from decisions.domain.judges.mixtures import BetaBinomial, best_rho


def interval(successes: float, n: int, alpha: float, t_opt: float, alpha_opt: float = 0.05) -> tuple[float, float]:
    """Bounds (0 to 1) of a share after `successes` in `n` trials; wrong at some look with chance `alpha` at most.

    Args:
        t_opt: number of trials at which the interval is tuned to be narrowest, at level `alpha_opt`.

    Source:
        The beta-binomial mixture of Howard et al. 2021 (arXiv 1810.08240), turned round; Robbins 1970.
    """
    seen, threshold = successes / n, math.log(1 / alpha)

    def is_rejected(share: float) -> bool:
        if not 0 < share < 1:
            return share != seen
        mixture = BetaBinomial(best_rho(share * (1 - share) * t_opt, alpha_opt), share, 1 - share)
        return mixture.log_e((seen - share) * n, share * (1 - share) * n) > threshold

    return _edge(0.0, seen, is_rejected), _edge(1.0, seen, is_rejected)


def _edge(outside: float, inside: float, is_rejected: Callable[[float], bool]) -> float:
    if not is_rejected(outside):
        return outside
    for _ in range(60):
        middle = (outside + inside) / 2
        outside, inside = (middle, inside) if is_rejected(middle) else (outside, middle)
    return (outside + inside) / 2
