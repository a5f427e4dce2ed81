"""The fleet's rows: what is not known is never shown as healthy."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from decisions.models import ServiceLevel, Source
from decisions.web import fleet_page, fleet_rows
from tests.factories import AT, make_indicator, make_level, make_live_pair, make_service, make_source

LONG_AGO = AT - timedelta(days=2)


@pytest.fixture
def well(db):
    """A service whose two levels are measured by one source, and inside their targets."""
    service = make_live_pair()
    make_source(service, state="healthy", scraped_at=AT - timedelta(seconds=50))
    for name in ("misread_share", "error_rate"):
        make_level(make_indicator(service, name), state="ok", value=0.02, measured_at=AT)
    return service


def row():
    return next(row for row in fleet_rows.rows(AT) if row["name"] == "amounts")


def shown() -> tuple[str, str]:
    return row()["state"], row()["word"]


def test_what_is_measured_and_inside_is_healthy(well):
    assert shown() == ("ok", "Healthy")
    assert row()["notes"] == []


def test_levels_without_data_are_not_healthy(well):
    ServiceLevel.objects.update(state="no_data")

    assert shown() == ("missing", "Data missing")
    assert row()["notes"] == ["no data for 2 of 2 levels"]
    assert row()["level"]["value"] == "no data"


def test_one_level_without_data_beside_one_that_is_well_is_not_healthy(well):
    ServiceLevel.objects.filter(indicator__name="error_rate").update(state="no_data")

    assert shown() == ("missing", "Data missing")
    assert row()["notes"] == ["no data for 1 of 2 levels"]


def test_a_source_that_answers_with_an_error_is_missing_at_once(well):
    Source.objects.update(state="unhealthy", reason="answers 500")

    assert shown() == ("missing", "Data missing")
    assert row()["notes"] == ["metrics answers 500"]


@pytest.mark.parametrize("scraped_at", [LONG_AGO, None])
def test_a_second_source_that_is_dead_counts(scraped_at, well):
    make_source(well, name="shadow", state="healthy", scraped_at=scraped_at)

    assert shown() == ("missing", "Data missing")
    assert row()["notes"][0].startswith("shadow: no data")


def test_a_service_that_nothing_was_heard_of_says_since_when(well):
    Source.objects.update(scraped_at=AT - timedelta(minutes=6))

    assert shown() == ("missing", "No data for 6\u00a0min")
    assert row()["notes"] == []


def test_a_source_that_is_read_seldom_is_not_silent_between_two_readings(well):
    Source.objects.update(every_seconds=300, scraped_at=AT - timedelta(minutes=4))

    assert shown() == ("ok", "Healthy")


def test_a_service_without_a_level_is_not_called_healthy(well):
    ServiceLevel.objects.all().delete()

    assert shown() == ("missing", "Nothing measured")


def test_a_level_beyond_its_margin_outranks_one_without_data_and_names_it(well):
    ServiceLevel.objects.filter(indicator__name="misread_share").update(state="pending")
    ServiceLevel.objects.filter(indicator__name="error_rate").update(state="no_data")

    assert shown() == ("warn", "Beyond its margin")
    assert row()["notes"] == ["no data for 1 of 2 levels"]


def test_what_is_missing_stands_above_what_is_well_and_is_counted(well):
    make_service("aardvark")

    found = fleet_page.page({}, AT)

    assert [each["name"] for each in found["rows"]] == ["aardvark", "amounts"]
    figures = {figure["name"]: (figure["value"], figure["note"]) for figure in found["figures"]}
    assert figures["Data missing"] == ("1", "aardvark")
    assert figures["Healthy"] == ("1", "of 2 services")


def test_it_has_an_icon_a_word_and_a_state_of_its_own(well, enter, ana):
    ServiceLevel.objects.update(state="no_data")

    page = enter(ana).get(reverse("fleet")).content.decode()

    assert 'data-state="missing"' in page
    assert '#i-missing" /></svg>Data missing' in page
