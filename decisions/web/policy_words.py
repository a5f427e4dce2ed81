"""What a policy allows, costs and prescribes, as people read it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from decisions.domain import swing_weights
from decisions.domain.policy import Policy
from decisions.domain.policy_bounds import Start, Tier
from decisions.domain.policy_costs import Category
from decisions.domain.policy_margins import MarginPart
from decisions.domain.swing_weights import Swing
from decisions.web.words import GAP, amount, lasting, percent

KINDS = {
    "hold": "hold",
    "stabilise": "stabilise",
    "shift_traffic": "shift traffic",
    "roll_back": "roll back",
    "disable": "disable and fall back",
}
STARTS = {"person": "a person", "desk": "the desk at once", "desk_after": "the desk, if nobody answers within"}


def tier(found: Tier, currency: str) -> dict[str, Any]:
    """The bounds of a tier, who starts what lies inside them, and the threshold curves."""
    bounds = found.bounds
    moves = "counts as moved traffic" if bounds.fallback_moves_traffic else "does not count as moved traffic"
    rows = [
        ("May run without approval", ", ".join(KINDS[kind] for kind in KINDS if kind in bounds.kinds)),
        ("Target healthy for at least", lasting(bounds.known_good_seconds)),
        ("Share of traffic moved, at most", f"{percent(bounds.share_at_most)}; a fallback {moves}"),
        ("P(best), at least", f"{bounds.p_best_at_least:g}"),
        ("Regret of the do-nothing loss, at most", percent(bounds.regret_share_at_most, 1)),
        ("CVaR95, at most", amount(str(bounds.tail_at_most), currency)),
        ("Past uses, weighted, at least", f"{bounds.past_uses_at_least:g}"),
        ("Evidence age, at most", lasting(bounds.evidence_seconds)),
        ("Indicators present, at least", percent(bounds.evidence_complete)),
        ("Otherwise approved by", " and ".join(found.approvals.areas)),
        ("An approval lives for", lasting(found.approvals.lives_seconds)),
        ("Sure enough to call it", f"P(best) of {found.confidence:g}"),
        ("Weight of the tail", f"{found.tail_weight:g}"),
    ]
    return {
        "name": found.name,
        "note": bounds.note,
        "facts": _facts(rows),
        "starts": _facts([(KINDS[kind].capitalize(), start_words(start)) for kind, start in found.starts.items()]),
    }


def _facts(rows: list[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in rows]


def start_words(start: Start) -> str:
    """Who starts an option that lies inside its bounds."""
    return STARTS[start.who] + (f" {lasting(start.seconds)}" if start.who == "desk_after" else "")


def margins(policy: Policy, at: datetime, alarms: Mapping[str, Mapping[str, str]]) -> list[dict[str, Any]]:
    """Each safety margin: its parts with owner and review, and what it does on quiet histories.

    Args:
        alarms: by indicator, as `alarm_words.by_indicator` says it.
    """
    return [
        {
            "indicator": margin.indicator.replace("_", " "),
            "size": percent(margin.size, 0),
            "parts": [_part(part, at) for part in margin.parts],
            **alarms.get(margin.indicator, {}),
        }
        for margin in policy.margins.values()
    ]


def _part(part: MarginPart, at: datetime) -> dict[str, Any]:
    return {
        "name": part.allows_for.replace("_", " "),
        "size": percent(part.size, 0),
        "owner": part.owner,
        "reason": part.reason,
        "review": part.review_on,
        "overdue": part.is_overdue(at.date()),
    }


def costs(policy: Policy) -> list[dict[str, Any]]:
    """What harm costs, by category: indicator times rate."""
    return [_category(category, policy.currency) for category in policy.categories]


def _category(category: Category, currency: str) -> dict[str, Any]:
    step = category.step
    return {
        "name": category.name,
        "counts": category.counts,
        "parts": [
            {
                "name": part.name.replace("-", " "),
                "indicator": part.indicator.replace("_", " "),
                "rate": f"{part.rate}{GAP}{part.unit}",
                "reason": part.reason,
            }
            for part in category.parts
        ],
        "step": f"{amount(str(step.amount), currency)} once it lasts {lasting(step.after_seconds)}: {step.reason}"
        if step
        else "",
    }


def weights(policy: Policy) -> list[dict[str, str]]:
    """The owners' swing weights, and what one unit of money in a category counts beside another; empty without."""
    if not policy.weights:
        return []
    swings = {name: Swing(float(each.worst), each.points) for name, each in policy.weights.items()}
    shares, rates = swing_weights.weights(swings), swing_weights.exchange_rates(swings)
    return _facts([(name.capitalize(), _weight(swings[name], shares[name], rates[name], policy)) for name in shares])


def _weight(swing: Swing, share: float, rate: float, policy: Policy) -> str:
    worst = amount(swing.worst, policy.currency)
    return (
        f"1{GAP}{policy.currency} counts as {rate:.3g}{GAP}{policy.currency}: "
        f"{swing.rating:g} points for bringing {worst} to nothing, {percent(share)} of the weight"
    )


def restraint(policy: Policy) -> list[dict[str, str]]:
    """What keeps the desk from acting too often."""
    after, hysteresis, switch = policy.after_action, policy.hysteresis, policy.kill_switch
    return _facts(
        [
            ("Cooldown after an action", lasting(after.cooldown_seconds)),
            ("People take over after", f"{after.reversals_at_most} reversals in one incident"),
            ("A switch has to save at least", amount(str(after.switching_cost), policy.currency)),
            ("Triggered by", f"{hysteresis.trigger_samples} samples in a row beyond target and margin"),
            ("Cleared by", f"{hysteresis.clear_samples} in a row inside {percent(1 - hysteresis.share)} of the target"),
            ("Alarms for nothing, at most", f"{policy.alarms_per_month:g} a month and service"),
            ("Alike within", f"{amount(str(policy.tie_amount), policy.currency)} or {percent(policy.tie_share, 1)}"),
            ("The kill switch falls back to", switch.behaviour.replace("_", " ")),
        ]
    )
