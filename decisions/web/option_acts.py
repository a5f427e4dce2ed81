"""The two-press forms of the options. Every refusal comes from the gate; button, tooltip and act say the same."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse

from decisions.assessment import choices, gate
from decisions.domain.actors import Actor
from decisions.domain.canonical import digest
from decisions.domain.plans import Plan
from decisions.web.option_words import approvers, lowered, slug


def act_of(ground: gate.Ground, standing: gate.Gate, actor: Actor, at: datetime, *, best: bool) -> dict[str, Any]:
    """The form of an option for this actor, or `{"refusal": sentence}`; empty where nothing is to be pressed."""
    option = standing.option
    if option["kind"] == "hold" or standing.impossible:
        return {}
    refusal = standing.run_refusal if standing.in_bounds else standing.request_refusal
    if refusal is not None and not gate.is_responder(actor):
        return {"refusal": refusal}
    plan = choices.plan_for(ground, option, actor, at)
    words = _run_words(option["title"], best) if standing.in_bounds else _ask_words(option["title"], best)
    return {
        **words,
        "id": f"confirm-{slug(option['key'])}-{_stamp(plan)}",
        "action": reverse("option-run" if standing.in_bounds else "option-request", args=[ground.incident.pk]),
        "kind": "primary" if best else "plain",
        "size": "big" if best else "",
        "steps": [step.says for step in plan.steps],
        "note": _note(standing),
        "hidden": {"assessment": ground.assessment.pk, "option": option["key"]},
        "fields": [] if best else [_reason_field(option)],
        "target": "options",
        "hint": "Two presses. Nothing runs before the second.",
    }


def for_dock(act: dict[str, Any]) -> dict[str, Any]:
    """The same form once more under the thumb of a phone, with ids of its own."""
    return {**act, "id": f"dock-{act['id']}", "size": ""} if act.get("action") else {}


def _run_words(title: str, best: bool) -> dict[str, str]:
    return {
        "word": title if best else "Run it",
        "about": "" if best else lowered(title),
        "yes": f"Yes, {lowered(title)} now",
        "strong": "This runs now, in this order:",
    }


def _ask_words(title: str, best: bool) -> dict[str, str]:
    return {
        "word": f"Ask approval: {lowered(title)}" if best else "Ask approval",
        "about": "" if best else lowered(title),
        "yes": f"Yes, ask for approval: {lowered(title)}",
        "strong": "Nothing runs yet. Once it is approved this runs, in this order:",
    }


def _note(standing: gate.Gate) -> str:
    needs = approvers(standing.needed)
    return f"It {needs}, who did not ask for it." if needs else ""


def _stamp(plan: Plan) -> str:
    """Eight digits of what the plan would do. An open sheet stays open while fresh evidence says the same."""
    return digest([plan.document["from"], plan.document["to"], plan.document["steps"]])[7:15]


def _reason_field(option: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": "reason",
        "id": "reason-" + slug(option["key"]),
        "label": "Why this one, and not the recommended one",
        "kind": "text",
        "required": True,
        "maxlength": 500,
        "autocomplete": "off",
        "help": "One sentence; the journal keeps it.",
    }
