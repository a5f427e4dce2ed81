"""What an assessment says about each option and about the choice between them. JSON-able parts."""

from __future__ import annotations

import math
from typing import Any

from decisions.domain import experience, swing_weights
from decisions.domain.amounts import number, text
from decisions.domain.arithmetic import Arithmetic, Term
from decisions.domain.beliefs import Duration
from decisions.domain.case_making import Made
from decisions.domain.cases import Action, Option
from decisions.domain.clearance import Now, impossible
from decisions.domain.options import HOLD, Proposal
from decisions.domain.precision import ONE_SIDED
from decisions.domain.reported import reported, reported_like
from decisions.domain.scores import Loss, OptionScore, Scores
from decisions.domain.scores import Swing as Bar
from decisions.domain.swing_weights import Swing
from decisions.domain.wording import minutes_in_words


def ranked(made: Made, scores: Scores, lines: Arithmetic) -> list[dict[str, Any]]:
    """Every option with everything that is shown for it, best first."""
    actions = {each.key: each for each in made.case.options}
    return [
        _option(rank, each, made, scores, actions[each.key], lines) for rank, each in enumerate(scores.options, start=1)
    ]


def rival(scores: Scores) -> OptionScore | None:
    """Whom the recommended option is compared with: the best other one that acts, else the best other one."""
    others = [each for each in scores.options if each.key != scores.recommended]
    acting = [each for each in others if each.kind != HOLD]
    return next(iter(acting or others), None)


def beside(own: OptionScore, other: OptionScore) -> tuple[float, str | None]:
    """How much dearer `own` is than `other`, in currency, and the category with the largest part in that."""
    total = reported_like(own.loss.expected - other.loss.expected, max(own.loss.expected, other.loss.expected))
    parts = zip(own.loss.categories, other.loss.categories, strict=True)
    differences = [(mine.expected - theirs.expected, mine.category) for mine, theirs in parts]
    sign = 1 if total >= 0 else -1
    largest, category = max(differences, key=lambda each: (sign * each[0], each[1]))
    return total, category if largest else None


def loss(found: Loss) -> dict[str, Any]:
    """A loss in all the forms that are shown: expected, 90 % interval, tail, risk-adjusted, by category."""
    return {
        "expected": text(found.expected),
        "low": text(found.quantiles.p05),
        "high": text(found.quantiles.p95),
        "median": text(found.quantiles.p50),
        "lower_half": text(found.quantiles.p25),
        "upper_half": text(found.quantiles.p75),
        "tail": text(found.cvar95),
        "adjusted": text(found.risk_adjusted),
        "categories": [
            {
                "name": each.category,
                "expected": text(each.expected),
                "low": text(each.quantiles.p05),
                "high": text(each.quantiles.p95),
                "median": text(each.quantiles.p50),
                "lower_half": text(each.quantiles.p25),
                "upper_half": text(each.quantiles.p75),
            }
            for each in found.categories
        ],
    }


def do_nothing(scores: Scores, lines: Arithmetic) -> dict[str, Any]:
    """The reference of every score, with its lines."""
    return {**loss(scores.do_nothing), "terms": _by_category(None, scores.do_nothing, lines)}


def times(made: Made) -> dict[str, Any]:
    """The times that are the same for every option."""
    return {"repair": _time(made.case.repair), "manual": _time(made.case.manual)}


def swing(each: Bar, made: Made) -> dict[str, Any]:
    """One bar of the tornado: what the lead of the recommended option becomes at either end of an input."""
    return {
        "input": each.input,
        "title": named(each.label, made),
        "unit": each.unit,
        "low": number(each.low_value),
        "high": number(each.high_value),
        "low_lead": text(each.low_lead),
        "high_lead": text(each.high_lead),
        "low_best": each.low_best,
        "high_best": each.high_best,
        "turns": each.turns,
    }


def terms(found: tuple[Term, ...]) -> list[dict[str, Any]]:
    """The arithmetic line by line; the amounts add up to the expected loss of the category."""
    return [
        {
            "label": term.label,
            "factors": [{"name": each.name, "value": reported(each.value), "unit": each.unit} for each in term.factors],
            "amount": text(term.amount),
        }
        for term in found
    ]


def title(key: str, made: Made) -> str:
    """The title of an option; a hold says what would follow it."""
    proposal = made.proposals[key]
    if proposal.kind != HOLD:
        return proposal.title
    then = made.plan_after_hold
    return f"{proposal.title}, then {_lower(made.proposals[then].title)}" if then else "Hold and watch"


def _option(
    rank: int, score: OptionScore, made: Made, scores: Scores, option: Option, lines: Arithmetic
) -> dict[str, Any]:
    proposal = made.proposals[score.key]
    return {
        "key": score.key,
        "kind": score.kind,
        "title": title(score.key, made),
        "says": proposal.says,
        "version": proposal.version,
        "share_moved": reported(proposal.share_moved),
        "to": _state(proposal),
        "rank": rank,
        "recommended": score.key == scores.recommended,
        "tied": score.key in scores.tied,
        "picked": proposal.picked,
        "dominated_by": score.dominated_by,
        "refusal": impossible({"kind": score.kind, "version": proposal.version}, Now.of(made.snapshot)),
        **loss(score.loss),
        "score": number(score.score),
        "weighted_score": _weighted(score, made),
        "p_best": number(score.p_best),
        "regret": text(score.regret),
        "regret_share": number(score.regret / scores.do_nothing.expected) if scores.do_nothing.expected else None,
        "against": _against(score, scores),
        "terms": _by_category(score.key, score.loss, lines),
        "blast_radius": number(option.blast_radius),
        "undo_minutes": number(option.undo_minutes),
        **(_action(option, made) if isinstance(option, Action) else _NOT_AN_ACTION),
    }


_NOT_AN_ACTION: dict[str, Any] = {"success": None, "takes_minutes": None, "past_uses": None}


def weights(made: Made) -> dict[str, Any]:
    """The owners' swing weights by category with the exchange rate that they imply; empty without weights."""
    swings = _swings(made)
    if not swings:
        return {}
    shares, rates = swing_weights.weights(swings), swing_weights.exchange_rates(swings)
    return {
        name: {"weight": reported(shares[name]), "counts_as": reported(rates[name]), "worst": text(each.worst)}
        for name, each in sorted(swings.items())
    }


def _by_category(key: str | None, found: Loss, lines: Arithmetic) -> dict[str, Any]:
    return {each.category: terms(lines.terms(key, each.category)) for each in found.categories}


def _time(known: Duration) -> dict[str, Any]:
    """A lognormal time in minutes; `weight` is how many uses its median rests on, None where it is taken as known."""
    return {
        "median": reported(known.median_minutes),
        "spread": reported(known.spread),
        "weight": None if math.isinf(known.weight) else reported(known.weight),
        "mean": reported(known.median_minutes * math.exp(known.predictive_spread**2 / 2)),
    }


def _weighted(score: OptionScore, made: Made) -> float | None:
    """Score 0..100 under the owners' weights, beside the one in currency; None without weights."""
    swings = _swings(made)
    losses = {each.category: each.expected for each in score.loss.categories}
    return number(swing_weights.weighted_score(swings, losses)) if swings else None


def _swings(made: Made) -> dict[str, Swing]:
    return {name: Swing(float(each.worst), each.points) for name, each in made.policy.weights.items()}


def _state(proposal: Proposal) -> dict[str, Any]:
    return {
        "split": {name: reported(share) for name, share in sorted(proposal.split.items())},
        "behaviour": proposal.behaviour,
        "settings": dict(sorted(proposal.settings.items())),
    }


def _against(score: OptionScore, scores: Scores) -> dict[str, Any] | None:
    other = rival(scores) if score.key == scores.recommended else scores.of(scores.recommended)
    if other is None:
        return None
    difference, decided_by = beside(score, other)
    return {"option": other.key, "difference": text(difference), "decided_by": decided_by}


def _action(action: Action, made: Made) -> dict[str, Any]:
    past = experience.record(action.kind, made.footings[action.key], made.snapshot, made.policy.learning)
    takes, reach = action.takes, ONE_SIDED * action.takes.predictive_spread
    return {
        "success": {
            str(name): {"mean": reported(each.mean), "alpha": reported(each.alpha), "beta": reported(each.beta)}
            for name, each in sorted(action.success.items())
        },
        "takes_minutes": {
            **_time(takes),
            "low": reported(takes.median_minutes * math.exp(-reach)),
            "high": reported(takes.median_minutes * math.exp(reach)),
            "says": minutes_in_words(takes.median_minutes),
        },
        "past_uses": {
            "effective": reported(past.effective),
            "worked": past.worked,
            "all": past.all,
            "apart": past.apart,
            "unresolved": past.unresolved,
        },
    }


def named(label: str, made: Made) -> str:
    """A label of an input with the titles of options in place of their keys."""
    for key in sorted(made.proposals, key=len, reverse=True):
        label = label.replace(f" {key} ", f" “{made.proposals[key].title}” ").replace(
            f" {key},", f" “{made.proposals[key].title}”,"
        )
    return label


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]
