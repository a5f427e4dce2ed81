"""The expected loss of an option, line by line, so that an auditor can add it up.

Each line is a product of named factors. The factors are rounded to 9 significant digits before they are multiplied,
and so is the product; the lines of a category add up to its expected loss, and the categories to the total. These
lines *are* the closed form that the scores use, not a retelling of it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from decisions.domain.cases import Action, Case, Option
from decisions.domain.courses import carried_out, courses
from decisions.domain.hypotheses import LASTING, Hypothesis
from decisions.domain.reported import reported
from decisions.domain.unknowns import as_expected
from decisions.domain.worlds import Worlds, foreseen


@dataclass(frozen=True, slots=True)
class Factor:
    """One number in a product. Units: `currency`, `currency/min`, `min`, `probability`, `share`."""

    name: str
    value: float
    unit: str


@dataclass(frozen=True, slots=True)
class Term:
    """One line: the product of its factors, in currency, rounded to 9 significant digits."""

    label: str
    factors: tuple[Factor, ...]
    amount: float


class _Price(Enum):
    """What the minutes of a line are multiplied with."""

    HARM = auto()
    REMAINING_HARM = auto()
    RUNNING = auto()
    ONE_OFF = auto()
    PENALTY = auto()


@dataclass(frozen=True, slots=True)
class _Line:
    """A line before the category is known."""

    label: str
    price: _Price
    factors: tuple[Factor, ...]


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """All lines of one case. Make it once, ask it often."""

    case: Case
    harm: Mapping[str, Factor]
    carried_out: Mapping[str | None, Action | None]
    lines: Mapping[str | None, tuple[_Line, ...]]

    def terms(self, key: str | None, category: str) -> tuple[Term, ...]:
        """The lines of one option, or with None of doing nothing, in one category; they add up to `expected`.

        Raises:
            KeyError: there is no such option.
        """
        prices = self._prices(key, category)
        lines = [line for line in self.lines[key] if line.price in prices]
        return tuple(
            Term(line.label, (*prices[line.price], *line.factors), _amount(prices[line.price], line)) for line in lines
        )

    def expected(self, key: str | None, category: str) -> float:
        """Expected loss in one category, currency, rounded; the sum of the rounded lines."""
        prices = self._prices(key, category)
        return reported(math.fsum(_amount(prices[at.price], at) for at in self.lines[key] if at.price in prices))

    def _prices(self, key: str | None, category: str) -> dict[_Price, tuple[Factor, ...]]:
        """Factors of each kind of line; kinds that cost nothing in this category are left out."""
        harm = self.harm[category]
        prices: dict[_Price, tuple[Factor, ...]] = {_Price.HARM: (harm,)}
        action = self.carried_out[key]
        if action and (share := action.residual.get(category, 0.0)):
            prices[_Price.REMAINING_HARM] = (harm, Factor("share of harm that remains", share, "share"))
        if action and (running := action.running.get(category, 0.0)):
            prices[_Price.RUNNING] = (Factor("running cost", running, "currency/min"),)
        if action and (one_off := action.one_off.get(category, 0.0)):
            prices[_Price.ONE_OFF] = (Factor("one-off cost", one_off, "currency"),)
        if self.case.step and self.case.step.category == category:
            prices[_Price.PENALTY] = (Factor("penalty", self.case.step.amount, "currency"),)
        return prices


def arithmetic(case: Case) -> Arithmetic:
    """Write down the expected loss of every option, and of doing nothing under the key None."""
    table = courses(case)
    world = foreseen(case, table, as_expected(case))
    effects = {
        action.key: [line for cause in LASTING for line in _lasting(case, world, place, cause)]
        for place, action in enumerate(case.actions)
    }
    lines: dict[str | None, tuple[_Line, ...]] = {}
    for row, option in enumerate((*case.options, None)):
        late = [] if world.late is None else [_penalty(case, float(world.late[row, 0]))]
        lines[option.key if option else None] = (*_course(case, world, option, effects), *late)
    return Arithmetic(
        case=case,
        harm={r.category: Factor(f"expected {r.category} rate", reported(r.mean), "currency/min") for r in case.rates},
        carried_out={None: None, **{option.key: carried_out(case, option) for option in case.options}},
        lines=lines,
    )


def _course(
    case: Case, world: Worlds, option: Option | None, effects: Mapping[str, Sequence[_Line]]
) -> Iterator[_Line]:
    passes = _probability("it passes by itself", case.posterior[Hypothesis.TRANSIENT])
    lasts = _probability("it lasts", 1 - case.posterior[Hypothesis.TRANSIENT])
    yield _Line("While it passes by itself", _Price.HARM, (passes, _minutes("rest of a transient", world.passing)))
    if isinstance(option, Action):
        yield from effects[option.key]
        undoing = _minutes("undoing", option.undo_minutes)
        yield _Line("Undoing it when it was not needed", _Price.RUNNING, (passes, undoing))
        yield _Line("One-off cost", _Price.ONE_OFF, ())
    elif option is not None and option.then is not None:
        yield _Line("While waiting", _Price.HARM, (lasts, _minutes("wait", option.wait_minutes)))
        yield from effects[option.then]
        yield _Line("One-off cost, if it is still needed", _Price.ONE_OFF, (lasts,))
    else:
        repair = _minutes("permanent repair", float(world.repair[0]))
        yield _Line("Until the permanent repair", _Price.HARM, (lasts, repair))


def _lasting(case: Case, world: Worlds, place: int, hypothesis: Hypothesis) -> Iterator[_Line]:
    cause = _probability(f"cause: {hypothesis}", case.posterior[hypothesis])
    works = _probability("it works", case.actions[place].success[hypothesis].mean)
    fails = _probability("it fails", 1 - works.value)
    takes = _minutes("until it takes effect", float(world.takes[place, 0]))
    repair = _minutes("permanent repair", float(world.repair[0]))
    manual = _minutes("recovery by hand", float(world.manual[0]))
    yield _Line(f"Until it takes effect ({hypothesis})", _Price.HARM, (cause, takes))
    yield _Line(f"What remains while it works ({hypothesis})", _Price.REMAINING_HARM, (cause, works, repair))
    yield _Line(f"When it fails ({hypothesis})", _Price.HARM, (cause, fails, manual))
    yield _Line(f"Running cost until the repair ({hypothesis})", _Price.RUNNING, (cause, works, repair))


def _penalty(case: Case, probability: float) -> _Line:
    after = case.step.after_minutes if case.step else 0.0
    return _Line("Penalty", _Price.PENALTY, (_probability(f"harm lasts over {after:g} min", probability),))


def _amount(price: tuple[Factor, ...], line: _Line) -> float:
    product = 1.0
    for factor in price:
        product *= factor.value
    for factor in line.factors:
        product *= factor.value
    return reported(product)


def _minutes(name: str, value: float) -> Factor:
    return Factor(name, reported(value), "min")


def _probability(name: str, value: float) -> Factor:
    return Factor(name, reported(value), "probability")
