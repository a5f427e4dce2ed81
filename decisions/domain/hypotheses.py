"""Why it hurts: three hypotheses, and what the evidence makes of them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from decisions.domain.beliefs import need


class Hypothesis(StrEnum):
    """The release is at fault, something else is, or it passes by itself."""

    RELEASE = "release"
    OTHER = "other"
    TRANSIENT = "transient"


LASTING = (Hypothesis.RELEASE, Hypothesis.OTHER)


@dataclass(frozen=True, slots=True)
class Token:
    """One independent piece of evidence: a canary verdict, a check of upstream data, time since a release.

    Attributes:
        likelihood: for each hypothesis the probability of seeing this piece when the hypothesis is true, in
            (0, 1]. These are detection rates from drills, learned like success rates.
    """

    name: str
    likelihood: Mapping[str, float]

    def __post_init__(self) -> None:
        _need_all(self.likelihood, f"the likelihood of {self.name}")
        for hypothesis, share in self.likelihood.items():
            need(0 < share <= 1, f"{self.name}: the likelihood under {hypothesis} must lie above 0 and up to 1")


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one line of the explanation adds to the logarithm of each hypothesis; the lines may be summed."""

    name: str
    logs: Mapping[str, float]


def posterior(prior: Mapping[str, float], tokens: Sequence[Token]) -> dict[str, float]:
    """Weigh the prior with every token; the result sums to 1.

    Args:
        prior: probability of each hypothesis, sums to 1; 0 rules one out for good.
        tokens: in any order; the result does not depend on it.

    Raises:
        BadCase: the prior is not a distribution over the three hypotheses.

    Source:
        Bayes' rule for independent evidence.
    """
    _need_all(prior, "the prior")
    need(all(share >= 0 for share in prior.values()), "the prior holds a probability below 0")
    need(abs(math.fsum(prior.values()) - 1) <= 1e-9, "the prior must sum to 1")
    logs = {h: _log(prior[h]) + math.fsum(math.log(t.likelihood[h]) for t in tokens) for h in Hypothesis}
    highest = max(logs.values())
    weights = {h: math.exp(log - highest) for h, log in logs.items()}
    total = math.fsum(weights.values())
    return {h.value: weight / total for h, weight in weights.items()}


def log_contributions(prior: Mapping[str, float], tokens: Sequence[Token]) -> tuple[Contribution, ...]:
    """Natural logarithms of the prior and of each token's likelihood, by name; for the explanation.

    The hypothesis with the highest sum is the most probable one; e to the difference of two sums is their
    odds. A hypothesis that the prior rules out has minus infinity.
    """
    lines = [Contribution("prior", {h.value: _log(prior[h]) for h in Hypothesis})]
    for token in sorted(tokens, key=lambda token: token.name):
        lines.append(Contribution(token.name, {h.value: math.log(token.likelihood[h]) for h in Hypothesis}))
    return tuple(lines)


def _log(share: float) -> float:
    return math.log(share) if share > 0 else -math.inf


def _need_all(shares: Mapping[str, float], what: str) -> None:
    need(set(shares) == set(Hypothesis), f"{what} needs exactly {', '.join(Hypothesis)}")
