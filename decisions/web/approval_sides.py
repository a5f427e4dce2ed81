"""What a request costs either way: the deciding numbers, and approving beside rejecting."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from decisions.assessment import assessments
from decisions.models import Answer, Approval
from decisions.web.intervals import Scale
from decisions.web.option_words import lowered
from decisions.web.words import GAP, amount, clock


def either_way(approval: Approval, answers: Iterable[Answer], at: datetime) -> dict[str, Any]:
    """`figures`, `sides` (approve, reject and do the recommended one, reject and nobody acts), `ticks`, `others`."""
    result = approval.assessment.document()
    option = assessments.option_of(result, approval.option)
    scale = Scale.over(result)
    return {
        "currency": result["currency"],
        "figures": _figures(approval, result, option, answers, at),
        "sides": _sides(approval, result, option, scale),
        "ticks": scale.ticks(),
        "others": [_other(each, result) for each in result["options"] if each["key"] != approval.option],
    }


def _figures(
    approval: Approval, result: dict[str, Any], option: dict[str, Any] | None, answers: Iterable[Answer], at: datetime
) -> list[dict[str, Any]]:
    currency, given = result["currency"], sum(answer.verdict == "approve" for answer in answers)
    cost = result["wait"]["cost_per_minute"]
    rows = [_expiry(approval, at)]
    rows.append(
        {"name": "Waiting costs", "value": amount(cost), "unit": f"{currency}/min", "note": "while nobody acts"}
    )
    if option is not None:
        note = f"90{GAP}%: {amount(option['low'])} to {amount(option['high'])}"
        rows.append({"name": "If it runs", "value": amount(option["expected"]), "unit": currency, "note": note})
    nothing = result["do_nothing"]["expected"]
    rows.append({"name": "If nobody acts", "value": amount(nothing), "unit": currency, "note": "expected"})
    asked = " and ".join(approval.needed)
    rows.append(
        {"name": "Approvals", "value": str(given), "unit": f"of {len(approval.needed)}", "note": f"asked: {asked}"}
    )
    return rows


def _expiry(approval: Approval, at: datetime) -> dict[str, Any]:
    if approval.state != "requested":
        when = approval.decided_at or approval.expires_at
        return {
            "name": "Decided",
            "value": clock(when),
            "unit": "UTC",
            "note": f"asked at {clock(approval.requested_at)}",
        }
    minutes, seconds = divmod(max(int((approval.expires_at - at).total_seconds()), 0), 60)
    return {
        "name": "Expires in",
        "value": f"{minutes}:{seconds:02d}",
        "unit": "min",
        "note": f"at {clock(approval.expires_at)} UTC; then somebody must ask again",
        "counts": "until",
        "at": approval.expires_at,
    }


def _sides(
    approval: Approval, result: dict[str, Any], option: dict[str, Any] | None, scale: Scale
) -> list[dict[str, Any]]:
    currency = result["currency"]
    rows = [_side("Approve", lowered(option["title"]), option, scale, currency)] if option else []
    best = assessments.option_of(result, result["recommendation"]["option"] or "")
    if best is not None and best["key"] != approval.option:
        rows.append(_side("Reject, and the recommended one runs", lowered(best["title"]), best, scale, currency))
    nothing = result["do_nothing"]
    return [
        *rows,
        _side("Reject, and nobody acts", "until it is repaired", {**nothing, "title": "Nothing"}, scale, currency),
    ]


def _side(name: str, note: str, option: dict[str, Any], scale: Scale, currency: str) -> dict[str, Any]:
    return {
        "name": name,
        "note": note,
        "interval": scale.bar(option, currency),
        "expected": amount(option["expected"], currency),
        "range": f"{amount(option['low'])} to {amount(option['high'])}",
    }


def _other(option: dict[str, Any], result: dict[str, Any]) -> dict[str, str]:
    said = "recommended · " if option["recommended"] else ""
    expected = amount(option["expected"], result["currency"])
    return {
        "title": option["title"],
        "note": f"{said}{expected} · score {option['score']:.1f}",
        "says": option["says"],
    }
