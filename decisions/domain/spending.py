"""Planned looks: how large a z statistic must be at each look, so that all looks together give few false alarms.

Tighter than bounds that hold at every look, as long as there are no other looks than the planned ones. The chance of a
false alarm is spent as alpha t^2, t being the share of the planned data that is there. The desk looks whenever somebody
asks, so nothing in the product calls this: it says what that freedom costs.

Source:
    Lan and DeMets 1983 (Biometrika 70); Kim and DeMets 1987 for the power family; Armitage, McPherson and Rowe 1969
    for the recursion. Stated curves in spotify/confidence at e1f8a49.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

POWER = 2.0
# A look that may spend less than this is not worth one: its bound is the largest there is.
LEAST_SPENT = 1e-7
LARGEST = 8.0
# Looks closer together than this share the bound of the first.
SAME_LOOK = 1e-5
# A path this far on the harmless side plays no part; six nodes for 1.5 deviations of a step are exact to 1e-8.
_LOWEST = 6.0
_PANEL = 1.5
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(6)
# Beyond this many deviations a normal step does not reach.
_REACH = 8.0


@dataclass(frozen=True)
class _Paths:
    """Where the sum may be when no bound was passed so far: points, and the chance that each stands for."""

    points: Floats
    chances: Floats


def bounds(information: Sequence[float], alpha: float, sides: int = 2) -> list[float]:
    """The z statistic that decides, for each look.

    Args:
        information: share of the planned data at each look, above 0, at most 1, not falling.
        alpha: chance of a false alarm over all looks; halved for two sides.

    Raises:
        ValueError: shares that fall or lie outside 0 to 1.
    """
    found: list[float] = []
    for look in _looks(information):
        if look.is_repeated:
            found.append(found[-1])
            continue
        found.append(look.bound(alpha / sides * (look.share**POWER - look.last**POWER)))
        look.walk_on(found[-1])
    return found


def spent(information: Sequence[float], z: Sequence[float]) -> list[float]:
    """The chance of a false alarm to one side at each look, and at none before, if these are the bounds."""
    found: list[float] = []
    for look, bound in zip(_looks(information), z, strict=True):
        found.append(0.0 if look.is_repeated else look.crossing(bound))
        look.walk_on(bound)
    return found


def adjusted_alphas(totals: Sequence[int], planned: int, alpha: float, sides: int = 2) -> list[float]:
    """The level at which each look's test or interval is made, when `totals` values had come of `planned`.

    More values than planned: shares are those of the largest total.
    """
    most = max(planned, *totals)
    return [sides * NormalDist().cdf(-z) for z in bounds([total / most for total in totals], alpha, sides)]


@dataclass
class _Look:
    """One look, and where the sum may be just before it."""

    share: float
    last: float
    after: float | None
    walk: _Walk

    @property
    def is_repeated(self) -> bool:
        return self.last > 0 and self.share - self.last <= SAME_LOOK

    @property
    def step(self) -> float:
        return math.sqrt(self.share - self.last)

    def bound(self, chance: float) -> float:
        """The z that is passed here, and none before, with this chance."""
        if self.walk.paths is None:
            return min(-NormalDist().inv_cdf(chance), LARGEST)
        if chance < LEAST_SPENT:
            return LARGEST
        low, high = 0.0, LARGEST
        for _ in range(60):
            middle = (low + high) / 2
            low, high = (middle, high) if self.crossing(middle) > chance else (low, middle)
        return (low + high) / 2

    def crossing(self, z: float) -> float:
        """The chance of lying above z here, and below all bounds before."""
        paths = self.walk.paths
        if paths is None:
            return NormalDist().cdf(-z)
        bound = z * math.sqrt(self.share)
        near = paths.points > bound - _REACH * self.step
        distances = (bound - paths.points[near]) / (self.step * math.sqrt(2))
        tails = np.array([math.erfc(distance) for distance in distances]) / 2
        return float(paths.chances[near] @ tails)

    def walk_on(self, z: float) -> None:
        """Keep the paths that stay below z."""
        if self.is_repeated or self.after is None:
            return
        points, widths = _grid(self.share, z, min(self.step, math.sqrt(self.after - self.share)))
        self.walk.paths = _Paths(points, widths * _density(self.walk.paths, self.step, points))


@dataclass
class _Walk:
    paths: _Paths | None = None


def _looks(information: Sequence[float]) -> Iterator[_Look]:
    if not all(0 < share <= 1 for share in information) or any(np.diff(information) < 0):
        raise ValueError("shares of information have to rise from above 0 to at most 1")
    walk, last = _Walk(), 0.0
    for place, share in enumerate(information):
        after = next((later for later in information[place + 1 :] if later - share > SAME_LOOK), None)
        look = _Look(share, last, after, walk)
        yield look
        if not look.is_repeated:
            last = share


def _grid(share: float, z: float, finest: float) -> tuple[Floats, Floats]:
    low, high = -_LOWEST * math.sqrt(share), z * math.sqrt(share)
    panels = max(1, math.ceil((high - low) / (_PANEL * finest)))
    edges = np.linspace(low, high, panels + 1)
    half = (edges[1] - edges[0]) / 2
    return (edges[:-1, np.newaxis] + half * (1 + _NODES)).ravel(), np.tile(half * _WEIGHTS, panels)


def _density(paths: _Paths | None, step: float, points: Floats) -> Floats:
    """How likely the sum is at each point after this step, below all bounds before it."""
    if paths is None:
        found: Floats = np.exp(-((points / step) ** 2) / 2) / (step * math.sqrt(2 * math.pi))
        return found
    # Only what lies within reach of a point counts, and that is a small part of all.
    start = np.searchsorted(paths.points, points - _REACH * step)
    width = int((np.searchsorted(paths.points, points + _REACH * step) - start).max(initial=1))
    places = start[:, np.newaxis] + np.arange(width)
    inside = places < paths.points.size
    places = np.minimum(places, paths.points.size - 1)
    distances = (points[:, np.newaxis] - paths.points[places]) / step
    kernel = np.exp(-(distances**2) / 2) * inside / (step * math.sqrt(2 * math.pi))
    density: Floats = (kernel * paths.chances[places]).sum(axis=1)
    return density
