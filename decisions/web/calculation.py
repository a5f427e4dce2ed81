"""The calculation page: one assessment line by line, as an auditor follows it, and the sliders to try."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from decisions.models import Assessment
from decisions.monitoring.wording import in_unit
from decisions.web import sliders
from decisions.web.option_words import CAUSES, slug
from decisions.web.words import GAP, amount, percent, short_digest


def page(assessment: Assessment, query: Mapping[str, str]) -> dict[str, Any]:
    """Everything the result was computed from, in the order of the computation."""
    result, incident = assessment.document(), assessment.incident
    currency = result["currency"]
    return {
        "assessment": assessment,
        "result": result,
        "currency": currency,
        "where": [
            {"word": incident.service.name, "url": reverse("service-detail", args=[incident.service.name])},
            {"word": incident.key, "url": reverse("incident-detail", args=[incident.pk])},
            {"word": f"Assessment {assessment.pk}"},
        ],
        "facts": _facts(assessment),
        "harm": _harm(result, currency),
        "causes": _causes(result),
        "options": [_option(option, currency) for option in result["options"]],
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


def _harm(result: dict[str, Any], currency: str) -> list[dict[str, Any]]:
    return [
        {
            "name": category["name"],
            "counts": category.get("counts", ""),
            "per_minute": f"{amount(category['per_minute'], currency)}/min",
            "range": f"{amount(category['low'])} to {amount(category['high'])}",
            "parts": [
                {"name": part["name"].replace("-", " "), "text": part["arithmetic"]} for part in category["parts"]
            ],
        }
        for category in result["harm"]["categories"]
    ]


def _learned(names: list[str], causes: dict[str, Any]) -> str:
    """Where the prior comes from, once the service's own incidents have a say in it."""
    if not causes["incidents"]:
        return "as the policy states"
    stated = ", ".join(percent(causes["stated"][name], 1) for name in names)
    return f"the policy's {stated}, and {causes['incidents']:.2g} own incidents whose cause is known, by age"


def _causes(result: dict[str, Any]) -> dict[str, Any]:
    """Each hypothesis before the evidence, what every token multiplies it with, and after it."""
    causes = result["causes"]
    names = [name for name in CAUSES if name in causes["prior"]]
    return {
        "names": [CAUSES[name] for name in names],
        "prior": _cells(names, {name: percent(causes["prior"][name], 1) for name in names}),
        "learned": _learned(names, causes),
        "posterior": _cells(names, {name: percent(causes["posterior"][name], 1) for name in names}),
        "tokens": [
            {
                "name": token["name"].replace("_", " "),
                "value": _value(token["value"]),
                "detail": token["detail"] or token["reason"],
                "likelihood": _cells(names, {name: f"× {token['likelihood'][name]:.2f}" for name in names})
                if token["likelihood"]
                else [],
            }
            for token in causes["tokens"]
        ],
    }


def _cells(names: list[str], words: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"head": CAUSES[name].capitalize(), "word": words[name]} for name in names]


def _value(value: Any) -> str:
    if value is None:
        return "not seen"
    return f"{value:.3g}" if isinstance(value, float) else str(value).replace("_", " ")


def _option(option: dict[str, Any], currency: str) -> dict[str, Any]:
    return {
        "key": option["key"],
        "id": slug(option["key"]),
        "title": option["title"],
        "recommended": option["recommended"],
        "expected": amount(option["expected"], currency),
        "line": f"score {option['score']:.1f} · P(best) {option['p_best']:.3f} · regret {amount(option['regret'])} · "
        f"CVaR95 {amount(option['tail'])} · risk-adjusted {amount(option['adjusted'])}",
        "categories": [
            {
                "name": category["name"],
                "expected": amount(category["expected"], currency),
                "range": f"{amount(category['low'])} to {amount(category['high'])}",
                "terms": [_term(term, currency) for term in option["terms"].get(category["name"], [])],
            }
            for category in option["categories"]
        ],
    }


def _term(term: dict[str, Any], currency: str) -> dict[str, str]:
    factors = " × ".join(_factor(factor, currency) for factor in term["factors"])
    return {"label": term["label"], "factors": factors, "amount": amount(term["amount"])}


def _factor(factor: dict[str, Any], currency: str) -> str:
    unit = "" if factor["unit"] in ("probability", "share") else factor["unit"].replace("currency", currency)
    return f"{factor['name']} {factor['value']:.4g}{GAP}{unit}".rstrip()


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
