"""The calculation page: an auditor computes every number again from the numbers beside it."""

from __future__ import annotations

import math
import re

import pytest
from django.urls import reverse

from decisions.web import calculation, choice_lines, harm_lines, option_lines
from tests.domain import snapshots
from tests.web.rooms import make_room

FAULTS = ("transposed", "crop", "missing_rows", "threshold")


def numbers(text):
    """The numbers of a line of factors, without those that only say how an excess came about."""
    plain = re.sub(r" \([^)]*(now|usual)[^)]*\)", "", text)
    return [float(found.replace(",", "")) for found in re.findall(r"(?<![\w.])\d[\d,]*(?:\.\d+)?", plain)]


def page(enter, who, incident):
    newest = incident.assessments.get()
    return enter(who).get(reverse("assessment-detail", args=[newest.pk])).content.decode()


@pytest.mark.parametrize("fault", FAULTS)
def test_the_factors_of_a_part_multiply_to_its_median(fault, enter):
    found = harm_lines.harm(make_room(fault).assessments.get().document())

    parts = [part for each in found["categories"] for part in each["parts"] if part["factors"]]
    assert parts
    for part in parts:
        assert math.prod(numbers(part["factors"])) == pytest.approx(numbers(part["median"])[0], rel=1e-7)


@pytest.mark.parametrize("fault", FAULTS)
def test_the_parts_of_a_category_combine_to_its_mean(fault, enter):
    found = harm_lines.harm(make_room(fault).assessments.get().document())

    for each in found["categories"]:
        median, spread, mean = (numbers(each[key])[0] for key in ("median", "spread", "mean"))
        assert math.fsum(numbers(part["median"])[0] for part in each["parts"]) == pytest.approx(median, rel=1e-8)
        assert median * math.exp(spread**2 / 2) == pytest.approx(mean, rel=1e-8)


def test_what_widens_a_category_gives_its_spread(enter):
    found = harm_lines.harm(make_room().assessments.get().document())

    widened = next(each for each in found["categories"] if "not measured" in each["how"])

    together, more = (float(each) for each in re.findall(r"([\d.]+)²", widened["how"])[:2])
    assert math.hypot(together, more) == pytest.approx(float(widened["spread"]), rel=1e-8)


def test_a_part_that_is_assumed_says_so(enter, ana):
    seen = [each for each in snapshots.document("transposed")["indicators"] if each["name"] != "error_rate"]
    silent = [{"indicator": "error_rate", "reason": "Its source does not answer."}]
    incident = make_room(indicators=seen, missing=silent)

    shown = page(enter, ana, incident)

    assert "<strong>Assumed.</strong> Its source does not answer." in shown
    assert "assumed excess" in shown


@pytest.mark.parametrize("fault", FAULTS)
def test_every_line_of_every_option_is_the_product_of_what_it_prints(fault, enter):
    result = make_room(fault).assessments.get().document()

    for option in [*option_lines.options(result), option_lines.nothing(result)]:
        for category in option["categories"]:
            for term in category["terms"]:
                factors = numbers(re.sub(r"harm lasts over [\d.]+ min", "late", term["factors"]))
                assert math.prod(factors) == pytest.approx(numbers(term["amount"])[0], rel=1e-7, abs=1e-8)


def test_a_small_likelihood_is_not_printed_as_none(enter):
    result = make_room().assessments.get().document()
    token = next(each for each in result["causes"]["tokens"] if each["likelihood"])
    token["likelihood"] = dict.fromkeys(token["likelihood"], 0.004)

    shown = calculation.causes(result)["tokens"]

    assert "× 0.004" in {cell["word"] for each in shown for cell in each["likelihood"]}


def test_the_page_shows_what_is_believed_compared_and_waited_for(enter, ana):
    incident = make_room()
    result = incident.assessments.get().document()

    shown = page(enter, ana, incident)

    for said in ("α ÷ (α + β)", "Doing nothing", "CVaR95", "Counts as equal within", "Break-even", "2048 fixed points"):
        assert said in shown
    assert result["policy"]["digest"] in shown


def test_the_choice_says_of_each_option_where_it_stands(enter):
    result = make_room().assessments.get().document()
    last = result["options"][-1]
    last["dominated_by"] = result["options"][0]["key"]

    words = [row["word"] for row in choice_lines.choice(result)["rows"]]

    assert words.count("recommended") == 1
    assert words[-1] == f"dominated by “{result['options'][0]['title']}”"


def test_the_minute_at_which_waiting_stops_paying_is_worth_over_cost(enter):
    found = {each["name"]: numbers(each["value"]) for each in _waiting()}

    minutes, worth, cost = found["Break-even"]
    assert worth / cost == pytest.approx(minutes, rel=1e-8)


def _waiting():
    return choice_lines.waiting(make_room().assessments.get().document())["facts"]
