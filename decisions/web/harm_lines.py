"""What a minute costs, part by part, with every digit that is needed to compute it again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from decisions.domain.harm import lognormal_sum
from decisions.domain.policy_costs import BASIS_POINT
from decisions.domain.reported import reported
from decisions.web.words import GAP, amount, exact

_EXCESS = {"missing": "assumed excess", "measured": "excess"}


def harm(result: Mapping[str, Any]) -> dict[str, Any]:
    """Each category with its parts, how they combine, and what all of them come to."""
    found, currency = result["harm"], result["currency"]
    units = {each["name"]: each["unit"] for each in result["evidence_state"]["indicators"]}
    return {
        "categories": [_category(each, result, units) for each in found["categories"]],
        "total": exact(found["per_minute"]),
        "range": f"{exact(found['low'])} to {exact(found['high'])}",
        "unit": f"{currency}/min",
        "assumed_traffic": "" if found["requests_known"] else "The traffic was not measured; this is assumed.",
    }


def _category(each: Mapping[str, Any], result: Mapping[str, Any], units: Mapping[str, str]) -> dict[str, Any]:
    return {
        "name": each["name"],
        "counts": each["counts"],
        "per_minute": f"{amount(each['per_minute'], result['currency'])}/min",
        "range": f"{exact(each['low'])} to {exact(each['high'])}",
        "median": exact(each["median"]),
        "spread": exact(each["spread"]),
        "mean": exact(each["per_minute"]),
        "how": _how(each, result["rules"]["missing_widens"]),
        "parts": [_part(part, result["harm"]["requests_per_minute"], units) for part in each["parts"]],
    }


def _how(each: Mapping[str, Any], widens: float) -> str:
    """How the parts become the category; what is not measured widens it, and so raises its mean."""
    counted = [(float(part["per_minute"]), part["spread"]) for part in each["parts"] if float(part["per_minute"]) > 0]
    if not counted:
        return _sentence(each["says"]) or "Nothing is counted."
    several = "Medians and means add up; sdlog = √(2 ln(mean ÷ median))."
    said = several if len(counted) > 1 else "The one part that counts."
    if not each["says"]:
        return said
    _, together = lognormal_sum(counted)
    return (
        f"{_sentence(each['says'])} So sdlog = √({exact(reported(together))}² + {exact(widens)}²), "
        "and mean = median × exp(sdlog² ÷ 2)."
    )


def _sentence(said: str) -> str:
    return said[:1].upper() + said[1:]


def _part(part: Mapping[str, Any], requests: float, units: Mapping[str, str]) -> dict[str, Any]:
    is_counted = part["state"] in _EXCESS
    return {
        "name": part["name"].replace("-", " "),
        "state": part["state"],
        "factors": _factors(part, requests, units.get(part["indicator"], "")) if is_counted else "",
        "says": part["says"],
        "seen": "" if is_counted else _seen(part, units.get(part["indicator"], "")),
        "reason": part["reason"],
        "median": exact(part["per_minute"]),
        "spread": exact(part["spread"]),
        "mean": exact(part["mean"]),
    }


def _factors(part: Mapping[str, Any], requests: float, unit: str) -> str:
    """Every factor of the median: excess, requests, the share of them that counts, rate."""
    found = [f"{_EXCESS[part['state']]} {_valued(part['excess'], unit)}{_difference(part)}"]
    if part["measure"] != "per_minute":
        found.append(f"{exact(requests)} requests/min")
    if part["of"] and requests:
        share = reported(part["volume_per_minute"] / requests)
        found.append(f"{part['of'].replace('_', ' ')} {exact(share)}")
    return " × ".join([*found, _rate(part)])


def _difference(part: Mapping[str, Any]) -> str:
    now, usual = part["current"], part["usual"]
    if part["state"] != "measured" or now is None or usual is None:
        return ""
    more, less = (f"now {exact(now)}", f"usual {exact(usual)}")
    return f" ({more} − {less})" if now >= usual else f" ({less} − {more})"


def _rate(part: Mapping[str, Any]) -> str:
    stated = f"{part['rate']}{GAP}{part['unit']}"
    return f"{stated} ({exact(reported(float(part['rate']) / 10_000))})" if part["unit"] == BASIS_POINT else stated


def _seen(part: Mapping[str, Any], unit: str) -> str:
    if part["current"] is None or part["margin_ends"] is None:
        return ""
    return f"now {_valued(part['current'], unit)}, margin ends at {_valued(part['margin_ends'], unit)}"


def _valued(value: float, unit: str) -> str:
    return exact(value) if unit == "fraction" else f"{exact(value)}{GAP}{unit}".rstrip()
