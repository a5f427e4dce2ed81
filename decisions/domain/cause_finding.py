"""What the evidence makes of the cause: each token of the policy beside what the snapshot says about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

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
    """Prior, posterior and the tokens between them, by name."""

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
    """Weigh the policy's prior with every token that says something."""
    seen = suffering.tokens(snapshot, policy)
    so_far: list[hypotheses.Token] = []
    weighed = []
    for token in sorted(policy.causes.tokens, key=lambda each: each.name):
        likelihood = _likelihood(token, seen, policy)
        if likelihood is not None:
            so_far.append(hypotheses.Token(token.name, likelihood))
        after = hypotheses.posterior(policy.causes.prior, so_far)
        weighed.append(Weighed(token, seen.get(token.name), likelihood, after))
    return Finding(policy.causes.prior, hypotheses.posterior(policy.causes.prior, so_far), tuple(weighed))


def _likelihood(token: Token, seen: Mapping[str, Seen], policy: Policy) -> Mapping[str, float] | None:
    if token.name not in seen:
        return None
    other = policy.causes.token(token.unless) if token.unless else None
    if other is not None and other.name in seen and other.likelihood(seen[other.name].value) is not None:
        return None
    return token.likelihood(seen[token.name].value)
