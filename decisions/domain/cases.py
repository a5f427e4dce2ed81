"""What one decision is scored from: rates, causes, options and durations, as plain values.

Money is in one currency, time in minutes, shares and probabilities run from 0 to 1. Names are those of
the decision model: `Action.takes` is T, `residual` rho, `running` o, `one_off` K, `Case.repair` W,
`Case.manual` M, `Case.transient_minutes` V, `Action.undo_minutes` U.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from decisions.domain.beliefs import Beta, CostRate, Duration, need, need_amount
from decisions.domain.hypotheses import LASTING, Hypothesis


@dataclass(frozen=True, slots=True)
class Action:
    """Something that changes the outside world: stabilise, shift traffic, roll back, disable.

    Attributes:
        key: unique in the case; the last tie is decided by it.
        kind: the option kind, for display.
        success: for each lasting hypothesis, how likely it works.
        takes: time until it takes effect.
        residual: for each category the share of the harm that remains once it works; absent means 0.
        running: for each category currency per minute of the mitigated state; absent means 0.
        one_off: for each category currency once; absent means 0.
        blast_radius: share of users or traffic that is touched.
        undo_minutes: time to undo it when it was not needed.
        residual_spread, running_spread: sdlog of what the residual shares, and the running costs, may be off by.
    """

    key: str
    kind: str
    success: Mapping[str, Beta]
    takes: Duration
    residual: Mapping[str, float] = field(default_factory=dict)
    running: Mapping[str, float] = field(default_factory=dict)
    one_off: Mapping[str, float] = field(default_factory=dict)
    blast_radius: float = 0.0
    undo_minutes: float = 0.0
    residual_spread: float = 0.0
    running_spread: float = 0.0

    def __post_init__(self) -> None:
        need(set(self.success) == set(LASTING), f"{self.key}: success needs exactly {', '.join(LASTING)}")
        for category, share in self.residual.items():
            need(0 <= share <= 1, f"{self.key}: the residual share of {category} must lie in 0..1")
        for category, amount in [*self.running.items(), *self.one_off.items()]:
            need_amount(amount, f"{self.key}: the cost in {category}")
        need(0 <= self.blast_radius <= 1, f"{self.key}: the blast radius must lie in 0..1")
        need_amount(self.undo_minutes, f"{self.key}: the time to undo")
        need_amount(self.residual_spread, f"{self.key}: the spread of what remains")
        need_amount(self.running_spread, f"{self.key}: the spread of the running costs")

    @property
    def categories(self) -> frozenset[str]:
        return frozenset(self.residual) | frozenset(self.running) | frozenset(self.one_off)


@dataclass(frozen=True, slots=True)
class Hold:
    """Wait, then do what is planned if it has not passed by itself.

    Attributes:
        wait_minutes: > 0.
        then: key of the planned action; None means that nothing would be done, which is the reference.
    """

    key: str
    wait_minutes: float
    then: str | None
    kind: str = field(default="hold", init=False)
    blast_radius: float = field(default=0.0, init=False)
    undo_minutes: float = field(default=0.0, init=False)

    def __post_init__(self) -> None:
        need(0 < self.wait_minutes < math.inf, f"{self.key}: a hold needs a wait above 0 minutes")


Option = Action | Hold


@dataclass(frozen=True, slots=True)
class RegulatoryStep:
    """A penalty that falls due once when the harm lasts longer than `after_minutes` from now.

    The harm of a category counts as lasting until nothing of it remains. A step that has already been
    passed is sunk and does not belong in a case.
    """

    category: str
    amount: float
    after_minutes: float

    def __post_init__(self) -> None:
        need_amount(self.amount, "the regulatory step")
        need(0 < self.after_minutes < math.inf, "the regulatory step needs a time above 0 minutes from now")


@dataclass(frozen=True, slots=True)
class Case:
    """Everything that the scores of one assessment depend on.

    Rates and options are kept in the order of their keys, so that the order in which they came in cannot
    change a result.

    Attributes:
        posterior: probability of each hypothesis; sums to 1.
        cause_weight: effective incidents behind the posterior, > 0; `math.inf`: it is taken as it stands.
        repair: time until the permanent repair (W).
        manual: extra time degraded when an action fails, until somebody recovers by hand (M).
        transient_minutes: natural remaining time of a transient (V).
        risk_aversion: weight of the worst 5 % in the risk-adjusted loss (lambda), 0..1.
        tie_absolute, tie_relative: regret that still counts as a tie, in currency and as a share of the
            least expected loss; the larger holds.
        switching_cost: currency that an action must save beyond a tie, or the present state is kept.
        confidence: P(best) below which the answer is "too close to call".
        horizon_minutes: no duration counts for more than this in a loss; None means no limit.
        seed: digest that shifts the fixed points, usually the policy's. The same seed gives the same points.
    """

    rates: tuple[CostRate, ...]
    posterior: Mapping[str, float]
    options: tuple[Option, ...]
    repair: Duration
    manual: Duration
    transient_minutes: float
    cause_weight: float = math.inf
    step: RegulatoryStep | None = None
    risk_aversion: float = 0.0
    tie_absolute: float = 0.0
    tie_relative: float = 0.0
    switching_cost: float = 0.0
    confidence: float = 0.0
    horizon_minutes: float | None = None
    seed: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "rates", tuple(sorted(self.rates, key=lambda rate: rate.category)))
        object.__setattr__(self, "options", tuple(sorted(self.options, key=lambda option: option.key)))
        need(bool(self.rates), "a case needs at least one cost rate")
        need(bool(self.options), "a case needs at least one option")
        _need_distinct([rate.category for rate in self.rates], "cost rate")
        _need_distinct([option.key for option in self.options], "option")
        self._need_known_categories()
        self._need_known_plans()
        self._need_posterior()
        self._need_limits()

    @property
    def categories(self) -> tuple[str, ...]:
        return tuple(rate.category for rate in self.rates)

    @property
    def actions(self) -> tuple[Action, ...]:
        return tuple(option for option in self.options if isinstance(option, Action))

    def _need_known_categories(self) -> None:
        known = set(self.categories)
        for action in self.actions:
            unknown = sorted(action.categories - known)
            need(not unknown, f"{action.key}: no cost rate for {', '.join(unknown)}")
        if self.step is not None:
            need(self.step.category in known, f"the regulatory step: no cost rate for {self.step.category}")

    def _need_known_plans(self) -> None:
        known = {action.key for action in self.actions}
        for option in self.options:
            if isinstance(option, Hold) and option.then is not None:
                need(option.then in known, f"{option.key}: the planned action {option.then} is not an option")

    def _need_posterior(self) -> None:
        need(set(self.posterior) == set(Hypothesis), f"the posterior needs exactly {', '.join(Hypothesis)}")
        need(all(share >= 0 for share in self.posterior.values()), "a probability is below 0")
        need(abs(math.fsum(self.posterior.values()) - 1) <= 1e-9, "the posterior must sum to 1")

    def _need_limits(self) -> None:
        need_amount(self.transient_minutes, "the natural time of a transient")
        need(0 <= self.risk_aversion <= 1, "risk aversion must lie in 0..1")
        need_amount(self.tie_absolute, "the absolute tie limit")
        need_amount(self.tie_relative, "the relative tie limit")
        need_amount(self.switching_cost, "the switching cost")
        need(self.cause_weight > 0, "the weight of the posterior must be above 0")
        need(0 <= self.confidence <= 1, "confidence must lie in 0..1")
        need(
            self.horizon_minutes is None or 0 < self.horizon_minutes < math.inf,
            "the horizon must be above 0 minutes",
        )


def _need_distinct(keys: list[str], what: str) -> None:
    repeated = sorted({key for key in keys if keys.count(key) > 1})
    need(not repeated, f"more than one {what} named {', '.join(repeated)}")
