"""Why this option and no other, and whether to wait: the rules of the choice with their numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from decisions.web.option_lines import titles
from decisions.web.words import GAP, clock, exact, parsed

SETTLED = {
    "only_option": "There is no other option.",
    "least_loss": "It has the least risk-adjusted loss of those that nothing dominates.",
    "not_worth_switching": "What another option would save is less than the change itself costs.",
    "smallest_blast_radius": "Several options cost about the same; this one touches the least.",
    "quickest_to_undo": "Several options cost about the same; this one is the quickest to undo.",
    "name": "Several options are alike in everything; this one comes first by name.",
}


def choice(result: Mapping[str, Any]) -> dict[str, Any]:
    """Who was within the tolerance of the leader, who is dominated, and what settled it."""
    standing = [each for each in result["options"] if not each["dominated_by"]]
    leader = float(standing[0]["adjusted"])
    return {
        "rules": _rules(result),
        "rows": [_row(each, leader, result) for each in result["options"]],
        "settled": SETTLED[result["recommendation"]["settled_by"]],
        "close": result["too_close_sentence"] or "",
    }


def waiting(result: Mapping[str, Any]) -> dict[str, Any]:
    """What a minute costs, what knowing everything is worth, and where the two meet."""
    wait, currency, again = result["wait"], result["currency"], parsed(result["look_again_at"])
    cost, worth = exact(wait["cost_per_minute"]), exact(wait["worth_at_most"])
    rows = [
        ("A minute costs", f"{cost}{GAP}{currency}"),
        ("Knowing everything is worth at most", f"{worth}{GAP}{currency}, the least regret"),
    ]
    if wait["break_even_minutes"] is not None:
        rows.append(("Break-even", f"{exact(wait['break_even_minutes'])}{GAP}min = {worth} ÷ {cost}"))
    rows.append(("Look again", f"{clock(again)}{GAP}UTC" if again else "not worth a whole minute"))
    return {"sentence": wait["sentence"], "facts": _facts(rows)}


def _rules(result: Mapping[str, Any]) -> list[dict[str, str]]:
    rules, currency = result["rules"], result["currency"]
    least = min(result["options"], key=lambda each: float(each["expected"]))
    equal = (
        f"{exact(rules['tolerance'])}{GAP}{currency}, the larger of {exact(rules['tie_absolute'])}{GAP}{currency} "
        f"and {exact(rules['tie_relative'])} × {exact(least['expected'])}{GAP}{currency}"
    )
    return _facts(
        [
            ("Weight of the tail, λ", f"{exact(rules['tail_weight'])} for tier {result['tier']}"),
            ("Counts as equal within", equal),
            ("A change has to save", f"{exact(rules['switching_cost'])}{GAP}{currency} more than that"),
            ("Sure enough to call it", f"P(best) of {exact(rules['confidence'])}"),
        ]
    )


def _row(each: Mapping[str, Any], leader: float, result: Mapping[str, Any]) -> dict[str, Any]:
    behind = float(each["adjusted"]) - leader
    return {
        "title": each["title"],
        "state": "best" if each["recommended"] else "",
        "adjusted": exact(each["adjusted"]),
        "behind": exact(f"{behind:.9g}") if behind else "0",
        "regret": exact(each["regret"]),
        "blast_radius": exact(each["blast_radius"]),
        "undo": f"{exact(each['undo_minutes'])}{GAP}min",
        "word": _word(each, titles(result)),
    }


def _word(each: Mapping[str, Any], named: Mapping[str, str]) -> str:
    if each["recommended"]:
        return "recommended"
    if each["dominated_by"]:
        return f"dominated by “{named.get(each['dominated_by'], each['dominated_by'])}”"
    return "counts as equal" if each["tied"] else "dearer by more"


def _facts(rows: list[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in rows]
