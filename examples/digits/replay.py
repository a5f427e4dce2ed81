"""Replays the held-out images as traffic. Time is given to it: the same steps make the same traffic."""

from __future__ import annotations

import heapq
import itertools
import time
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from examples.digits.faults import SLOW_SECONDS, distorted
from examples.digits.meter import PEOPLE, Meter
from examples.digits.readers import Array
from examples.digits.services import Regime, Service

SEED = 1797
CUSTOMERS = 20_000
# A customer who waits longer is touched by it, and counts once in this many seconds.
PATIENCE_SECONDS = 0.3
TOUCHED_SECONDS = 600.0


@dataclass(frozen=True)
class Pace:
    """How fast the example lives: items a second, the seconds until an item's true label is known, and the share of
    the items that the versions which are not served read in shadow.
    """

    rate: float = 20.0
    label_delay: float = 3.0
    shadow_share: float = 0.5


@dataclass(frozen=True)
class Handful:
    """Items that came together: places in the held-out half, and who sent them."""

    picks: Array
    customers: Array

    def chosen(self, which: Array) -> Handful:
        return Handful(self.picks[which], self.customers[which])

    def __len__(self) -> int:
        return len(self.picks)


@dataclass(frozen=True)
class Reading:
    """What a version made of a handful."""

    version: str
    mode: str
    items: Handful
    digits: Array
    confidences: Array
    accepted: Array
    seconds: float


class Replay:
    """The traffic of one service. Time here is the example's own, in seconds since it began."""

    def __init__(self, service: Service, meter: Meter, pace: Pace | None = None) -> None:
        self._service = service
        self._meter = meter
        self._pace = pace or Pace()
        seed = [SEED, zlib.crc32(service.name.encode())]
        # Which items come does not depend on who reads them.
        self._arrivals = np.random.default_rng([*seed, 0])
        self._lots = np.random.default_rng([*seed, 1])
        self._pass: Array = np.empty(0, dtype=np.int64)
        self._owed = 0.0
        self._now = 0.0
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._order = itertools.count()
        self._touched: dict[int, float] = {}

    def step(self, seconds: float) -> None:
        """Let this much time pass: items arrive and are read, answers go out, labels become known."""
        self._now += seconds
        self._owed += self._pace.rate * seconds
        count, self._owed = int(self._owed), self._owed % 1
        if count:
            self._receive(self._next(count), self._service.regime())
        while self._due and self._due[0][0] <= self._now:
            heapq.heappop(self._due)[2]()

    def _next(self, count: int) -> Handful:
        """The next images: the held-out half in an order that is drawn again for each pass through it."""
        while len(self._pass) < count:
            self._pass = np.concatenate([self._pass, self._arrivals.permutation(len(self._service.shelf.images))])
        picks, self._pass = self._pass[:count], self._pass[count:]
        return Handful(picks, self._arrivals.integers(CUSTOMERS, size=count))

    def _receive(self, items: Handful, regime: Regime) -> None:
        in_shadow = items.chosen(self._lots.random(len(items)) < self._pace.shadow_share)
        live = self._allotted(items, regime.shares)
        for version in regime.shares:
            if version in live:
                self._read(version, "live", live[version], regime)
            else:
                self._read(version, "shadow", in_shadow, regime)
        if not live:
            self._count(PEOPLE, "live", requests=len(items), keyed=len(items))

    def _allotted(self, items: Handful, shares: Mapping[str, float]) -> dict[str, Handful]:
        """The items of each version that has a share of the traffic."""
        served = [version for version in shares if shares[version] > 0]
        edges = np.cumsum([shares[version] for version in served])[:-1]
        place = np.searchsorted(edges, self._lots.random(len(items)), side="right")
        return {version: items.chosen(place == number) for number, version in enumerate(served)}

    def _read(self, version: str, mode: str, items: Handful, regime: Regime) -> None:
        if not len(items):
            return
        faults = regime.faults(version)
        # Processor time, not time by the clock: a machine that is busy with other things is no slow release.
        began = time.thread_time()
        try:
            images = distorted(self._service.shelf.images[items.picks], faults)
            odds = self._service.shelf.readers[version].probabilities(images)
        except Exception:  # a reader that is not loaded or breaks is a failed request, never the end of the traffic
            self._fail(version, mode, items)
            return
        seconds = time.thread_time() - began + (SLOW_SECONDS if "slow" in faults else 0.0)
        confidences = odds.max(axis=1)
        accepted = (confidences >= regime.threshold(version)) & ("acceptance" not in regime.standing.switched_off)
        reading = Reading(version, mode, items, odds.argmax(axis=1), confidences, accepted, seconds)
        self._later(seconds, lambda: self._answer(reading))

    def _fail(self, version: str, mode: str, items: Handful) -> None:
        self._count(version, mode, requests=len(items), errors=len(items), keyed=len(items))
        if mode == "live":
            self._touch(version, items.customers)

    def _answer(self, reading: Reading) -> None:
        accepted = int(reading.accepted.sum())
        count = len(reading.items)
        self._count(
            reading.version, reading.mode, requests=count, read=count, accepted=accepted, keyed=count - accepted
        )
        self._meter.took(
            reading.seconds,
            reading.confidences,
            service=self._service.name,
            version=reading.version,
            mode=reading.mode,
        )
        if reading.mode == "live" and reading.seconds > PATIENCE_SECONDS:
            self._touch(reading.version, reading.items.customers)
        self._later(self._pace.label_delay, lambda: self._learn(reading))

    def _learn(self, reading: Reading) -> None:
        wrong = reading.accepted & (reading.digits != self._service.shelf.labels[reading.items.picks])
        self._count(
            reading.version,
            reading.mode,
            labelled=len(reading.items),
            labelled_accepted=int(reading.accepted.sum()),
            misread=int(wrong.sum()),
        )
        if reading.mode == "live":
            self._touch(reading.version, reading.items.customers[wrong])

    def _touch(self, version: str, customers: Array) -> None:
        fresh = {
            int(c) for c in customers if self._touched.get(int(c), -TOUCHED_SECONDS) <= self._now - TOUCHED_SECONDS
        }
        self._touched.update(dict.fromkeys(fresh, self._now))
        self._count(version, "live", customers_touched=len(fresh))

    def _count(self, version: str, mode: str, **amounts: int) -> None:
        for name, amount in amounts.items():
            self._meter.add(name, amount, service=self._service.name, version=version, mode=mode)

    def _later(self, seconds: float, happens: Callable[[], None]) -> None:
        heapq.heappush(self._due, (self._now + seconds, next(self._order), happens))
