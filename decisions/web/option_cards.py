"""The options of an incident as the page shows them: the recommended one, then all of them ranked with intervals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse

from decisions.assessment import gate
from decisions.domain.actors import Actor
from decisions.domain.approvals import STANDING
from decisions.domain.incidents import State, action_refusal
from decisions.domain.options import SERVE
from decisions.models import Approval, Assessment, Incident
from decisions.web import option_facts, playbook_pages, reasons, turning
from decisions.web.check_rows import check_rows, kept
from decisions.web.intervals import Scale
from decisions.web.option_acts import act_of, for_dock
from decisions.web.option_words import approvers, slug
from decisions.web.words import amount, lasting, parsed
from decisions.web.words import clock as clock_words

MOST_SIDE_BY_SIDE = 3
MOST_PICKABLE = 30
OVER = "It is over: what the last assessment recommended"


@dataclass(frozen=True)
class _Looker:
    """Who looks at the options of what, and when."""

    ground: gate.Ground
    actor: Actor
    at: datetime
    scale: Scale
    approvals: Mapping[str, Approval]


def of(incident: Incident, assessment: Assessment | None, actor: Actor, at: datetime) -> dict[str, Any]:
    """Everything in the options part: advice, ranking, why, and what would change it."""
    if assessment is None:
        return {"incident": incident, "assessment": None}
    assessment.incident = incident
    ground = gate.ground(assessment, at)
    result = ground.result
    standing = {each.option: each for each in incident.approvals.filter(state__in=sorted(STANDING))}
    looker = _Looker(ground, actor, at, Scale.over(result), standing)
    closed = action_refusal(State(incident.state)) or ""
    cards = [_card(looker, each, is_over=bool(closed)) for each in gate.all_of(ground, actor)]
    best = next((card for card in cards if card["recommended"]), None)
    return {
        "incident": incident,
        "assessment": assessment,
        "currency": result["currency"],
        "made": _made(ground, at),
        "best": best,
        "advice": _advice(result, best, closed, at),
        "cards": cards,
        "nothing": amount(result["do_nothing"]["expected"], result["currency"]),
        "ticks": looker.scale.ticks(),
        "dock": _dock(result, best),
        "side_by_side": _side_by_side(result),
        "why": reasons.why(ground, at),
        "turning": turning.of(result),
        "pickable": _pickable(ground),
        "may_act": gate.is_responder(actor) and incident.is_active,
        "closed": closed,
    }


def dock(incident: Incident, assessment: Assessment | None, actor: Actor, at: datetime) -> dict[str, Any]:
    """The recommended act under the thumb of a phone, on its own."""
    return {"incident": incident, "dock": of(incident, assessment, actor, at).get("dock", {})}


def _dock(result: dict[str, Any], best: dict[str, Any] | None) -> dict[str, Any]:
    act = for_dock(best["act"]) if best else {}
    if best is None or not act:
        return {}
    nothing = amount(result["do_nothing"]["expected"], result["currency"])
    word = "in bounds" if best["in_bounds"] else "needs approval"
    return {"word": f"Recommended, {word}", "loss": f"{best['expected']}, not {nothing}", "act": act}


def _made(ground: gate.Ground, at: datetime) -> str:
    policy = ground.assessment.policy
    age = lasting(at - ground.assessment.at)
    return (
        f"assessed {clock_words(ground.assessment.at)} UTC · evidence {age} old · "
        f"policy {policy.scope_name or policy.scope} {policy.number}"
    )


def _advice(result: dict[str, Any], best: dict[str, Any] | None, closed: str, at: datetime) -> dict[str, Any]:
    recommendation = result["recommendation"]
    state, heading = ("unknown", OVER) if closed else _heading(result, best)
    again = parsed(result["look_again_at"])
    return {
        "state": state,
        "heading": heading,
        "title": best["title"] if best else "Nothing to recommend",
        "reason": recommendation["hand_over_sentence"] or recommendation["sentence"],
        "also": recommendation["sentence"] if recommendation["hand_over_sentence"] else "",
        "money": recommendation["reason"],
        "close": result["too_close_sentence"] or "",
        "wait": "" if closed else result["wait"]["sentence"],
        "settled": _SETTLED.get(recommendation["settled_by"], ""),
        "again": again if again and again > at else None,
        "left": _left(again, at) if again and again > at else "",
    }


_SETTLED = {
    "smallest_blast_radius": "Several options cost about the same; this one touches the least.",
    "quickest_to_undo": "Several options cost about the same; this one is the quickest to undo.",
    "not_worth_switching": "What another option would save is less than the change itself costs.",
}


def _left(until: datetime, at: datetime) -> str:
    minutes, seconds = divmod(int((until - at).total_seconds()), 60)
    return f"{minutes}:{seconds:02d}"


def _heading(result: dict[str, Any], best: dict[str, Any] | None) -> tuple[str, str]:
    recommendation = result["recommendation"]
    if best is None:
        return "unknown", "No recommendation"
    if recommendation["hand_over"]:
        return "wait", "Handed over: people decide from here"
    if result["too_close_to_call"]:
        return "close", "Too close to call: you decide"
    if best["option"]["kind"] == "hold":
        return "wait", "Recommended: hold, and look again"
    if best["refusal"]:
        return "close", "Recommended, but it cannot run now"
    if best["in_bounds"]:
        return "best", "Recommended, and inside the bounds: you may run it now"
    return "close", "Recommended, and outside the bounds: it needs approval"


def _card(looker: _Looker, standing: gate.Gate, *, is_over: bool) -> dict[str, Any]:
    option, currency = standing.option, looker.ground.result["currency"]
    checks = check_rows(standing.checks)
    approval = looker.approvals.get(option["key"])
    best = option["recommended"]
    act = {} if approval else act_of(looker.ground, standing, looker.actor, looker.at, best=best)
    return {
        "option": option,
        "id": "option-" + slug(option["key"]),
        "rank": option["rank"],
        "title": option["title"],
        "says": option["says"],
        "playbook_url": playbook_pages.address(looker.ground.incident.service, option["kind"]),
        "recommended": best,
        "in_bounds": standing.in_bounds,
        "refusal": "" if is_over else standing.impossible or "",
        "approval": approval,
        "approval_url": reverse("approval-detail", args=[approval.pk]) if approval else "",
        "checks": [] if is_over else checks,
        "bounds": None if is_over else _bounds(checks, standing),
        "interval": looker.scale.bar(option, currency, best=best),
        "tall": looker.scale.tall(option, looker.ground.result, currency),
        "figures": option_facts.figures(option, currency, standing),
        "parts": [option_facts.weighed(part, looker.ground.result) for part in option["categories"]],
        "facts": option_facts.facts(option, currency),
        "expected": amount(option["expected"]),
        "range": f"{amount(option['low'])} to {amount(option['high'])}",
        "act": act,
        "dominated": option_facts.dominated(option, looker.ground.result),
        "against": option_facts.against(option, looker.ground.result, currency),
    }


def _bounds(checks: list[dict[str, Any]], standing: gate.Gate) -> dict[str, Any] | None:
    if not checks:
        return None
    count = kept(checks)
    return {
        "state": "kept" if standing.in_bounds else "warn",
        "word": f"{count} of {len(checks)}",
        "long": f"{count} of {len(checks)} bounds kept",
        "note": approvers(standing.needed),
    }


def _side_by_side(result: dict[str, Any]) -> dict[str, Any]:
    """Expected loss by category: the first three options and doing nothing, each cell with its interval."""
    shown = [*result["options"][:MOST_SIDE_BY_SIDE], {**result["do_nothing"], "title": "Doing nothing"}]
    names = [part["name"] for part in result["do_nothing"]["categories"]]
    found = [{part["name"]: part for part in each["categories"]} for each in shown]
    return {
        "heads": [each["title"] for each in shown],
        "rows": [{"name": name, "cells": [option_facts.part(parts[name], "") for parts in found]} for name in names],
    }


def _pickable(ground: gate.Ground) -> list[str]:
    """Earlier versions that are not among the options yet and are not served, newest first.

    While people or a rule answer nothing is served, so that the version that went last can be brought back.
    """
    shown = {option["version"] for option in ground.result["options"]}
    versions = ground.incident.service.versions.exclude(status="quarantined")
    if ground.now.behaviour == SERVE:
        versions = versions.exclude(status="live")
    return [name for name in versions.values_list("name", flat=True)[:MOST_PICKABLE] if name not in shown]
