"""Why the recommendation is what it is: causes, harm, evidence with its age, thresholds and margins."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from decisions.assessment import gate
from decisions.monitoring.wording import in_unit
from decisions.web import thresholds
from decisions.web.option_words import CAUSES
from decisions.web.words import amount, lasting, percent


def why(ground: gate.Ground, at: datetime) -> dict[str, Any]:
    """What the `why` panel shows. Ages are of this moment, not of the assessment."""
    result, waited = ground.result, max((at - ground.assessment.at).total_seconds(), 0.0)
    evidence = result["evidence_state"]
    return {
        "causes": _causes(result["causes"]),
        "harm": _harm(result),
        "per_minute": _rate(result["harm"], result["currency"]),
        "evidence": [_indicator(each, waited) for each in evidence["indicators"]],
        "complete": percent(evidence["complete"]),
        "missing": [{**each, "indicator": _plain(each["indicator"])} for each in evidence["missing"]],
        "unmeasured": [_plain(each["indicator"]) + " (" + each["category"] + ")" for each in evidence["unmeasured"]],
        **thresholds.of(ground),
    }


def _plain(name: str) -> str:
    return name.replace("_", " ")


def _causes(causes: dict[str, Any]) -> dict[str, Any]:
    """Each hypothesis before and after, and what every piece of evidence did to it."""
    names = sorted(causes["posterior"], key=lambda name: (-causes["posterior"][name], name))
    said = [token for token in causes["tokens"] if token["likelihood"]]
    silent = [token for token in causes["tokens"] if not token["likelihood"]]
    rows = [{"detail": "Before any evidence", "state": "muted", "cells": _cells(names, causes["prior"])}]
    rows += [
        {"detail": token["detail"] or token["reason"], "state": "plain", "cells": _cells(names, token["after"])}
        for token in said
    ]
    rows.append({"detail": "Now", "state": "", "cells": _cells(names, causes["posterior"])})
    return {
        "sentence": causes["sentence"],
        "heads": [CAUSES[name].capitalize() for name in names],
        "rows": rows,
        "silent": ", ".join(_plain(token["name"]) for token in silent),
    }


def _cells(names: list[str], shares: dict[str, float]) -> list[dict[str, str]]:
    return [{"head": CAUSES[name].capitalize(), "word": percent(shares[name])} for name in names]


def _rate(harm: dict[str, Any], currency: str) -> str:
    return f"{amount(harm['per_minute'], currency)}/min"


def _harm(result: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "name": category["name"],
            "rate": _rate(category, result["currency"]),
            "range": f"{amount(category['low'])} to {amount(category['high'])}",
            "parts": [_part(part) for part in category["parts"]],
        }
        for category in result["harm"]["categories"]
    ]


def _part(part: dict[str, Any]) -> dict[str, str]:
    """One line of arithmetic; where nothing is counted, why not."""
    counts = float(part["per_minute"]) > 0
    return {"name": _plain(part["name"]).replace("-", " "), "text": part["arithmetic"] if counts else part["says"]}


def _indicator(each: dict[str, Any], waited: float) -> dict[str, Any]:
    unit, value = each["unit"], each["value"]
    age = each["age_seconds"]
    return {
        "name": _plain(each["name"]),
        "state": "missing" if value is None else "broken" if each["breaks"] else "ok",
        "word": "No data" if value is None else "Broken" if each["breaks"] else "Inside" if each["target"] else "Seen",
        "value": in_unit(value, unit),
        "usual": in_unit(each["usual"], unit) if each["usual"] is not None else "unknown",
        "ends": in_unit(each["margin_ends"], unit) if each["target"] is not None else "no target",
        "n": f"{each['n']:,.0f}" if each["n"] is not None else "nothing",
        "age": f"{lasting(age + waited)}" if age is not None else "unknown",
        "versions": " · ".join(f"{name} {in_unit(own, unit)}" for name, own in sorted(each["by_version"].items())),
    }
