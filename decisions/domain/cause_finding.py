"""What the evidence makes of the cause: each token of the policy beside what the snapshot says about it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from decisions.domain import hypotheses, suffering
from decisions.domain.evidence import Seen, Snapshot
from decisions.domain.policy import Policy
from decisions.domain.policy_causes import Token


@dataclass(frozen=True)
class Weighed:
    """A token: what was seen (None: nothing), P(seen | hypothesis) (None: neutral), and the posterior after it."""

    token: Token
    seen: Seen | None
    likelihood: Mapping[str, float] | None
    after: Mapping[str, float]


@dataclass(frozen=True)
class Finding:
    """Prior, posterior and the tokens between them, by name.

    `stated` is the policy's prior, from which `incidents` past ones, weighted by age, have learned `prior`.
    """

    stated: Mapping[str, float]
    incidents: float
    prior: Mapping[str, float]
    posterior: Mapping[str, float]
    weighed: tuple[Weighed, ...]

    def says(self, token: str) -> str | None:
        """The named value that was seen of a token; None when nothing was, or when it is a number."""
        seen = next((each.seen for each in self.weighed if each.token.name == token), None)
        return seen.value if seen and isinstance(seen.value, str) else None

    def detail(self, token: str) -> str:
        seen = next((each.seen for each in self.weighed if each.token.name == token), None)
        return seen.detail if seen else ""


def find(snapshot: Snapshot, policy: Policy) -> Finding:
    """Weigh the prior, learned from what past causes turned out to be, with every token that says something."""
    seen = suffering.tokens(snapshot, policy)
    prior, incidents = _learned_prior(snapshot, policy)
    so_far: list[hypotheses.Token] = []
    weighed = []
    for token in sorted(policy.causes.tokens, key=lambda each: each.name):
        likelihood = _likelihood(token, seen, policy)
        if likelihood is not None:
            so_far.append(hypotheses.Token(token.name, likelihood))
        after = hypotheses.posterior(prior, so_far)
        weighed.append(Weighed(token, seen.get(token.name), likelihood, after))
    return Finding(policy.causes.prior, incidents, prior, hypotheses.posterior(prior, so_far), tuple(weighed))


def _learned_prior(snapshot: Snapshot, policy: Policy) -> tuple[Mapping[str, float], float]:
    """The policy's prior as so many pseudo-incidents, and each past cause on top with a weight that halves with age.

    A cause that the policy rules out stays ruled out.
    """
    learning, stated = policy.learning, policy.causes.prior
    found: dict[str, list[float]] = {name: [] for name in stated}
    for each in snapshot.past_causes:
        age = max((snapshot.taken_at - each.at) / timedelta(days=1), 0.0)
        if stated[each.cause] > 0:
            found[each.cause].append(0.5 ** (age / learning.half_life_days))
    counts = {name: math.fsum(weights) for name, weights in found.items()}
    incidents = math.fsum(counts.values())
    total = learning.pseudo_incidents + incidents
    return {name: (learning.pseudo_incidents * stated[name] + counts[name]) / total for name in stated}, incidents


def _likelihood(token: Token, seen: Mapping[str, Seen], policy: Policy) -> Mapping[str, float] | None:
    if token.name not in seen:
        return None
    other = policy.causes.token(token.unless) if token.unless else None
    if other is not None and other.name in seen and other.likelihood(seen[other.name].value) is not None:
        return None
    return token.likelihood(seen[token.name].value)
