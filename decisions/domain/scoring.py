"""Score the options of a case side by side."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

from decisions.domain.cases import Action, Case, Hold, Option
from decisions.domain.courses import carried_out, courses
from decisions.domain.hypotheses import LASTING, Hypothesis
from decisions.domain.losses import totals
from decisions.domain.outlook import outlook
from decisions.domain.ranking import Choice, Contender, Present, choose
from decisions.domain.regrets import probabilities_best, regrets
from decisions.domain.reported import reported, reported_like
from decisions.domain.scores import Because, Loss, OptionScore, Scores
from decisions.domain.tornado import tornado
from decisions.domain.unknowns import as_expected, on_points
from decisions.domain.waiting import waiting
from decisions.domain.worlds import foreseen


def score(case: Case) -> Scores:
    """Work out what every option costs, how sure that is, and which one to take.

    The answer is a function of the case alone: the same on every machine, for every order of the inputs.
    Every figure is rounded half-even to 9 significant digits before anything is ranked.

    Source:
        Sections 1.5 and 1.6 of the decision model.
    """
    table = courses(case)
    *losses, do_nothing = outlook(case, table)
    on_each_point = totals(case, table, foreseen(case, table, on_points(case)))[:-1]
    best = probabilities_best(on_each_point)
    missed = regrets([loss.expected for loss in losses], on_each_point)
    tolerated = tolerance(case, min(loss.expected for loss in losses))
    choice = choose(_contenders(case, losses, missed), tolerated, _present(case))
    by_key = {option.key: loss for option, loss in zip(case.options, losses, strict=True)}
    scored = {}
    for option, p_best, regret in zip(case.options, best, missed, strict=True):
        against = _against(option.key, choice)
        difference, decided_by = _difference(by_key[option.key], by_key[against] if against else None)
        scored[option.key] = OptionScore(
            key=option.key,
            kind=option.kind,
            loss=by_key[option.key],
            score=avoided_share(by_key[option.key].risk_adjusted, do_nothing.risk_adjusted),
            p_best=p_best,
            regret=regret,
            dominated_by=choice.dominated_by.get(option.key),
            against=against,
            difference=difference,
            decided_by=decided_by,
        )
    return Scores(
        options=tuple(scored[key] for key in choice.order),
        do_nothing=do_nothing,
        recommended=choice.recommended,
        because=choice.because,
        tied=choice.tied,
        runner_up=choice.runner_up,
        too_close=_certainty(choice, {key: each.p_best for key, each in scored.items()}) < case.confidence,
        waiting=waiting(case, min(missed)),
        swings=tornado(case, table, choice.recommended),
    )


def tolerance(case: Case, least_loss: float) -> float:
    """By how much an option may be dearer than the best one and still count as good, currency."""
    return max(case.tie_absolute, case.tie_relative * least_loss)


def avoided_share(loss: float, do_nothing: float) -> float:
    """Score 0..100: the share of the loss of doing nothing that is avoided; both risk-adjusted, in currency.

    Where doing nothing costs nothing, only an option that costs nothing either has 100.
    """
    if do_nothing == 0:
        return 100.0 if loss == 0 else 0.0
    return reported(100 * min(max(1 - loss / do_nothing, 0.0), 1.0))


def planned(case: Case) -> str | None:
    """Key of the action with the least expected loss if it does not pass by itself; None without an action.

    This is what a hold should name in `then`. Ties go to the smaller blast radius, the quicker to undo, the key.
    """
    if not case.actions:
        return None
    lasting = replace(case, options=case.actions, posterior=_given_it_lasts(case))
    table = courses(lasting)
    losses = totals(lasting, table, foreseen(lasting, table, as_expected(lasting)))[:-1, 0].tolist()

    def order(pair: tuple[Action, float]) -> tuple[float, float, float, str]:
        action, loss = pair
        return reported(loss), action.blast_radius, action.undo_minutes, action.key

    return min(zip(lasting.actions, losses, strict=True), key=order)[0].key


def _given_it_lasts(case: Case) -> dict[str, float]:
    lasting = sum(case.posterior[h] for h in LASTING)
    shares = {h.value: case.posterior[h] / lasting if lasting else 1 / len(LASTING) for h in LASTING}
    return {**shares, Hypothesis.TRANSIENT.value: 0.0}


def _contenders(case: Case, losses: Sequence[Loss], missed: Sequence[float]) -> list[Contender]:
    return [
        Contender(
            key=option.key,
            losses=tuple(part.expected for part in loss.categories),
            risk_adjusted=loss.risk_adjusted,
            regret=regret,
            blast_radius=option.blast_radius,
            undo_minutes=option.undo_minutes,
            reach=_reach(case, option),
        )
        for option, loss, regret in zip(case.options, losses, missed, strict=True)
    ]


def _reach(case: Case, option: Option) -> float:
    action = carried_out(case, option)
    return action.blast_radius if action else 0.0


def _present(case: Case) -> Present | None:
    """A hold that plans nothing leaves things as they are, for good."""
    kept = next((option.key for option in case.options if isinstance(option, Hold) and option.then is None), None)
    return None if kept is None else Present(kept, case.switching_cost)


def _certainty(choice: Choice, p_best: Mapping[str, float]) -> float:
    """How sure the choice is: P(best), where it was made by loss.

    Where it was made among equals, they count as one; and where no change is worth its cost, it does not matter which
    would be the best.
    """
    if choice.because is Because.NOT_WORTH_SWITCHING:
        return 1.0
    if choice.because in (Because.LEAST_LOSS, Because.ONLY_OPTION):
        return p_best[choice.recommended]
    return math.fsum(p_best[key] for key in choice.tied)


def _against(key: str, choice: Choice) -> str | None:
    return choice.runner_up if key == choice.recommended else choice.recommended


def _difference(own: Loss, other: Loss | None) -> tuple[float, str | None]:
    """How much costlier `own` is, and the category with the largest part in that; None when nothing differs."""
    if other is None:
        return 0.0, None
    total = reported_like(own.expected - other.expected, max(own.expected, other.expected))
    parts = [
        (mine.expected - theirs.expected, mine.category)
        for mine, theirs in zip(own.categories, other.categories, strict=True)
    ]
    sign = 1 if total >= 0 else -1
    largest, category = max(parts, key=lambda part: sign * part[0])
    return total, category if largest != 0 else None
