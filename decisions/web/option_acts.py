"""The two-press forms of the options. Every refusal comes from the gate; button, tooltip and act say the same."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.cache import cache
from django.urls import reverse

from decisions.assessment import choices, gate
from decisions.domain.actors import Actor
from decisions.domain.canonical import digest
from decisions.web.option_words import approvers, lowered, slug

REMEMBERED_SECONDS = 600


def act_of(ground: gate.Ground, standing: gate.Gate, actor: Actor, at: datetime, *, best: bool) -> dict[str, Any]:
    """The form of an option for this actor, or `{"refusal": sentence}`; empty where nothing is to be pressed."""
    option = standing.option
    if option["kind"] == "hold" or standing.impossible:
        return {}
    refusal = standing.run_refusal if standing.in_bounds else standing.request_refusal
    if refusal is not None and not gate.is_responder(actor):
        return {"refusal": refusal}
    shape = _shape(ground, option, actor, at)
    words = _run_words(option["title"], best) if standing.in_bounds else _ask_words(option["title"], best)
    return {
        **words,
        "id": f"confirm-{slug(option['key'])}-{shape['stamp']}",
        "action": reverse("option-run" if standing.in_bounds else "option-request", args=[ground.incident.pk]),
        "kind": "primary" if best else "plain",
        "size": "big" if best else "",
        "steps": shape["steps"],
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


def _shape(ground: gate.Ground, option: dict[str, Any], actor: Actor, at: datetime) -> dict[str, Any]:
    """What the plan would do: its steps in words, and eight digits of them.

    An open sheet stays open while fresh evidence says the same. Nothing of it depends on who asks or when, so that it
    is worked out once for each option of an assessment: a page asks for it every few seconds.
    """
    key = f"shape-{ground.assessment.result_digest}-{slug(option['key'])}"
    found: dict[str, Any] | None = cache.get(key)
    if found is None:
        plan = choices.plan_for(ground, option, actor, at)
        stamp = digest([plan.document["from"], plan.document["to"], plan.document["steps"]])[7:15]
        found = {"stamp": stamp, "steps": [step.says for step in plan.steps]}
        cache.set(key, found, REMEMBERED_SECONDS)
    return found


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
