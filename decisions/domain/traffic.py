"""How much there is for harm to happen to: the traffic, and the share of it that a part of a policy counts."""

from __future__ import annotations

from dataclasses import dataclass

from decisions.domain import allowances
from decisions.domain.evidence import Snapshot
from decisions.domain.evidence_indicators import Indicator
from decisions.domain.policy import Policy
from decisions.domain.policy_costs import Part
from decisions.domain.wording import percent

REQUESTS = "requests"


@dataclass(frozen=True)
class Traffic:
    """Requests per minute; `is_known` is False when they were assumed."""

    per_minute: float
    is_known: bool


@dataclass(frozen=True)
class Scene:
    """What harm is measured in: the evidence, the policy, and the traffic they agree on."""

    snapshot: Snapshot
    policy: Policy
    traffic: Traffic

    def indicator(self, name: str) -> Indicator | None:
        return self.snapshot.indicators.get(name)


def scene(snapshot: Snapshot, policy: Policy) -> Scene:
    """Traffic is taken as stated, else as the indicator `requests` says; else its usual, or what the policy assumes."""
    return Scene(snapshot, policy, _traffic(snapshot, policy))


def _traffic(snapshot: Snapshot, policy: Policy) -> Traffic:
    if snapshot.traffic_per_minute is not None:
        return Traffic(snapshot.traffic_per_minute, True)
    requests = snapshot.indicators.get(REQUESTS)
    if requests and requests.current:
        return Traffic(requests.current.value, True)
    usual = requests.baseline if requests else None
    return Traffic(usual.value if usual else policy.doubt.traffic_if_missing, False)


def volume(part: Part, on: Scene, version: str | None = None) -> float:
    """What the excess of a part is multiplied with, per minute: 1 for counts, else requests, times the share `of` it.

    Args:
        version: whose share counts; None for what is served now.
    """
    if part.measure == "per_minute":
        return 1.0
    return on.traffic.per_minute * (_share(on.indicator(part.of), version) if part.of else 1.0)


def _share(indicator: Indicator | None, version: str | None) -> float:
    """A share now, or of a version; else as usual; else the whole, which is the most that it can be."""
    if indicator is None:
        return 1.0
    own = indicator.by_version.get(version) if version else indicator.current
    usual = allowances.usual(indicator)
    return own.value if own and indicator.is_seen(own) else (usual if usual is not None else 1.0)


def assumed_share(name: str | None, on: Scene) -> str:
    """What stands in for a share that has no value now, as a sentence; empty where it is measured or not asked for."""
    if name is None:
        return ""
    indicator = on.indicator(name)
    if indicator is not None and indicator.current and indicator.is_seen(indicator.current):
        return ""
    if indicator is None and name not in on.snapshot.missing:
        return f"This service has no {name}, so all requests are counted."
    usual = allowances.usual(indicator) if indicator else None
    taken = "all requests are counted" if usual is None else f"its usual {percent(usual)} is taken"
    return f"{name} has no value, so {taken}."
