"""The calculation page: one assessment line by line, as an auditor follows it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from decisions.models import Assessment
from decisions.monitoring.wording import in_unit
from decisions.web import choice_lines, harm_lines, option_lines, sliders
from decisions.web.option_words import CAUSES
from decisions.web.words import GAP, exact, percent, short_digest


def page(assessment: Assessment, query: Mapping[str, str]) -> dict[str, Any]:
    """Everything the result was computed from, in the order of the computation."""
    result, incident = assessment.document(), assessment.incident
    return {
        "assessment": assessment,
        "result": result,
        "currency": result["currency"],
        "where": [
            {"word": incident.service.name, "url": reverse("service-detail", args=[incident.service.name])},
            {"word": incident.key, "url": reverse("incident-detail", args=[incident.pk])},
            {"word": f"Assessment {assessment.pk}"},
        ],
        "facts": _facts(assessment),
        "harm": harm_lines.harm(result),
        "causes": causes(result),
        "times": option_lines.times(result),
        "options": option_lines.options(result),
        "nothing": option_lines.nothing(result),
        "choice": choice_lines.choice(result),
        "waiting": choice_lines.waiting(result),
        "seed": result["policy"]["digest"],
        "evidence": _evidence(result),
        **sliders.of(assessment, query),
    }


def _facts(assessment: Assessment) -> list[dict[str, Any]]:
    policy = assessment.policy
    return [
        {"name": "Evidence", "value": assessment.snapshot_id, "code": True},
        {
            "name": "Policy",
            "value": f"{policy.scope_name or policy.scope} {policy.number}, {short_digest(policy.digest)}",
            "url": reverse("policy-detail", args=[policy.pk]),
        },
        {"name": "Engine", "value": assessment.engine_version},
        {"name": "Result", "value": assessment.result_digest, "code": True},
        {"name": "Replay", "value": f"manage.py replay {assessment.pk}", "code": True},
    ]


def _learned(names: list[str], causes: dict[str, Any]) -> str:
    """Where the prior comes from, once the service's own incidents have a say in it."""
    if not causes["incidents"]:
        return "as the policy states"
    stated = ", ".join(exact(causes["stated"][name]) for name in names)
    return f"the policy's {stated}, and {exact(causes['incidents'])} own incidents whose cause is known, by age"


def causes(result: dict[str, Any]) -> dict[str, Any]:
    """Each hypothesis before the evidence, what every token multiplies it with, and after it."""
    causes = result["causes"]
    names = [name for name in CAUSES if name in causes["prior"]]
    return {
        "names": [CAUSES[name] for name in names],
        "prior": _cells(names, {name: exact(causes["prior"][name]) for name in names}),
        "learned": _learned(names, causes),
        "posterior": _cells(names, {name: exact(causes["posterior"][name]) for name in names}),
        "tokens": [
            {
                "name": token["name"].replace("_", " "),
                "value": _value(token["value"]),
                "detail": token["detail"] or token["reason"],
                "likelihood": _multiplied(names, token) if token["likelihood"] else [],
            }
            for token in causes["tokens"]
        ],
    }


def _multiplied(names: list[str], token: Mapping[str, Any]) -> list[dict[str, str]]:
    """What each cause is multiplied with, and what it comes to once they sum to 1 again."""
    cells = _cells(names, {name: f"× {exact(token['likelihood'][name])}" for name in names})
    return [{**cell, "after": exact(token["after"][name])} for cell, name in zip(cells, names, strict=True)]


def _cells(names: list[str], words: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"head": CAUSES[name].capitalize(), "word": words[name]} for name in names]


def _value(value: Any) -> str:
    if value is None:
        return "not seen"
    return f"{value:.3g}" if isinstance(value, float) else str(value).replace("_", " ")


def _evidence(result: dict[str, Any]) -> dict[str, Any]:
    state = result["evidence_state"]
    return {
        "complete": percent(state["complete"]),
        "rows": [
            {
                "name": each["name"].replace("_", " "),
                "value": in_unit(each["value"], each["unit"]),
                "n": f"{each['n']:.0f}" if each["n"] is not None else "unknown",
                "age": f"{each['age_seconds']:.0f}{GAP}s" if each["age_seconds"] is not None else "unknown",
                "ends": in_unit(each["margin_ends"], each["unit"]) if each["margin_ends"] is not None else "no target",
                "state": "broken" if each["breaks"] else "ok",
            }
            for each in state["indicators"]
        ],
        "missing": state["missing"],
    }
