"""What the scores would be if an input were otherwise: the sliders of the calculation page. Nothing is stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from decisions.domain.beliefs import Beta
from decisions.domain.cases import Action, Case
from decisions.domain.hypotheses import Hypothesis

LEAST, MOST = 0.1, 10.0


@dataclass(frozen=True)
class Input:
    """One thing to try: `key` names it, `value` is what the assessment used, between `least` and `most`.

    unit: "times" multiplies what the assessment used; "share" is a probability.
    """

    key: str
    title: str
    value: float
    least: float
    most: float
    unit: str


def inputs(case: Case, recommended: str | None) -> tuple[Input, ...]:
    """What can be tried: each cost rate, the time until the repair, the cause, and how the recommended option does."""
    rates = [
        Input(f"rate.{rate.category}", f"Cost of harm, {rate.category}", 1.0, LEAST, MOST, "times")
        for rate in case.rates
        if rate.median > 0
    ]
    found = [*rates, Input("repair", "Time until the permanent repair", 1.0, LEAST, MOST, "times")]
    found.append(Input("release", "Chance that the release is the cause", case.posterior["release"], 0.0, 1.0, "share"))
    action = next((each for each in case.actions if each.key == recommended), None)
    if action is not None:
        found.append(Input("takes", "Time the recommended option takes", 1.0, LEAST, MOST, "times"))
        chance = action.success[Hypothesis.RELEASE].mean
        found.append(Input("works", "Chance that it works against a bad release", chance, 0.01, 0.99, "share"))
    return tuple(found)


def changed(case: Case, recommended: str | None, wanted: Mapping[str, float]) -> Case:
    """The case with the wanted inputs in place of its own. Unknown keys are passed over, values kept to their range."""
    known = {each.key: each for each in inputs(case, recommended)}
    values = {key: min(max(value, known[key].least), known[key].most) for key, value in wanted.items() if key in known}
    rates = tuple(replace(rate, median=rate.median * values.get(f"rate.{rate.category}", 1.0)) for rate in case.rates)
    repair = replace(case.repair, median_minutes=case.repair.median_minutes * values.get("repair", 1.0))
    options = tuple(
        _action(each, values) if isinstance(each, Action) and each.key == recommended else each for each in case.options
    )
    return replace(case, rates=rates, repair=repair, options=options, posterior=_posterior(case.posterior, values))


def _action(action: Action, values: Mapping[str, float]) -> Action:
    takes = replace(action.takes, median_minutes=action.takes.median_minutes * values.get("takes", 1.0))
    if "works" not in values:
        return replace(action, takes=takes)
    known = action.success[Hypothesis.RELEASE]
    chance = Beta(values["works"] * known.weight, (1 - values["works"]) * known.weight)
    return replace(action, takes=takes, success={**action.success, Hypothesis.RELEASE: chance})


def _posterior(posterior: Mapping[str, float], values: Mapping[str, float]) -> dict[str, float]:
    """The release gets its wanted chance; the other causes share the rest as they did before."""
    if "release" not in values:
        return dict(posterior)
    wanted, rest = values["release"], 1 - posterior["release"]
    others = [name for name in posterior if name != "release"]
    if rest <= 0:
        even = (1 - wanted) / len(others)
        return {**dict.fromkeys(others, even), "release": wanted}
    return {**{name: posterior[name] / rest * (1 - wanted) for name in others}, "release": wanted}
