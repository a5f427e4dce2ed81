"""Trying other inputs: sliders beside the tornado, an order that says what changed, and nothing that is kept or run."""

from __future__ import annotations

import re

from django.urls import reverse

from decisions.models import Assessment, Entry
from decisions.web import sliders, turning
from tests.factories import AT
from tests.web.rooms import make_room


def tried(incident, **query):
    return sliders.of(incident.assessments.get(), {name.replace("__", ":"): text for name, text in query.items()})


def path(incident):
    return reverse("assessment-rescore", args=[incident.assessments.get().pk])


def test_every_bar_of_the_tornado_has_its_slider_under_the_same_name(enter):
    incident = make_room()

    bars = [row["name"] for row in turning.of(incident.assessments.get().document())["rows"]]

    assert [each["title"] for each in tried(incident)["inputs"]][: len(bars)] == bars


def test_a_slider_shows_its_value_in_its_unit_and_its_range(enter):
    found = {each["name"]: each for each in tried(make_room())["inputs"]}

    assert found["log.repair"]["shown"] == "120\u00a0min"
    assert found["log.repair"]["range"] == "12 to 1,200\u00a0min"
    assert found["log.rate:revenue"]["shown"].endswith("EUR/min")


def test_what_a_browser_rounds_is_not_moved(enter):
    incident = make_room()
    sent = {each["name"]: f"{float(each['value']):.12g}" for each in tried(incident)["inputs"]}

    assert not sliders.of(incident.assessments.get(), sent)["is_tried"]


def test_the_order_says_what_was_where(enter):
    found = tried(make_room(), success__roll_back__v1__release="0.01")

    moved = next(each for each in found["rescored"] if each["title"] == "Roll back to v1")
    assert found["turns"] and moved["was_rank"] == 1 and moved["rank"] > 1
    assert moved["was_expected"] and moved["was_expected"] != moved["expected"]


def test_the_incident_page_loads_them_when_the_fold_is_opened_and_links_to_them_without_a_script(enter, ana):
    incident = make_room()

    part = enter(ana).get(reverse("incident-options", args=[incident.pk])).content.decode()

    assert f'hx-get="{path(incident)}"' in part and "toggle from:closest details once" in part
    assert f'href="{reverse("assessment-detail", args=[incident.assessments.get().pk])}#what-if"' in part
    assert 'type="range"' not in part


def test_the_page_of_the_assessment_has_the_same_form_for_those_without_a_script(enter, ana):
    incident = make_room()
    client, query = enter(ana), {"success:roll_back:v1:release": "0.01"}

    part = client.get(path(incident), query).content.decode()
    page = client.get(reverse("assessment-detail", args=[incident.assessments.get().pk]), query).content.decode()

    assert part.strip() in page
    assert "The order turns:" in page


def test_nothing_is_saved_and_nothing_can_be_run_from_what_was_tried(enter, ana):
    incident, client = make_room(), enter(ana)
    before = (Entry.objects.count(), Assessment.objects.count())

    part = client.get(path(incident), {"success:roll_back:v1:release": "0.01"}).content.decode()

    assert (Entry.objects.count(), Assessment.objects.count()) == before
    assert not re.search(r'method="post"|hx-post|<button(?! class="button" type="submit">Score again)', part)


def test_who_tries_on_an_older_assessment_is_told_of_the_newer_one(enter, ana):
    incident = make_room()
    old = incident.assessments.get()
    fields = {name: getattr(old, name) for name in ("incident", "snapshot", "policy", "engine_version", "result")}
    Assessment.objects.create(**fields, result_digest=old.result_digest, recommended=old.recommended, at=AT)

    part = enter(ana).get(reverse("assessment-rescore", args=[old.pk])).content.decode()

    assert "The desk has assessed again since, at 03:04:00 UTC." in part
