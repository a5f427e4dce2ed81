"""Trying other inputs on an assessment: the sliders, and the order that they lead to. Nothing is saved or run."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from decisions.assessment import assessments
from decisions.assessment.rescoring import rescore
from decisions.models import Assessment
from decisions.web.option_words import slug
from decisions.web.turning import titled
from decisions.web.words import GAP, amount

LOG = "log."


def of(assessment: Assessment, query: Mapping[str, str]) -> dict[str, Any]:
    """The sliders and the options under the inputs in the query; what is no number is passed over."""
    result, found = assessment.document(), rescore(assessment, _wanted(query))
    currency = result["currency"]
    measured = {each["key"]: each for each in result["options"]}
    newest = assessments.newest(assessment.incident)
    return {
        "assessment": assessment,
        "currency": currency,
        "inputs": [_slider(each, currency) for each in found["inputs"]],
        "is_tried": any(each["wanted"] != each["value"] for each in found["inputs"]),
        "rescored": [_row(place, each, measured[each["key"]]) for place, each in enumerate(found["options"], start=1)],
        "turns": found["turns"],
        "measured_best": found["was"],
        "tried_best": found["now"],
        "newer": newest if newest and newest.pk > assessment.pk else None,
    }


def _wanted(query: Mapping[str, str]) -> dict[str, float]:
    """Factors travel as their logarithm, so that the middle of a slider is what was measured."""
    wanted = {}
    for key, text in query.items():
        number = _number(text)
        if number is not None and key.startswith(LOG):
            wanted[key.removeprefix(LOG)] = 10 ** min(max(number, -3.0), 3.0)
        elif number is not None:
            wanted[key] = number
    return wanted


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _slider(each: Mapping[str, Any], currency: str) -> dict[str, Any]:
    """A probability as it is, everything else by the logarithm of the factor on what was measured."""
    is_share = each["unit"] == "share"
    least, most, wanted = (
        # All digits: a slider that nobody moved sends back exactly what was measured.
        repr(each[end] if is_share else math.log10(each[end]))
        for end in ("least", "most", "wanted")
    )
    return {
        "id": "try-" + slug(each["key"]),
        "name": each["key"] if is_share else LOG + each["key"],
        "title": titled(each["title"]),
        "shown": _said(each, "wanted", currency),
        "range": _range(each, currency),
        "was": _said(each, "value", currency) if each["wanted"] != each["value"] else "",
        "least": least,
        "most": most,
        "value": wanted,
    }


def _said(each: Mapping[str, Any], end: str, currency: str) -> str:
    """A value of a slider in the input's own unit."""
    plain, unit = _plain(each, end, currency)
    return f"{plain}{GAP}{unit}"


def _range(each: Mapping[str, Any], currency: str) -> str:
    least, _ = _plain(each, "least", currency)
    most, unit = _plain(each, "most", currency)
    return f"{least} to {most}{GAP}{unit}"


def _plain(each: Mapping[str, Any], end: str, currency: str) -> tuple[str, str]:
    value = each[end] * each["once"]
    if each["once_unit"] in ("probability", "share"):
        return f"{min(value, 1) * 100:.3g}", "%"
    plain = f"{value:,.3g}" if value < 1000 else f"{value:,.0f}"
    return plain, each["once_unit"].replace("currency", currency)


def _row(place: int, tried: Mapping[str, Any], measured: Mapping[str, Any]) -> dict[str, Any]:
    """An option in its new place, with what differs from what was measured."""
    expected, was = amount(tried["expected"]), amount(measured["expected"])
    return {
        "rank": place,
        "title": tried["title"],
        "best": tried["best"],
        "was_rank": measured["rank"] if measured["rank"] != place else None,
        "expected": expected,
        "was_expected": was if was != expected else "",
        "score": f"{tried['score']:.1f}",
        "p_best": f"{tried['p_best']:.3f}",
    }
