"""What past uses and drills teach: how often an option works and how long it takes.

A use counts with a weight that halves with its age; a drill counts half as much as the real thing. What was
never resolved is not a finished time: it only says "longer than this".
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from decisions.domain.beliefs import Beta, Duration, need, need_amount

WEIGHTS = {"journal": 1.0, "drill": 0.5}

_ROUNDS = 500
_CLOSE = 1e-13


@dataclass(frozen=True, slots=True)
class Use:
    """One past use of an option.

    Attributes:
        source: `journal` (it happened) or `drill`.
        age_days: >= 0.
        succeeded: whether it worked.
        minutes: how long it took; where it is not finished, how long it had lasted when last seen; None when
            nobody knows.
        finished: False for a time that was still running (censored).
        counts: weight before it ages, where a policy says another than its source's, >= 0.
    """

    source: str
    age_days: float
    succeeded: bool
    minutes: float | None = None
    finished: bool = True
    counts: float | None = None

    def __post_init__(self) -> None:
        need(self.source in WEIGHTS, f"a use comes from {' or '.join(sorted(WEIGHTS))}, not from {self.source}")
        need_amount(self.age_days, "the age of a use")
        need(self.minutes is None or 0 < self.minutes < math.inf, "a use must have taken more than 0 minutes")


def weight(use: Use, half_life_days: float) -> float:
    """How much a use counts: its own or its source's weight, halved with each half-life of its age.

    Source:
        Power prior, Ibrahim and Chen 2000: history counts with a power between 0 and 1.
    """
    need(half_life_days > 0, "the half-life must be above 0 days")
    fresh = WEIGHTS[use.source] if use.counts is None else use.counts
    return float(fresh * 0.5 ** (use.age_days / half_life_days))


def effective_uses(uses: Iterable[Use], half_life_days: float) -> float:
    """Sum of the weights."""
    return math.fsum(weight(use, half_life_days) for use in uses)


def pooled_prior(stated: float, uses: float, pool: Iterable[Use], half_life_days: float) -> Beta:
    """Prior that is worth so many `uses`, at the success rate of a pool of alike uses.

    The stated rate is in the pool with the weight of `uses`: with nothing else there it is the rate, and a clean
    record is not taken for certainty.

    Args:
        stated: the policy's rate, above 0 and below 1.
        uses: how many uses the prior counts as (kappa0), above 0, however many are in the pool.
    """
    learned = learned_success(Beta(stated * uses, (1 - stated) * uses), pool, half_life_days)
    return Beta(learned.mean * uses, (1 - learned.mean) * uses)


def learned_success(prior: Beta, uses: Iterable[Use], half_life_days: float) -> Beta:
    """Add the weighted successes and failures to the prior."""
    known = list(uses)
    return Beta(
        prior.alpha + effective_uses([use for use in known if use.succeeded], half_life_days),
        prior.beta + effective_uses([use for use in known if not use.succeeded], half_life_days),
    )


def learned_duration(prior: Duration, uses: Iterable[Use], half_life_days: float) -> Duration:
    """Learn the median from the times; the spread stays as policy has it.

    Finished times update the logarithm of the median as a normal mean with known spread. A time still running
    enters as the probability of lasting longer: the median is then the most probable one, and the weight the
    information at it, so that it counts for less than a finished time. Uses without a time teach nothing.

    Args:
        prior: its weight is the number of observations that the prior is worth; an infinite one is not moved.

    Returns:
        The same spread; median and weight moved.
    """
    timed = [(use, weight(use, half_life_days)) for use in uses if use.minutes is not None]
    if not timed or math.isinf(prior.weight):
        return prior
    ended = [(math.log(use.minutes or 0), w) for use, w in timed if use.finished]
    running = [(math.log(use.minutes or 0), w) for use, w in timed if not use.finished and prior.spread > 0]
    total = prior.weight + math.fsum(w for _, w in ended)
    known = prior.weight * prior.location + math.fsum(log * w for log, w in ended)
    location = _most_probable(known, total, running, prior.spread)
    gained = math.fsum(w * _information((log - location) / prior.spread) for log, w in running)
    return Duration(math.exp(location), prior.spread, total + gained)


def _most_probable(known: float, total: float, running: Sequence[tuple[float, float]], spread: float) -> float:
    """Fill each running time in with its expectation under the present guess until the guess stays (EM)."""
    location = known / total
    everything = total + math.fsum(w for _, w in running)
    for _ in range(_ROUNDS if running else 0):
        filled = math.fsum(w * (location + spread * _excess((log - location) / spread)) for log, w in running)
        guess = (known + filled) / everything
        moved, location = abs(guess - location), guess
        if moved < _CLOSE:
            break
    return location


def _excess(score: float) -> float:
    """Mean of a standard normal variable that is known to exceed `score`."""
    if score > 30:
        return score + 1 / score
    density = math.exp(-(score**2) / 2) / math.sqrt(2 * math.pi)
    return density / (math.erfc(score / math.sqrt(2)) / 2)


def _information(score: float) -> float:
    """Share of a finished observation's information that one still running at `score` carries, 0..1."""
    excess = _excess(score)
    return min(max(excess * (excess - score), 0.0), 1.0)
