"""The past as a snapshot holds it: what was done, under which evidence, what became of it, and what the causes were."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from decisions.domain.hypotheses import Hypothesis


@dataclass(frozen=True)
class PastUse:
    """One past use of a kind of option.

    Attributes:
        causes: how likely each cause was held to be when the option was chosen; an established one is 1.
        seen: the named values of the tokens then, by token.
        resolved: False when nobody knows whether it worked, for example because something else took over.
        minutes: until it took effect; None when it never did.
        elsewhere: it was a use for another service.
    """

    kind: str
    causes: Mapping[str, float]
    seen: Mapping[str, str]
    success: bool
    resolved: bool
    minutes: float | None
    at: datetime
    source: str
    elsewhere: bool

    @property
    def lasting(self) -> float:
        """How likely it met a cause that does not pass by itself; only then the outcome is the option's."""
        return self.causes[Hypothesis.RELEASE] + self.causes[Hypothesis.OTHER]


@dataclass(frozen=True)
class PastCause:
    """A past incident of this service whose cause a person established."""

    cause: str
    at: datetime


def past_use(found: Mapping[str, Any], at: datetime, service: str) -> PastUse:
    """A use from its JSON value.

    Args:
        at: its time, already read.
        service: whose snapshot this is.
    """
    minutes = found["minutes"]
    return PastUse(
        kind=found["kind"],
        causes=_causes(found),
        seen=found.get("seen", {}),
        success=found["success"],
        resolved=found.get("resolved", True),
        minutes=None if minutes is None else float(minutes),
        at=at,
        source=found["source"],
        elsewhere=found.get("service", service) != service,
    )


def _causes(found: Mapping[str, Any]) -> dict[str, float]:
    """The chances of the causes, which are stored rounded and sum to 1 again here."""
    if "hypothesis" in found:
        return {name.value: float(name == found["hypothesis"]) for name in Hypothesis}
    stated = {name.value: float(found["causes"][name]) for name in Hypothesis}
    total = math.fsum(stated.values())
    return {name: share / total for name, share in stated.items()}
