"""What would change the recommendation: the five inputs that move its lead most, on one scale around 0."""

from __future__ import annotations

from typing import Any

from decisions.web.words import GAP, amount, percent

INPUT_ROWS = 5


def of(result: dict[str, Any]) -> dict[str, Any] | None:
    """Rows and marks of the `tornado` component; None when nothing was varied."""
    swings = result["tornado"][:INPUT_ROWS]
    if not swings:
        return None
    lead = float(result["recommendation"]["margin_over_runner_up"] or 0)
    ends = [float(swing[key]) for swing in swings for key in ("low_lead", "high_lead")]
    widest = max(*(abs(end) for end in ends), abs(lead), 1e-9)
    titles = {option["key"]: option["title"] for option in result["options"]}
    return {
        "rows": [_row(swing, widest, result["currency"]) for swing in swings],
        "zero": 50.0,
        "now": 50 + 50 * lead / widest,
        "sentence": _sentence(result, swings, lead, titles),
    }


def _sentence(result: dict[str, Any], swings: list[dict[str, Any]], lead: float, titles: dict[str, str]) -> str:
    recommendation = result["recommendation"]
    rival = titles.get(recommendation["runner_up"], "the next best")
    leads = f"“{recommendation['title']}” leads “{rival}” by {amount(lead, result['currency'])} (dashed)."
    if lead < 0:
        leads = f"“{rival}” is {amount(-lead, result['currency'])} cheaper (dashed), which is too little to tell."
    turning = [swing for swing in swings if swing["turns"]]
    if not turning:
        return f"{leads} None of these inputs turns the order within its range."
    return f"{leads} It turns with: {'; '.join(titled(swing['title']).lower() for swing in turning)}."


def _row(swing: dict[str, Any], widest: float, currency: str) -> dict[str, Any]:
    low, high = sorted((float(swing["low_lead"]), float(swing["high_lead"])))
    left, right = 50 + 50 * low / widest, 50 + 50 * high / widest
    return {
        "name": titled(swing["title"]),
        "note": _between(swing, currency),
        "label": f"Lead from {amount(low)} to {amount(high, currency)}",
        "word": f"{amount(low)} to {amount(high)}",
        "turns": swing["turns"],
        "against": left,
        "against_width": max(min(right, 50.0) - left, 0.0),
        "for": max(left, 50.0),
        "for_width": max(right - max(left, 50.0), 0.0),
    }


def titled(title: str) -> str:
    """The title of an input as a bar and its slider bear it."""
    return title.replace(", cause: ", " when the cause is: ")


def _between(swing: dict[str, Any], currency: str) -> str:
    """The range in which an input was varied: probabilities in per cent, costs in the policy's currency."""
    low, high, unit = swing["low"], swing["high"], swing["unit"]
    if unit in ("probability", "share"):
        return f"{percent(low)} to {percent(high)}"
    named = unit.replace("currency", currency)
    return f"{_plain(low)} to {_plain(high)}{GAP}{named}".rstrip()


def _plain(value: float) -> str:
    return f"{value:,.3g}" if abs(value) < 1000 else f"{value:,.0f}"
