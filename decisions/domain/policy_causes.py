"""What a policy believes about causes: the prior of the hypotheses and how likely each token is under each (1.2)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from decisions.domain.canonical import BadDocument
from decisions.domain.policy_costs import refuse_repeats

HYPOTHESES = ("release", "other", "transient")
UNKNOWN = "unknown"
# Where a policy does not say. Detection rates from some twenty drills: 0.9 is then known to within 0.77 and 0.98.
PSEUDO_INCIDENTS = 20.0
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Band:
    """A numeric token below `up_to` (None: everything above the band before) has this likelihood."""

    up_to: float | None
    likelihood: Mapping[str, float]


@dataclass(frozen=True)
class Token:
    """A piece of evidence: named values or bands of a number, each with P(value | hypothesis).

    `unless` names a token that looks at the same thing: while that one says something, this one adds nothing.
    """

    name: str
    reason: str
    unless: str | None
    values: Mapping[str, Mapping[str, float]]
    bands: tuple[Band, ...]

    def likelihood(self, value: str | float) -> Mapping[str, float] | None:
        """P(value | hypothesis); None when the value says nothing (`unknown`, or one this policy does not name)."""
        if isinstance(value, str):
            return self.values.get(value)
        return next((band.likelihood for band in self.bands if band.up_to is None or value < band.up_to), None)


@dataclass(frozen=True)
class Causes:
    """The prior over release, other and transient (sums to 1), and the tokens that update it.

    `pseudo_incidents` is how many incidents the probability of a cause is known as well as from.
    """

    prior: Mapping[str, float]
    pseudo_incidents: float
    tokens: tuple[Token, ...]

    def token(self, name: str) -> Token | None:
        """The token of that name, if this policy knows it."""
        return next((each for each in self.tokens if each.name == name), None)


def causes(found: Mapping[str, Any]) -> Causes:
    """Build prior and tokens, refusing chances that cannot be."""
    prior = {name: float(found["prior"][name]) for name in HYPOTHESES}
    if abs(math.fsum(prior.values()) - 1) > _ROUNDING:
        raise BadDocument("$.hypotheses.prior", f"the chances sum to {math.fsum(prior.values()):g}, not to 1")
    if prior["transient"] >= 1:
        raise BadDocument("$.hypotheses.prior.transient", "must leave room for a cause that does not pass by itself")
    tokens = tuple(_token(each, f"$.hypotheses.tokens[{place}]") for place, each in enumerate(found["tokens"]))
    refuse_repeats([each.name for each in tokens], "$.hypotheses.tokens", "name")
    for place, each in enumerate(tokens):
        if each.unless is not None and each.unless not in {other.name for other in tokens if other is not each}:
            raise BadDocument(f"$.hypotheses.tokens[{place}].unless", "is not another token of this policy")
    return Causes(prior, float(found.get("pseudo_incidents", PSEUDO_INCIDENTS)), tokens)


def _token(found: Mapping[str, Any], path: str) -> Token:
    values = {name: _likelihood(each, f"{path}.values.{name}") for name, each in found.get("values", {}).items()}
    if UNKNOWN in values:
        raise BadDocument(f"{path}.values.{UNKNOWN}", "is always neutral; leave it out")
    bands = tuple(_band(each, f"{path}.bands[{place}]") for place, each in enumerate(found.get("bands", [])))
    _refuse_disorder(bands, path)
    _refuse_excess([*values.values(), *(band.likelihood for band in bands)], path)
    return Token(found["name"], found["reason"], found.get("unless"), values, bands)


def _band(found: Mapping[str, Any], path: str) -> Band:
    up_to = found["up_to"]
    return Band(None if up_to is None else float(up_to), _likelihood(found["likelihood"], f"{path}.likelihood"))


def _likelihood(found: Mapping[str, Any], path: str) -> dict[str, float]:
    # 0 would let one token rule a hypothesis out for ever, whatever else is seen.
    for name in HYPOTHESES:
        if not 0 < found[name] <= 1:
            raise BadDocument(f"{path}.{name}", "must be a chance above 0 and at most 1")
    return {name: float(found[name]) for name in HYPOTHESES}


def _refuse_disorder(bands: tuple[Band, ...], path: str) -> None:
    for place, band in enumerate(bands):
        last = place == len(bands) - 1
        if band.up_to is None and not last:
            raise BadDocument(f"{path}.bands[{place}].up_to", "only the last band may be open")
        before = bands[place - 1].up_to if place else None
        if before is not None and band.up_to is not None and band.up_to <= before:
            raise BadDocument(f"{path}.bands[{place}].up_to", "must be more than in the band before")


def _refuse_excess(likelihoods: list[Mapping[str, float]], path: str) -> None:
    for name in HYPOTHESES:
        total = math.fsum(each[name] for each in likelihoods)
        if total > 1 + _ROUNDING:
            raise BadDocument(path, f"the chances under {name} sum to {total:g}, more than 1")
