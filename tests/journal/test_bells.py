"""Bells are rung until somebody answers, and the ones that nobody answers are in nobody's way."""

from __future__ import annotations

from datetime import timedelta

import pytest

from decisions import journal
from decisions.domain.events import Event
from decisions.journal import bells
from decisions.models import Bell
from tests.factories import make_service

pytestmark = pytest.mark.django_db


@pytest.fixture
def hang(ana, at):
    """Hangs so many bells, at a moment."""
    service = make_service()

    def hang(number: int, after=timedelta()) -> list[Bell]:
        with journal.act(ana, at=at + after) as act:
            for _ in range(number):
                act.note(Event.DRIFT_FOUND, about=service)
        return list(Bell.objects.order_by("-pk")[:number])

    return hang


def test_a_bell_is_rung_again_at_doubling_distances_until_it_is_answered(hang, at):
    hang(1)

    rung = [second for second in range(60) if bells.ring_again(at + timedelta(seconds=second))]
    assert rung == [3, 9, 21, 45]

    Bell.objects.update(answered_at=at)
    assert bells.ring_again(at + timedelta(hours=1)) == 0


def test_bells_that_nobody_ever_answers_hide_no_newer_one(hang, at):
    hang(bells.AT_ONCE)
    for minute in range(1, 30):
        bells.ring_again(at + timedelta(minutes=minute))
    [newer] = hang(1, after=timedelta(minutes=30))

    for second in range(5):
        bells.ring_again(at + timedelta(minutes=30, seconds=second))

    newer.refresh_from_db()
    assert newer.rings == 1
