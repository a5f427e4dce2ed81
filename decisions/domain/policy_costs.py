"""Impact categories of a policy: which indicator, times which rate, costs how much (DECISION-MODEL 1.1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from decisions.domain.canonical import BadDocument

BASIS_POINT = "bp"
# What one unit of each measure can be paid by: the rate is "<currency>/<one of these>".
PAID_BY = {
    "per_minute": ("request", "item", "customer", "decision"),
    "share": ("request", "item", "customer", "decision"),
    "level": ("request/second", "request/point"),
}
RUNNING_BY = ("minute", "request", "item")


@dataclass(frozen=True)
class Part:
    """One indicator times one rate. `spread` is the sdlog of what the rate itself may be off by.

    measure `per_minute`: excess count per minute x rate; `share`: excess share x requests per minute x rate;
    `level`: excess in the indicator's own unit (seconds, points) x requests per minute x rate. `of` names a share
    that the requests are first multiplied with. `if_missing` is the excess assumed while there is no value, since
    no value is never a good value.
    """

    name: str
    indicator: str
    measure: str
    of: str | None
    if_missing: float
    rate: Decimal
    unit: str
    spread: float
    reason: str

    @property
    def factor(self) -> float:
        """The rate as a number that is multiplied with the excess: basis points are hundredths of a per cent."""
        return float(self.rate) / 10_000 if self.unit == BASIS_POINT else float(self.rate)


@dataclass(frozen=True)
class Step:
    """An amount that falls due once, when the harm lasts longer than `after_seconds`."""

    amount: Decimal
    after_seconds: float
    reason: str


@dataclass(frozen=True)
class Category:
    """An impact category; `counts` says which harm is counted here, so that none is counted twice."""

    name: str
    counts: str
    parts: tuple[Part, ...]
    step: Step | None


@dataclass(frozen=True)
class Weight:
    """A swing weight: `points` for moving the category from `worst` (currency) to nothing."""

    points: float
    worst: Decimal


def amount(text: str, path: str) -> Decimal:
    """A decimal string as an amount that is not negative.

    Raises:
        BadDocument: it is negative.
    """
    value = Decimal(text)
    if value < 0:
        raise BadDocument(path, "must not be negative")
    return value


def categories(found: list[Mapping[str, Any]], currency: str) -> tuple[Category, ...]:
    """Build the categories, refusing repeated names, negative rates and unknown units."""
    built = tuple(_category(each, currency, f"$.categories[{place}]") for place, each in enumerate(found))
    refuse_repeats([each.name for each in built], "$.categories", "name")
    with_step = [place for place, each in enumerate(built) if each.step]
    if len(with_step) > 1:
        raise BadDocument(f"$.categories[{with_step[1]}].step", "only one category may have a step")
    return built


def weights(found: Mapping[str, Any] | None, names: frozenset[str]) -> dict[str, Weight]:
    """Swing weights by category; empty when the policy weighs in currency alone.

    Raises:
        BadDocument: a weight for an unknown category, a worst loss of 0, or points that sum to 0.
    """
    if found is None:
        return {}
    built = {name: _weight(name, each, names) for name, each in found.items()}
    if sum(each.points for each in built.values()) == 0:
        raise BadDocument("$.weights", "the weights sum to 0")
    return built


def refuse_unknown_unit(unit: str, currency: str, by: tuple[str, ...], path: str) -> None:
    """Refuse a unit that is not the policy's currency for something we can count."""
    known = [f"{currency}/{each}" for each in by]
    if unit not in known:
        raise BadDocument(path, f"is an unknown unit; here it is one of {', '.join(known)}")


def refuse_repeats(names: list[str], path: str, key: str) -> None:
    """Refuse a list in which two entries bear the same name."""
    for place, name in enumerate(names):
        if name in names[:place]:
            raise BadDocument(f"{path}[{place}].{key}", f"{name} stands twice")


def _category(found: Mapping[str, Any], currency: str, path: str) -> Category:
    parts = tuple(_part(each, currency, f"{path}.parts[{place}]") for place, each in enumerate(found["parts"]))
    refuse_repeats([each.name for each in parts], f"{path}.parts", "name")
    step = found.get("step")
    return Category(found["name"], found["counts"], parts, _step(step, f"{path}.step") if step else None)


def _part(found: Mapping[str, Any], currency: str, path: str) -> Part:
    rate = amount(found["rate"], f"{path}.rate")
    if not (found["unit"] == BASIS_POINT and found["measure"] == "per_minute"):
        refuse_unknown_unit(found["unit"], currency, PAID_BY[found["measure"]], f"{path}.unit")
    if "of" in found and found["measure"] == "per_minute":
        raise BadDocument(f"{path}.of", "belongs to the measures share and level")
    return Part(
        name=found["name"],
        indicator=found["indicator"],
        measure=found["measure"],
        of=found.get("of"),
        if_missing=float(found["if_missing"]),
        rate=rate,
        unit=found["unit"],
        spread=float(found["spread"]),
        reason=found["reason"],
    )


def _step(found: Mapping[str, Any], path: str) -> Step:
    return Step(amount(found["amount"], f"{path}.amount"), float(found["after_seconds"]), found["reason"])


def _weight(name: str, found: Mapping[str, Any], names: frozenset[str]) -> Weight:
    if name not in names:
        raise BadDocument(f"$.weights.{name}", "is not a category of this policy")
    worst = amount(found["worst"], f"$.weights.{name}.worst")
    if worst == 0:
        raise BadDocument(f"$.weights.{name}.worst", "must be more than 0")
    return Weight(float(found["points"]), worst)
