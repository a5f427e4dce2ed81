"""Each option of an assessment line by line: what is believed of it, its losses, and what they are compared by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from decisions.web.option_words import past_uses, slug
from decisions.web.words import GAP, amount, exact, percent

_WORKS = {"release": "Works against a bad release", "other": "Works against another cause"}
_TIMES = {"repair": "Permanent repair", "manual": "Recovery by hand"}


def options(result: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Every option, best first, with its lines."""
    return [_option(each, result) for each in result["options"]]


def nothing(result: Mapping[str, Any]) -> dict[str, Any]:
    """Doing nothing: the reference of every score."""
    found, currency = result["do_nothing"], result["currency"]
    return {
        "id": "nothing",
        "title": "Doing nothing",
        "expected": amount(found["expected"], currency),
        "categories": _categories(found, currency),
        "comes_to": _facts(_loss(found, result)),
    }


def times(result: Mapping[str, Any]) -> list[dict[str, str]]:
    """The times that every option shares."""
    return _facts([(_TIMES[name], time_words(found)) for name, found in result["times"].items()])


def time_words(found: Mapping[str, Any]) -> str:
    """A lognormal time with what its mean is computed from."""
    median, spread, mean = (exact(found[key]) for key in ("median", "spread", "mean"))
    if found["weight"] is None:
        return f"mean {mean}{GAP}min = median {median}{GAP}min × exp({spread}² ÷ 2)"
    return f"mean {mean}{GAP}min = median {median}{GAP}min × exp({spread}² (1 + 1 ÷ {exact(found['weight'])}) ÷ 2)"


def titles(result: Mapping[str, Any]) -> dict[str, str]:
    return {each["key"]: each["title"] for each in result["options"]}


def _option(option: Mapping[str, Any], result: Mapping[str, Any]) -> dict[str, Any]:
    currency = result["currency"]
    return {
        "id": slug(option["key"]),
        "title": option["title"],
        "recommended": option["recommended"],
        "expected": amount(option["expected"], currency),
        "believed": _facts(_believed(option)),
        "categories": _categories(option, currency),
        "comes_to": _facts([*_loss(option, result), *_standing(option, result)]),
    }


def _believed(option: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Success, time and reach: what goes into the lines, and where it was learned."""
    rows = [
        (_WORKS[cause], f"{exact(known['mean'])} = α ÷ (α + β), α {exact(known['alpha'])}, β {exact(known['beta'])}")
        for cause, known in sorted((option["success"] or {}).items(), reverse=True)
    ]
    if option["past_uses"]:
        rows.append(("Past uses", past_uses(option["past_uses"])))
    if option["takes_minutes"]:
        rows.append(("Takes effect", time_words(option["takes_minutes"])))
    rows.append(("Undone in", f"{exact(option['undo_minutes'])}{GAP}min"))
    touched = f"{exact(option['blast_radius'])} of everything; moves {percent(option['share_moved'])} of the traffic"
    return [*rows, ("Blast radius", touched)]


def _categories(found: Mapping[str, Any], currency: str) -> list[dict[str, Any]]:
    return [
        {
            "name": category["name"],
            "expected": exact(category["expected"]),
            "range": f"{exact(category['low'])} to {exact(category['high'])}",
            "terms": [_term(term, currency) for term in found["terms"][category["name"]]],
        }
        for category in found["categories"]
    ]


def _term(term: Mapping[str, Any], currency: str) -> dict[str, str]:
    factors = " × ".join(_factor(factor, currency) for factor in term["factors"])
    return {"label": term["label"], "factors": factors, "amount": exact(term["amount"])}


def _factor(factor: Mapping[str, Any], currency: str) -> str:
    unit = "" if factor["unit"] in ("probability", "share") else factor["unit"].replace("currency", currency)
    return f"{factor['name']} {exact(factor['value'])}{GAP}{unit}".rstrip()


def _loss(found: Mapping[str, Any], result: Mapping[str, Any]) -> list[tuple[str, str]]:
    """From the categories to the risk-adjusted loss."""
    currency, weight = result["currency"], exact(result["rules"]["tail_weight"])
    expected, tail = exact(found["expected"]), exact(found["tail"])
    adjusted = f"{exact(found['adjusted'])}{GAP}{currency} = (1 − {weight}) × {expected} + {weight} × {tail}"
    between = f"90{GAP}%: {exact(found['low'])} to {exact(found['high'])}"
    return [
        ("Expected loss", f"{expected}{GAP}{currency}, the sum of the categories; {between}"),
        ("CVaR95", f"{tail}{GAP}{currency}, the mean of the worst 5{GAP}%, chance included"),
        ("Risk-adjusted", adjusted),
    ]


def _standing(option: Mapping[str, Any], result: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What the loss means beside the others: score, P(best), regret, weights, dominance."""
    rules, currency = result["rules"], result["currency"]
    adjusted, reference = exact(option["adjusted"]), exact(result["do_nothing"]["adjusted"])
    least = min(result["options"], key=lambda each: float(each["expected"]))
    missed = exact(result["wait"]["worth_at_most"])
    rows = [
        ("Score", f"{exact(option['score'])} = 100 × (1 − {adjusted} ÷ {reference}), not below 0"),
        ("P(best)", f"{exact(option['p_best'])}: the least at {_count(option['p_best'], rules)} of the points"),
        (
            "Regret",
            f"{exact(option['regret'])}{GAP}{currency} = "
            f"{exact(option['expected'])} − {exact(least['expected'])} + {missed}",
        ),
    ]
    if option["weighted_score"] is not None:
        rows.append(("Weighted score", f"{exact(option['weighted_score'])}, under the owners' weights"))
    if option["dominated_by"]:
        rows.append(("Dominated by", titles(result).get(option["dominated_by"], option["dominated_by"])))
    return rows


def _count(share: float, rules: Mapping[str, Any]) -> str:
    return f"{share * rules['points']:,.6g} of {rules['points']:,}".replace(" of ", f"{GAP}of{GAP}")


def _facts(rows: list[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in rows]
