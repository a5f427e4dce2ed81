from __future__ import annotations

import pytest

from tests.factories import make_live_pair

pytestmark = pytest.mark.django_db


def asked(client, text: str) -> str:
    answer = client.get("/services/amounts", {"at": text})
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_moment_in_another_zone_is_answered_in_utc(enter, ana):
    make_live_pair()

    assert "At 18 Nov 2026, 02:30:00\u00a0UTC: v2" in asked(enter(ana), "2026-11-18T12:30:00+10:00")


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "soon"])
def test_a_moment_outside_the_calendar_is_answered_with_a_sentence(enter, ana, text):
    make_live_pair()

    assert "That is no time." in asked(enter(ana), text)


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
def test_the_ends_of_the_calendar_can_be_asked_for(enter, ana, text):
    make_live_pair()

    assert "served." in asked(enter(ana), text)
