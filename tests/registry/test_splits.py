"""What was live when."""

from __future__ import annotations

from datetime import timedelta

import pytest

from decisions.domain.actors import DESK
from decisions.domain.events import Event
from decisions.models import Entry, Split
from decisions.registry import splits
from tests.factories import make_service, make_split

pytestmark = pytest.mark.django_db


def state(split, behaviour="serve", **settings):
    return {"split": split, "behaviour": behaviour, "settings": settings}


V1, V2 = state({"v1": 1.0}), state({"v2": 1.0})


@pytest.fixture
def service(db):
    return make_service()


def test_live_at_a_moment_is_the_last_row_not_after_it(service, at):
    make_split(service, {"v1": 1.0}, at=at - timedelta(hours=2))
    make_split(service, {"v2": 1.0}, at=at)

    before, then = splits.live_at(service, at - timedelta(seconds=1)), splits.live_at(service, at)

    assert (before.served.words, then.served.words) == ("v1 100\u00a0%", "v2 100\u00a0%")
    assert before.desired is None


def test_the_same_again_appends_no_row_and_no_entry(service, at):
    for seconds in (0, 3, 6):
        splits.record_served(service, V2, epoch=0, at=at + timedelta(seconds=seconds), evidence={"token": seconds})

    row = Split.objects.get()
    assert (row.at, row.seen_at, row.evidence) == (at, at + timedelta(seconds=6), {"token": 6})
    assert Entry.objects.filter(event=Event.SPLIT_CHANGED).count() == 1


def test_each_change_is_a_row_with_its_entry(service, at):
    for seconds, what in enumerate((V2, V1, V2)):
        splits.record_desired(service, what, actor=DESK, epoch=0, at=at + timedelta(seconds=seconds))

    words = [entry.facts()["words"] for entry in Entry.objects.filter(event=Event.SPLIT_CHANGED)]
    assert words == ["v2 100\u00a0%", "v1 100\u00a0%", "v2 100\u00a0%"]
    assert Split.objects.filter(kind="desired").count() == 3


@pytest.mark.parametrize("changed", [state({"v2": 1.0}, "people"), state({"v2": 1.0}, threshold="0.6")])
def test_behaviour_and_settings_are_part_of_what_is_served(service, at, changed):
    splits.record_served(service, V2, epoch=0, at=at)

    splits.record_served(service, changed, epoch=0, at=at + timedelta(seconds=1))

    assert Split.objects.count() == 2


def test_a_reading_that_began_earlier_is_dropped(service, at):
    splits.record_served(service, V1, epoch=0, at=at)

    splits.record_served(service, V2, epoch=0, at=at - timedelta(seconds=1))

    assert Split.objects.get().leading == "v1"


@pytest.mark.parametrize(
    ("served", "wanted", "does"),
    [
        (V1, V1, True),
        (V1, V2, False),
        (state({"v1": 1.0, "v2": 0.0}), V1, True),
        (state({"v1": 0.5, "v2": 0.5}), V1, False),
        (state({"v1": 1.0}, "people"), V1, False),
        (state({"v1": 1.0}, threshold="0.60", crop="8"), state({"v1": 1.0}, threshold="0.6"), True),
        (state({"v1": 1.0}, threshold="0.06"), state({"v1": 1.0}, threshold="0.6"), False),
        (V1, state({"v1": 1.0}, threshold="0.6"), False),
        (state({"v1": 1.0}, mode="fast"), state({"v1": 1.0}, mode="slow"), False),
    ],
)
def test_what_is_served_fulfils_what_is_wanted(served, wanted, does):
    assert splits.fulfils(served, wanted) is does


def test_nothing_recorded_is_no_drift(service, at):
    make_split(service, {"v1": 1.0})

    assert not splits.latest(service).drifts
