"""What the trouble costs each minute: for each category, indicator times rate (DECISION-MODEL 1.1)."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from decisions.domain import allowances, precision
from decisions.domain.evidence import Snapshot
from decisions.domain.evidence_indicators import HIGHER, Indicator, Measured
from decisions.domain.policy_costs import Category, Part
from decisions.domain.traffic import REQUESTS, Scene, Traffic, assumed_share, volume
from decisions.domain.wording import listed


class State(StrEnum):
    """What is known of a part."""

    MEASURED = "measured"
    INSIDE_MARGIN = "inside_margin"
    MISSING = "missing"
    UNMEASURED = "unmeasured"


@dataclass(frozen=True)
class PartHarm:
    """One part: `excess` (indicator's unit) x `volume` (per minute) x rate is the median in currency per minute.

    `reason` says why nothing is counted, or what was assumed.
    """

    part: Part
    state: State
    current: float | None
    usual: float | None
    edge: float | None
    excess: float
    volume: float
    per_minute: float
    spread: float
    reason: str

    @property
    def mean(self) -> float:
        """Expected currency per minute."""
        return self.per_minute * math.exp(self.spread**2 / 2)


@dataclass(frozen=True)
class CategoryHarm:
    """A category: median currency per minute, sdlog, and the parts it is the sum of; `reason` says what it lacks."""

    category: Category
    per_minute: float
    spread: float
    parts: tuple[PartHarm, ...]
    reason: str

    @property
    def mean(self) -> float:
        """Expected currency per minute."""
        return self.per_minute * math.exp(self.spread**2 / 2)


@dataclass(frozen=True)
class Harm:
    """All categories, and the traffic they were counted with."""

    categories: tuple[CategoryHarm, ...]
    traffic: Traffic

    @property
    def is_any(self) -> bool:
        return any(each.per_minute > 0 for each in self.categories)

    def of(self, name: str) -> CategoryHarm:
        return next(each for each in self.categories if each.category.name == name)


def measure(on: Scene) -> Harm:
    """Harm per minute by category, as it is now.

    Excess is counted from the usual value and is 0 inside target and margin. A part whose indicator has no value is
    taken at the policy's `if_missing`. A part whose indicator this service does not have has nothing to be counted
    from: it is listed, and what is counted of its category is known less well.
    """
    return Harm(tuple(_category(each, on) for each in on.policy.categories), on.traffic)


def if_served(version: str, part: Part, on: Scene) -> float | None:
    """Currency per minute of one part if all traffic went to `version`; None when its own sample cannot say.

    Counts only harm that the sample shows (`precision.at_least_as_good_as`): a handful of items of a good version is
    not held against it.
    """
    indicator = on.indicator(part.indicator)
    own = _own_value(version, indicator, part, on) if indicator else None
    usual = allowances.usual(indicator) if indicator else None
    if indicator is None or own is None or usual is None:
        return None
    value = precision.at_least_as_good_as(indicator, own)
    if not allowances.is_beyond(value, indicator, on.policy):
        return 0.0
    return indicator.excess(value, usual) * volume(part, on, version) * part.factor


def lognormal_sum(parts: Iterable[tuple[float, float]]) -> tuple[float, float]:
    """Median and sdlog of a lognormal for the sum of some (median, sdlog) that rise and fall together.

    Its median is the sum of the medians and its mean the sum of the means, both exactly. So the widening of any part
    moves neither end of an interval inwards, which matching the variance of independent parts would not promise; and
    parts are not independent, since they are counted with the same traffic and often with the same indicator.
    """
    shown = [(median, spread) for median, spread in parts if median > 0]
    if len(shown) < 2:
        return shown[0] if shown else (0.0, 0.0)
    whole = math.fsum(median for median, _ in shown)
    # Mean over median, less 1; written so that spreads of 0 give exactly 0.
    beyond = math.fsum(median * math.expm1(spread**2 / 2) for median, spread in shown) / whole
    return whole, math.sqrt(2 * math.log1p(beyond))


def _category(category: Category, on: Scene) -> CategoryHarm:
    parts = tuple(_part(each, on) for each in category.parts)
    median, spread = lognormal_sum((each.per_minute, each.spread) for each in parts)
    lacking = sorted({each.part.indicator for each in parts if each.state is State.UNMEASURED})
    if not lacking:
        return CategoryHarm(category, median, spread, parts, "")
    widened = math.hypot(spread, on.policy.doubt.missing_widens) if median > 0 else spread
    says = f"{listed(lacking)} {'is' if len(lacking) == 1 else 'are'} not measured for this service: it may be more."
    return CategoryHarm(category, median, widened, parts, says)


def _part(part: Part, on: Scene) -> PartHarm:
    indicator = on.indicator(part.indicator)
    if indicator is None and part.indicator not in on.snapshot.missing:
        return _priced(part, on, State.UNMEASURED, reason="This service has no such indicator.")
    gone = _why_missing(part, indicator, on.snapshot)
    if gone or indicator is None or indicator.current is None:
        return _assumed(part, indicator, on, gone or "No value.")
    if not allowances.is_beyond(indicator.current.value, indicator, on.policy):
        return _priced(part, on, State.INSIDE_MARGIN, reason="Inside target and margin.")
    return _measured(part, indicator, indicator.current, on)


def _why_missing(part: Part, indicator: Indicator | None, snapshot: Snapshot) -> str | None:
    if part.indicator in snapshot.missing:
        return snapshot.missing[part.indicator]
    if indicator is None or not indicator.is_seen(indicator.current):
        return "No observation in the window."
    return None if allowances.usual(indicator) is not None else "Neither a target nor a usual value to compare with."


def _assumed(part: Part, indicator: Indicator | None, on: Scene, reason: str) -> PartHarm:
    """The policy's `if_missing`; where a value is known and only what is usual is not, no more than the whole of it."""
    whole = indicator.current.value if indicator and indicator.current and indicator.direction == HIGHER else math.inf
    spread = math.hypot(part.spread, on.policy.doubt.missing_widens, *_doubts(part, on))
    says = "; ".join(filter(None, (reason, assumed_share(part.of, on))))
    return _priced(part, on, State.MISSING, min(part.if_missing, max(whole, 0.0)), spread, says)


def _measured(part: Part, indicator: Indicator, current: Measured, on: Scene) -> PartHarm:
    excess = indicator.excess(current.value, allowances.usual(indicator) or 0.0)
    if excess == 0:
        return _priced(part, on, State.INSIDE_MARGIN, reason="Not worse than usual.")
    spreads = [part.spread, precision.spread_of_excess(indicator, current, excess), *_doubts(part, on)]
    return _priced(part, on, State.MEASURED, excess, math.hypot(*spreads), assumed_share(part.of, on))


def _priced(
    part: Part, on: Scene, state: State, excess: float = 0.0, spread: float = 0.0, reason: str = ""
) -> PartHarm:
    indicator = on.indicator(part.indicator)
    times = volume(part, on)
    return PartHarm(
        part=part,
        state=state,
        current=indicator.current.value if indicator and indicator.current else None,
        usual=allowances.usual(indicator) if indicator else None,
        edge=allowances.edge(indicator, on.policy) if indicator else None,
        excess=excess,
        volume=times,
        per_minute=excess * times * part.factor,
        spread=spread,
        reason=reason,
    )


def _doubts(part: Part, on: Scene) -> list[float]:
    """What widens a part beside its own spread: an overdue margin, and a volume that nobody measured."""
    indicator = on.indicator(part.indicator)
    own = indicator.own_margin if indicator else None
    late = allowances.overdue(on.policy, part.indicator, own, on.snapshot.taken_at.date())
    unknown = part.measure != "per_minute" and not on.traffic.is_known
    assumed = bool(assumed_share(part.of, on))
    doubt = on.policy.doubt
    return [doubt.overdue_widens] * bool(late) + [doubt.missing_widens] * (unknown + assumed)


def _own_value(version: str, indicator: Indicator, part: Part, on: Scene) -> Measured | None:
    own = indicator.by_version.get(version)
    if own is None or not indicator.is_seen(own):
        return None
    if part.measure != "per_minute":
        return own
    # A shadow sample sees a part of the traffic: its counts are compared request for request.
    requests = on.indicator(REQUESTS)
    sample = requests.by_version.get(version) if requests else None
    if sample is None or sample.value <= 0:
        return None
    return replace(own, value=own.value * on.traffic.per_minute / sample.value)
