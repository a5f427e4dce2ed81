"""What a decision comes to: plain values, amounts in the case's currency, rounded to 9 significant digits."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Quantiles:
    """Currency that the loss stays below with 5, 25, 50, 75 and 95 %, chance included."""

    p05: float
    p25: float
    p50: float
    p75: float
    p95: float


@dataclass(frozen=True, slots=True)
class CategoryLoss:
    """Expected loss of one category and where it will probably fall; p05 to p95 is the 90 % interval."""

    category: str
    expected: float
    quantiles: Quantiles


@dataclass(frozen=True, slots=True)
class Loss:
    """What a course costs.

    Attributes:
        categories: in the order of their names; their expected losses add up to `expected`.
        quantiles: of the total.
        cvar95: mean of the worst 5 % of the total.
        risk_adjusted: (1 - lambda) expected + lambda cvar95; options are ranked by it.
    """

    categories: tuple[CategoryLoss, ...]
    expected: float
    quantiles: Quantiles
    cvar95: float
    risk_adjusted: float


@dataclass(frozen=True, slots=True)
class OptionScore:
    """One option beside the others.

    Attributes:
        score: 0..100; share of the loss of doing nothing that is avoided, risk-adjusted on both sides.
        p_best: probability that its expected loss is the least, given what is not known.
            Sums to 1 over the options.
        regret: currency by which it is expected to miss the best option, were everything known.
        dominated_by: key of an option that is nowhere worse, somewhere better and touches no more; or None.
        against: whom it is compared with: the recommended option with the runner-up, all others with the
            recommended one. None when there is no other option.
        difference: its expected loss minus that of `against`; below 0 when it is cheaper.
        decided_by: category with the largest part in `difference`.
    """

    key: str
    kind: str
    loss: Loss
    score: float
    p_best: float
    regret: float
    dominated_by: str | None
    against: str | None
    difference: float
    decided_by: str | None


class Because(StrEnum):
    """Why the recommended option is recommended."""

    ONLY_OPTION = "only_option"
    LEAST_LOSS = "least_loss"
    NOT_WORTH_SWITCHING = "not_worth_switching"
    SMALLEST_BLAST_RADIUS = "smallest_blast_radius"
    QUICKEST_TO_UNDO = "quickest_to_undo"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Waiting:
    """What it costs to wait for more data, and what data can be worth at most.

    Attributes:
        cost_per_minute: currency that the harm costs each minute.
        worth_at_most: regret of the option with the least expected loss, in currency.
        break_even_minutes: worth / cost; None when waiting costs nothing.
        look_again_minutes: whole minutes after which to look again; None when not even one pays.
    """

    cost_per_minute: float
    worth_at_most: float
    break_even_minutes: float | None
    look_again_minutes: int | None

    def is_worth(self, minutes: float) -> bool:
        """Whether data that arrives after `minutes` may be worth the wait."""
        return self.worth_at_most > self.cost_per_minute * minutes


@dataclass(frozen=True, slots=True)
class Swing:
    """What happens to the recommendation when one unknown is at its 5 % or its 95 % end.

    Attributes:
        input: its stable name (`inputs.Input.key`).
        label: for people.
        unit: of the input: `currency/min`, `probability`, `share` or `min` (median minutes).
        low_value, high_value: the input's 5 % and 95 % points.
        low_lead, high_lead: expected loss of the best other option minus that of the recommended one, with
            the input there, in currency; below 0 the recommendation turns.
        low_best, high_best: key of the option with the least expected loss there.
    """

    input: str
    label: str
    unit: str
    low_value: float
    high_value: float
    low_lead: float
    high_lead: float
    low_best: str
    high_best: str

    @property
    def turns(self) -> bool:
        """Whether the recommendation would change somewhere in the range."""
        return min(self.low_lead, self.high_lead) < 0


@dataclass(frozen=True, slots=True)
class Scores:
    """The answer to one case.

    Attributes:
        options: best first: by risk-adjusted loss, then blast radius, time to undo, key.
        do_nothing: the reference of every score.
        recommended, because: the option to take, and the rule that chose it.
        tied: keys that count as equally good as the recommended one, itself included.
        runner_up: best of the rest; None when there is none.
        too_close: the recommended option does not reach the confidence that the case asks for.
        swings: the five unknowns that move the lead most, the largest first.
    """

    options: tuple[OptionScore, ...]
    do_nothing: Loss
    recommended: str
    because: Because
    tied: tuple[str, ...]
    runner_up: str | None
    too_close: bool
    waiting: Waiting
    swings: tuple[Swing, ...]

    def of(self, key: str) -> OptionScore:
        """The score of one option.

        Raises:
            KeyError: there is no such option.
        """
        for option in self.options:
            if option.key == key:
                return option
        raise KeyError(key)
