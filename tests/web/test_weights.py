"""Owners' weights and dominance, where a person compares the options and where the policy is read."""

from __future__ import annotations

import yaml
from django.urls import reverse

from decisions.assessment import policies
from decisions.domain.policy import parse
from decisions.web import option_facts, policy_words
from tests.factories import AT
from tests.measured import EXAMPLES
from tests.web.rooms import make_policy, make_room

SWINGS = {"revenue": {"points": 100, "worst": "50000"}, "regulatory": {"points": 20, "worst": "2500"}}
TEXT = (EXAMPLES / "policies/default.yaml").read_text()


def weighed_text():
    return yaml.safe_dump({**yaml.safe_load(TEXT), "weights": SWINGS}, sort_keys=False)


def result_of(incident):
    return incident.assessments.get().document()


def test_the_policy_page_says_what_a_unit_of_money_counts_as(enter, petra):
    make_policy("desk")
    version = policies.draft(weighed_text(), actor=petra, at=AT)

    shown = enter(petra).get(reverse("policy-detail", args=[version.pk])).content.decode()

    assert "1\u00a0EUR counts as 3.5\u00a0EUR: 20 points for bringing 2,500\u00a0EUR to nothing, 17\u00a0%" in shown


def test_a_policy_without_weights_speaks_of_none(enter):
    assert policy_words.weights(parse(TEXT)) == []


def test_a_card_has_the_weighted_score_and_what_each_part_counts_as(enter):
    result = result_of(make_room())
    option = {**result["options"][0], "weighted_score": 87.34}
    result["weights"] = {"regulatory": {"weight": 0.17, "counts_as": 3.5, "worst": "2500"}}

    parts = {each["name"]: option_facts.weighed(each, result)["counts"] for each in option["categories"]}
    facts = {each["name"]: each["value"] for each in option_facts.facts(option, "EUR")}

    assert (parts["regulatory"], parts["revenue"]) == ("counts 3.5 times", "")
    assert facts["Weighted score"] == "87.3 of 100, under the owners' weights"


def test_a_card_without_weights_has_no_weighted_score(enter):
    option = result_of(make_room())["options"][0]

    assert "Weighted score" not in {each["name"] for each in option_facts.facts(option, "EUR")}


def test_a_dominated_option_says_by_whom_on_its_card(enter, ana):
    incident = make_room()
    result = result_of(incident)
    dominated = next(each for each in result["options"] if each["dominated_by"])
    better = next(each["title"] for each in result["options"] if each["key"] == dominated["dominated_by"])

    shown = enter(ana).get(reverse("incident-options", args=[incident.pk])).content.decode()

    assert f"Dominated by “{better}”: that is nowhere dearer and touches no more." in shown
