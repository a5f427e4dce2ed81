"""The options of an incident as the page shows them: the recommended one first, then the rest ranked, with intervals.

Every refusal comes from the gate; the button, the tooltip and the act say the same sentence.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse

from decisions.assessment import choices, gate
from decisions.domain.actors import Actor
from decisions.domain.canonical import digest
from decisions.domain.plans import Plan
from decisions.models import Approval, Assessment, Incident
from decisions.web.check_rows import check_rows
from decisions.web.intervals import Scale
from decisions.web.words import GAP, amount, lasting, percent
from decisions.web.words import clock as clock_words

ICONS = {
    "hold": "hold",
    "stabilise": "stabilise",
    "shift_traffic": "shift_traffic",
    "roll_back": "roll_back",
    "disable": "disable",
}
INPUT_ROWS = 5


def of(incident: Incident, assessment: Assessment | None, actor: Actor, at: datetime) -> dict[str, Any]:
    """Everything in the options part: advice, cards, cause, evidence, what would change it."""
    if assessment is None:
        return {"incident": incident, "assessment": None}
    assessment.incident = incident
    ground = gate.ground(assessment, at)
    result, gates = ground.result, gate.all_of(ground, actor)
    scale = Scale.over(result)
    standing = {
        approval.option: approval for approval in incident.approvals.filter(state__in=["requested", "approved"])
    }
    cards = [_card(ground, each, standing.get(each.option["key"]), scale, actor, at) for each in gates]
    best = next((card for card in cards if card["recommended"]), None)
    return {
        "incident": incident,
        "assessment": assessment,
        "result": result,
        "currency": result["currency"],
        "made": _made(ground, at),
        "best": best,
        "advice": _advice(result, best),
        "cards": [card for card in cards if not card["recommended"]],
        "ticks": scale.ticks(result["currency"]),
        "causes": _causes(result),
        "tornado": tornado_of(result),
        "missing": result["evidence_state"]["missing"],
        "overdue_margins": result["overdue_margins"],
        "pickable": _pickable(incident, result),
        "act_url": reverse("incident-pick", args=[incident.pk]),
    }


def _made(ground: gate.Ground, at: datetime) -> str:
    policy = ground.assessment.policy
    age = lasting(at - ground.assessment.at)
    return (
        f"assessed {clock_words(ground.assessment.at)} UTC · evidence {age} old · "
        f"policy {policy.scope_name or policy.scope} {policy.number}"
    )


def _advice(result: dict[str, Any], best: dict[str, Any] | None) -> dict[str, Any]:
    recommendation = result["recommendation"]
    reason = recommendation["hand_over_sentence"] or recommendation["sentence"]
    if best is None:
        return {"state": "unknown", "heading": "No recommendation", "reason": reason}
    if recommendation["hand_over"]:
        heading, state = "Hand over: people decide from here", "wait"
    elif best["option"]["kind"] == "hold":
        heading, state = "Recommended: hold, and look again", "wait"
    elif best["refusal"]:
        heading, state = "Recommended, but it cannot run now", "close"
    elif best["in_bounds"]:
        heading, state = "Recommended, and inside the bounds: you may run it now", "best"
    else:
        heading, state = "Recommended, and outside the bounds: it needs approval", "close"
    if result["too_close_to_call"]:
        heading, state = "Too close to call: the leading option, and why it is close", "close"
    said = {"state": state, "heading": heading, "reason": reason, "money": recommendation["reason"]}
    return said | {"wait": result["too_close_sentence"] or result["wait"]["sentence"]}


def _card(
    ground: gate.Ground,
    standing: gate.Gate,
    approval: Approval | None,
    scale: Scale,
    actor: Actor,
    at: datetime,
) -> dict[str, Any]:
    option, currency = standing.option, ground.result["currency"]
    checks = check_rows(standing.checks, currency)
    kept = sum(check["state"] == "kept" for check in checks)
    return {
        "option": option,
        "id": "option-" + _slug(option["key"]),
        "title": option["title"],
        "says": option["says"],
        "icon": ICONS[option["kind"]],
        "recommended": option["recommended"],
        "in_bounds": standing.in_bounds,
        "refusal": standing.impossible,
        "approval": approval,
        "approval_url": reverse("approval-detail", args=[approval.pk]) if approval else "",
        "checks": checks,
        "bounds": {
            "state": "kept" if standing.in_bounds else "broken",
            "word": f"{kept} of {len(checks)} bounds kept",
            "note": "" if standing.in_bounds else _needs(standing),
        },
        "interval": scale.bar(option, currency, best=option["recommended"]),
        "tall": scale.tall(option, ground.result, currency),
        "figures": _figures(option, currency),
        "parts": [{**part, "words": _interval_words(part, currency)} for part in option["categories"]],
        "expected": amount(option["expected"], currency),
        "range": f"{amount(option['low'])} to {amount(option['high'])}",
        "act": _act(ground, standing, approval, actor, at),
        "against": _against(option, ground.result, currency),
    }


def _needs(standing: gate.Gate) -> str:
    who = " and ".join(area.value for area in standing.needed)
    return f"needs an approver for {who}" if who else ""


def _interval_words(part: dict[str, Any], currency: str) -> str:
    return f"{amount(part['expected'], currency)} ({amount(part['low'])} to {amount(part['high'])})"


def _figures(option: dict[str, Any], currency: str) -> list[dict[str, Any]]:
    return [
        {"name": "Score", "value": f"{option['score']:.1f}", "note": "of 100: loss avoided"},
        {"name": "P(best)", "value": f"{option['p_best']:.3f}", "note": "chance to be the cheapest"},
        {"name": "Regret", "value": amount(option["regret"]), "unit": currency, "note": "most that knowing more saves"},
    ]


def _against(option: dict[str, Any], result: dict[str, Any], currency: str) -> str:
    against = option["against"]
    if not against:
        return ""
    other = next((each["title"] for each in result["options"] if each["key"] == against["option"]), against["option"])
    decided = f"; {against['decided_by']} decides" if against["decided_by"] else ""
    return f"{amount(against['difference'], currency)} against “{other}”{decided}"


def _act(
    ground: gate.Ground, standing: gate.Gate, approval: Approval | None, actor: Actor, at: datetime
) -> dict[str, Any] | None:
    """The two-press form of an option; None where there is nothing to press."""
    option = standing.option
    if option["kind"] == "hold" or standing.impossible or approval is not None:
        return None
    refusal = standing.run_refusal if standing.in_bounds else standing.request_refusal
    if refusal is not None and not gate.is_responder(actor):
        return {"refusal_only": refusal}
    plan = choices.plan_for(ground, option, actor, at)
    name = "option-run" if standing.in_bounds else "option-request"
    word = option["title"] if standing.in_bounds else f"Ask: {option['title'][0].lower()}{option['title'][1:]}"
    return {
        "id": f"confirm-{_slug(option['key'])}-{_stamp(plan)}",
        "word": word,
        "yes": f"Yes, {word[0].lower()}{word[1:]} now" if standing.in_bounds else "Yes, ask for approval",
        "action": reverse(name, args=[ground.incident.pk]),
        "kind": "primary" if option["recommended"] else "",
        "size": "big" if option["recommended"] else "",
        "icon": ICONS[option["kind"]],
        "strong": "This runs now, in this order:" if standing.in_bounds else "After approval this runs, in this order:",
        "text": "; ".join(step.says for step in plan.steps) + ".",
        "note": f"{_needs(standing)[:1].upper()}{_needs(standing)[1:]}." if not standing.in_bounds else "",
        "hidden": {"assessment": ground.assessment.pk, "option": option["key"]},
        "fields": [] if option["recommended"] else [_reason_field(option)],
        "target": "options",
        "hint": "Two presses. Nothing runs before the second.",
    }


def _stamp(plan: Plan) -> str:
    """Eight digits of what the plan would do. An open sheet stays open while fresh evidence says the same."""
    return digest([plan.document["from"], plan.document["to"], plan.document["steps"]])[7:15]


def _slug(key: str) -> str:
    return key.replace(":", "-").replace(".", "-")


def _reason_field(option: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": "reason",
        "id": "reason-" + _slug(option["key"]),
        "label": "Why this one, and not the recommended one",
        "kind": "text",
        "required": True,
        "maxlength": 500,
        "help": "One sentence; the journal keeps it.",
    }


def _causes(result: dict[str, Any]) -> dict[str, Any]:
    names = {"release": "the release", "other": "something else", "transient": "it passes by itself"}
    causes = result["causes"]
    return {
        "sentence": causes["sentence"],
        "rows": [
            {"name": names[name], "before": percent(causes["prior"][name]), "now": percent(causes["posterior"][name])}
            for name in sorted(causes["posterior"], key=lambda each: -causes["posterior"][each])
        ],
        "tokens": [token for token in causes["tokens"] if token["detail"] or token["reason"]],
    }


def tornado_of(result: dict[str, Any]) -> dict[str, Any] | None:
    """The five inputs that move the lead of the recommended option most, on one scale around 0."""
    swings = result["tornado"][:INPUT_ROWS]
    if not swings:
        return None
    ends = [float(swing[key]) for swing in swings for key in ("low_lead", "high_lead")]
    widest = max(*(abs(end) for end in ends), 1e-9)
    lead = float(result["recommendation"]["margin_over_runner_up"] or 0)
    now = max(0.0, min(100.0, 50 + 50 * lead / widest))
    return {"rows": [_swing(swing, widest, result["currency"]) for swing in swings], "zero": 50.0, "now": now}


def _swing(swing: dict[str, Any], widest: float, currency: str) -> dict[str, Any]:
    low, high = sorted((float(swing["low_lead"]), float(swing["high_lead"])))
    left, right = 50 + 50 * low / widest, 50 + 50 * high / widest
    unit = f"{GAP}{swing['unit']}" if swing["unit"] else ""
    return {
        "name": swing["title"],
        "note": f"{_plain(swing['low'])} to {_plain(swing['high'])}{unit}",
        "label": f"From {amount(low)} to {amount(high, currency)}",
        "word": f"{amount(low)} to {amount(high)}",
        "against": left,
        "against_width": max(min(right, 50) - left, 0),
        "for": max(left, 50),
        "for_width": max(right - max(left, 50), 0),
    }


def _plain(value: Any) -> str:
    return f"{float(value):,.3g}" if abs(float(value)) < 1000 else f"{float(value):,.0f}"


def _pickable(incident: Incident, result: dict[str, Any]) -> list[str]:
    """Earlier versions that are not among the options yet, newest first."""
    shown = {option["version"] for option in result["options"]}
    names = incident.service.versions.exclude(status="quarantined").values_list("name", flat=True)[:30]
    return [name for name in names if name not in shown]
