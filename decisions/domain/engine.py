"""The assessment: evidence and policy in, scored options and a recommendation out. Replayable byte for byte."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from decisions.domain import allowances, evidence_report, option_report, points, sentences
from decisions.domain.amounts import number, text
from decisions.domain.arithmetic import arithmetic
from decisions.domain.beliefs import BadCase
from decisions.domain.canonical import BadDocument, digest
from decisions.domain.case_making import Made, make
from decisions.domain.cases import Case
from decisions.domain.evidence import Snapshot
from decisions.domain.options import HOLD
from decisions.domain.policy import Policy
from decisions.domain.restraint import is_worth_switching
from decisions.domain.scores import Scores
from decisions.domain.scoring import score, tolerance
from decisions.domain.suffering import settles_at

ENGINE_VERSION = "1"
SCHEMA = "rollback-desk/assessment/1"


def assess(snapshot: Snapshot, policy: Policy) -> dict[str, Any]:
    """Score every option for a snapshot under a policy.

    Returns:
        A JSON value with amounts as decimal strings and figures of 9 significant digits. `digest` is the SHA-256 of
        the canonical form of the rest, so the same snapshot, policy and engine give the same digest everywhere.

    Raises:
        BadDocument: the policy says nothing about the tier of the service, or prices in another unit than is measured.
    """
    made, scores = decide(snapshot, policy)
    result = _result(made, scores)
    return {**result, "digest": digest(result)}


def decide(snapshot: Snapshot, policy: Policy) -> tuple[Made, Scores]:
    """The case of a snapshot and its scores. Raises BadDocument as `assess` does."""
    try:
        return settle(make(snapshot, policy))
    except BadCase as bad:
        # What could lead here is refused with its own path before; this keeps a gap in that from ending in a trace.
        raise BadDocument("$", f"no decision can be scored from this: {bad}") from bad


def settle(made: Made) -> tuple[Made, Scores]:
    """Score a case. Where no action saves more than a change costs, to hold means to leave things as they are."""
    scores = score(made.case)
    if made.plan_after_hold is None or _is_worth_leaving(made.case, scores):
        return made, scores
    held = made.holding_for_good()
    left = score(held.case)
    return (held, left) if left.recommended == HOLD else (made, scores)


def _is_worth_leaving(case: Case, scores: Scores) -> bool:
    least = min(each.loss.risk_adjusted for each in scores.options if each.kind != HOLD)
    doubt = tolerance(case, min(each.loss.expected for each in scores.options))
    return is_worth_switching(scores.do_nothing.risk_adjusted - least, case.switching_cost, doubt)


def _result(made: Made, scores: Scores) -> dict[str, Any]:
    snapshot, policy, lines = made.snapshot, made.policy, arithmetic(made.case)
    return {
        "schema": SCHEMA,
        "engine": ENGINE_VERSION,
        "evidence": snapshot.digest,
        "policy": {"id": policy.id, "digest": policy.digest, "title": policy.title},
        "service": snapshot.service,
        "tier": snapshot.tier,
        "currency": policy.currency,
        "at": _time(snapshot.taken_at),
        "causes": {**evidence_report.causes(made.finding), "sentence": sentences.cause(made)},
        "harm": evidence_report.harm(made),
        "times": option_report.times(made),
        "do_nothing": option_report.do_nothing(scores, lines),
        "options": option_report.ranked(made, scores, lines),
        "rules": _rules(made, scores),
        "recommendation": _recommendation(made, scores),
        "too_close_to_call": scores.too_close,
        "too_close_sentence": sentences.too_close(made, scores),
        "deciding_category": _deciding(scores),
        **_waiting(made, scores),
        "tornado": [option_report.swing(each, made) for each in scores.swings],
        "weights": option_report.weights(made),
        "severity": evidence_report.severity(made),
        "evidence_state": evidence_report.state(made),
        "margins": evidence_report.margins(made),
        "overdue_margins": _overdue(made),
    }


def _rules(made: Made, scores: Scores) -> dict[str, Any]:
    """What the losses are compared by, so that the order and the choice can be followed without the policy."""
    least = min(each.loss.expected for each in scores.options)
    return {
        "tail_weight": number(made.case.risk_aversion),
        "tie_absolute": text(made.case.tie_absolute),
        "tie_relative": number(made.case.tie_relative),
        "tolerance": text(tolerance(made.case, least)),
        "switching_cost": text(made.case.switching_cost),
        "confidence": number(made.case.confidence),
        "missing_widens": number(made.policy.doubt.missing_widens),
        "points": points.COUNT,
    }


def _recommendation(made: Made, scores: Scores) -> dict[str, Any]:
    chosen, other = scores.of(scores.recommended), option_report.rival(scores)
    over = sentences.hand_over(made)
    return {
        "option": chosen.key,
        "kind": chosen.kind,
        "title": option_report.title(chosen.key, made),
        "sentence": sentences.recommendation(made, scores),
        "reason": sentences.money_reason(made, scores),
        "settled_by": str(scores.because),
        "runner_up": other.key if other else None,
        "margin_over_runner_up": text(option_report.beside(other, chosen)[0]) if other else None,
        "hand_over": over is not None,
        "hand_over_sentence": over,
        "nothing_to_act_on": not made.harm.is_any,
    }


def _deciding(scores: Scores) -> str | None:
    other = option_report.rival(scores)
    return option_report.beside(scores.of(scores.recommended), other)[1] if other else None


def _waiting(made: Made, scores: Scores) -> dict[str, Any]:
    wait, early = scores.waiting, settles_at(made.snapshot, made.policy)
    minutes = wait.look_again_minutes
    worth = None if minutes is None else made.snapshot.taken_at + timedelta(minutes=minutes)
    again = min((each for each in (worth, early) if each is not None), default=None)
    return {
        "settled": early is None,
        "look_again_at": None if again is None else _time(again),
        "wait": {
            "cost_per_minute": text(wait.cost_per_minute),
            "worth_at_most": text(wait.worth_at_most),
            "break_even_minutes": number(wait.break_even_minutes),
            "sentence": sentences.waiting(made, scores),
        },
    }


def _overdue(made: Made) -> int:
    today = made.snapshot.taken_at.date()
    known = allowances.all_parts(made.policy, made.snapshot.indicators)
    return sum(part.is_overdue(today) for parts in known.values() for part in parts)


def _time(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")
