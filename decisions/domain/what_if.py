"""What the decision would be if an input were otherwise: the sliders of the calculation page. Nothing is stored."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from decisions.domain.beliefs import Beta, Certain, CostRate, Duration
from decisions.domain.cases import Action, Case
from decisions.domain.hypotheses import LASTING, Hypothesis
from decisions.domain.inputs import Belief, Input, inputs, release_if_it_lasts
from decisions.domain.scores import Scores

LEAST, MOST = 0.1, 10.0
# No chance of success is ever certain: it could not be learned better.
_LEAST_CHANCE = 0.01
# A rate or time of 0 stays 0, whatever it is multiplied with.
TIMES, SHARE = "times", "share"


@dataclass(frozen=True)
class Trial:
    """One thing to try: `key` is that of the input (`inputs.Input.key`), `value` what the assessment used.

    unit: `times` multiplies what the assessment used, so that `value` is 1; `share` is a probability itself.
    once: what `times` of 1 stands for: the mean of a rate, the median of a time, what is stated of the rest.
    once_unit: `currency/min`, `min`, `share`; `probability` of a share.
    """

    key: str
    label: str
    value: float
    least: float
    most: float
    unit: str
    once: float
    once_unit: str


def trials(case: Case) -> dict[str, Trial]:
    """Everything that can be tried, by key: every input of a case that is not 0."""
    return {each.key: each for each in _trials(case)}


def shown(case: Case, scores: Scores) -> tuple[Trial, ...]:
    """What is worth a slider: what moves the answer most, then the rates, the repair, the cause and the recommended."""
    known, chosen = trials(case), scores.recommended
    fixed = [f"rate:{rate.category}" for rate in case.rates]
    fixed += ["repair", "cause:release", f"takes:{chosen}", f"success:{chosen}:{Hypothesis.RELEASE}"]
    return tuple(known[key] for key in dict.fromkeys([*(each.input for each in scores.swings), *fixed]) if key in known)


def changed(case: Case, wanted: Mapping[str, float]) -> Case:
    """The case with the wanted inputs in place of its own. Unknown keys are passed over, values kept to their range.

    What a hold would do afterwards is as it was: `Made.supposing` plans it anew.
    """
    known = trials(case)
    moved = {key: value for key, value in wanted.items() if key in known and value != known[key].value}
    values = {key: min(max(value, known[key].least), known[key].most) for key, value in moved.items()}
    return replace(
        case,
        rates=tuple(replace(r, median=r.median * values.get(f"rate:{r.category}", 1.0)) for r in case.rates),
        repair=_longer(case.repair, values.get("repair", 1.0)),
        manual=_longer(case.manual, values.get("manual", 1.0)),
        options=tuple(_action(each, values) if isinstance(each, Action) else each for each in case.options),
        posterior=_posterior(case, values),
    )


def _trials(case: Case) -> Iterator[Trial]:
    for each in inputs(case):
        belief = each.belief
        if isinstance(belief, Beta | Certain):
            # A cause may be ruled out; whether an option works may not.
            least = 0.0 if each.key.startswith("cause:") else min(_LEAST_CHANCE, belief.mean)
            most = 1.0 if each.key.startswith("cause:") else max(1 - _LEAST_CHANCE, belief.mean)
            yield Trial(each.key, each.label, belief.mean, least, most, SHARE, 1.0, each.unit)
        elif _is_any(belief, each.stated):
            yield Trial(each.key, each.label, 1.0, LEAST, MOST, TIMES, _once(each), each.unit)


def _is_any(belief: Belief, stated: float) -> bool:
    return stated > 0 and getattr(belief, "median", 1.0) > 0


def _once(each: Input) -> float:
    if isinstance(each.belief, CostRate):
        return each.belief.mean
    return each.belief.median_minutes if isinstance(each.belief, Duration) else each.stated


def _longer(known: Duration, times: float) -> Duration:
    return replace(known, median_minutes=known.median_minutes * times)


def _action(action: Action, values: Mapping[str, float]) -> Action:
    remains, runs = (values.get(f"{name}:{action.key}", 1.0) for name in ("residual", "running"))
    return replace(
        action,
        takes=_longer(action.takes, values.get(f"takes:{action.key}", 1.0)),
        success={
            cause: _works(known, values.get(f"success:{action.key}:{cause}")) for cause, known in action.success.items()
        },
        residual={name: min(share * remains, 1.0) for name, share in action.residual.items()},
        running={name: cost * runs for name, cost in action.running.items()},
    )


def _works(known: Beta, wanted: float | None) -> Beta:
    return known if wanted is None else Beta(wanted * known.weight, (1 - wanted) * known.weight)


def _posterior(case: Case, values: Mapping[str, float]) -> Mapping[str, float]:
    """Whether it passes by itself, and which cause it has if it lasts, are moved one without the other."""
    if not {"cause:transient", "cause:release"} & set(values):
        return case.posterior
    passes = values.get("cause:transient", case.posterior[Hypothesis.TRANSIENT])
    release = values.get("cause:release", release_if_it_lasts(case))
    shares = dict(zip(LASTING, (release, 1 - release), strict=True))
    return {
        **{cause.value: (1 - passes) * share for cause, share in shares.items()},
        Hypothesis.TRANSIENT.value: passes,
    }
