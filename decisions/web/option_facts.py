"""What stands on the card of one option: its deciding numbers, its parts, and what else is known of it."""

from __future__ import annotations

from typing import Any

from decisions.assessment import gate
from decisions.web.option_words import past_uses
from decisions.web.words import GAP, amount, lasting, percent

_WORKS = {"release": "against a bad release", "other": "against another cause"}


def figures(option: dict[str, Any], currency: str, standing: gate.Gate) -> list[dict[str, Any]]:
    """Score, P(best) beside its bound, and regret."""
    asked = next((check.bound for check in standing.checks if check.name == "p_best"), None)
    bound = f"bound: at least {float(asked):g}" if isinstance(asked, int | float) else "chance to be the cheapest"
    return [
        {"name": "Score", "value": f"{option['score']:.1f}", "note": "of 100: loss avoided"},
        {"name": "P(best)", "value": f"{option['p_best']:.3f}", "note": bound},
        {"name": "Regret", "value": amount(option["regret"]), "unit": currency, "note": "most that knowing more saves"},
    ]


def part(found: dict[str, Any], currency: str) -> dict[str, str]:
    """The expected loss of one category with its interval."""
    return {
        "name": found["name"],
        "expected": amount(found["expected"], currency),
        "range": f"{amount(found['low'])} to {amount(found['high'])}",
    }


def weighed(found: dict[str, Any], result: dict[str, Any]) -> dict[str, str]:
    """A part on a card; with the owners' weights, what its money counts as."""
    weight = result["weights"].get(found["name"])
    counts = f"counts {weight['counts_as']:.3g} times" if weight else ""
    return {**part(found, result["currency"]), "counts": counts}


def facts(option: dict[str, Any], currency: str) -> list[dict[str, Any]]:
    """What else is known of an option, a line each."""
    takes, uses, success = option["takes_minutes"], option["past_uses"], option["success"]
    rows = [("Worst 5 % average (CVaR95)", amount(option["tail"], currency))]
    if option["weighted_score"] is not None:
        rows.append(("Weighted score", f"{option['weighted_score']:.1f} of 100, under the owners' weights"))
    if takes:
        rows.append(
            ("Takes effect in", f"{takes['says']}, 90{GAP}%: {_minutes(takes['low'])} to {_minutes(takes['high'])}")
        )
    if success:
        works = ", ".join(
            f"{percent(success[name]['mean'])} {word}" for name, word in _WORKS.items() if name in success
        )
        rows.append(("Works", works))
    if uses:
        rows.append(("Past uses", past_uses(uses)))
    if option["undo_minutes"]:
        rows.append(("Undone in about", _minutes(option["undo_minutes"])))
    rows.append(("Touches", percent(option["share_moved"]) + " of the traffic"))
    return [{"name": name, "value": value} for name, value in rows]


def dominated(option: dict[str, Any], result: dict[str, Any]) -> str:
    """Who is nowhere dearer and touches no more; it is never recommended then."""
    better = option["dominated_by"]
    return f"Dominated by “{_title(better, result)}”: that is nowhere dearer and touches no more." if better else ""


def against(option: dict[str, Any], result: dict[str, Any], currency: str) -> str:
    """By how much it is dearer or cheaper than its rival, and the category that decides that."""
    compared = option["against"]
    if not compared:
        return ""
    rival, difference = _title(compared["option"], result), float(compared["difference"])
    words = f"{amount(abs(difference), currency)} {'dearer' if difference > 0 else 'cheaper'} than “{rival}”"
    return f"{words}; {compared['decided_by']} decides that." if compared["decided_by"] else f"{words}."


def _title(key: str, result: dict[str, Any]) -> str:
    return next((each["title"] for each in result["options"] if each["key"] == key), key)


def _minutes(minutes: float) -> str:
    return lasting(minutes * 60)
