"""Where a policy and a snapshot meet: what is priced in a unit has to be measured in it."""

from __future__ import annotations

from collections.abc import Iterator

from decisions.domain import units
from decisions.domain.canonical import BadDocument
from decisions.domain.evidence import Snapshot
from decisions.domain.policy import Policy
from decisions.domain.policy_costs import BASIS_POINT, Part

# What one unit of a level's rate is paid for, by the end of its name (`policy_costs.PAID_BY`).
_LEVELS = {"second": units.SECONDS, "point": units.POINTS}


def refuse_other_units(snapshot: Snapshot, policy: Policy) -> None:
    """Refuse a policy whose parts price an indicator of this service in another unit than it is measured in.

    An indicator that the service does not have breaks nothing here: that is said where the harm is counted.

    Raises:
        BadDocument: with the place in the policy, for example `$.categories[0].parts[1].measure`.
    """
    measured = {name: each.unit for name, each in snapshot.indicators.items()}
    for path, what, indicator, wanted in _wanted(policy):
        unit = measured.get(indicator, wanted)
        if unit != wanted:
            raise BadDocument(path, f"{what} needs an indicator in {wanted}, and {indicator} is in {unit}")


def _wanted(policy: Policy) -> Iterator[tuple[str, str, str, str]]:
    """Place in the policy, what it is, the indicator that it names, and the unit that it has to be in."""
    for place, category in enumerate(policy.categories):
        for at, part in enumerate(category.parts):
            path = f"$.categories[{place}].parts[{at}]"
            yield f"{path}.measure", part.measure, part.indicator, _unit(part, policy.currency)
            if part.of is not None:
                yield f"{path}.of", "a share of the requests", part.of, units.FRACTION
    for kind, option in policy.options.items():
        for at, running in enumerate(option.running):
            if running.of is not None:
                path = f"$.options.{kind}.running[{at}].of"
                yield path, "a share of the requests", running.of, units.FRACTION


def _unit(part: Part, currency: str) -> str:
    if part.measure == "share":
        return units.FRACTION
    if part.measure == "per_minute":
        return units.money(currency) if part.unit == BASIS_POINT else units.PER_MINUTE
    return _LEVELS[part.unit.rpartition("/")[2]]
