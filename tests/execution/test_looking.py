"""What targets serve is looked at every few seconds, and drift is said once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from decisions.domain.events import Event
from decisions.execution import looking
from decisions.models import Entry, Run, Service, Split, Version
from decisions.registry import splits
from tests.execution.world import carry, make_run, make_world
from tests.factories import make_service

pytestmark = pytest.mark.django_db


def drifts() -> list[str]:
    return [entry.facts()["sentence"] for entry in Entry.objects.filter(event=Event.DRIFT_FOUND)]


def standing() -> dict[str, str]:
    return dict(Version.objects.values_list("name", "status"))


def test_a_look_that_finds_nothing_new_appends_nothing(amounts, at):
    looking.look(at + timedelta(seconds=3))

    served = Split.objects.get(kind="served")
    assert served.seen_at >= at + timedelta(seconds=3)
    assert served.evidence["versions"] == {"v1": True, "v2": True}
    assert not Entry.objects.filter(event=Event.SPLIT_CHANGED).exists()


def test_a_change_behind_our_back_is_drift(amounts, at):
    service, target = amounts
    carry(make_run(service), at)
    target.change(split={"v2": 1.0})

    looking.look(at + timedelta(seconds=60))

    assert drifts() == ["amounts serves v2. Wanted: v1."]


def test_what_another_hand_deployed_is_live_until_it_is_gone_again(amounts, at):
    _, target = amounts

    target.change(split={"v1": 1.0})
    looking.look(at + timedelta(seconds=1))
    assert standing() == {"v1": "live", "v2": "superseded"}

    target.change(split={"v2": 1.0})
    looking.look(at + timedelta(seconds=2))
    assert standing() == {"v1": "superseded", "v2": "live"}


def test_only_what_may_be_called_a_version_is_registered(amounts, at):
    service, target = amounts
    Service.objects.filter(pk=service.pk).update(document={"versions": "from_target"})
    target.change(versions={"v1": None, "v2": None, "v3": None, "two words": None, "v" * 101: None})

    looking.look(at + timedelta(seconds=1))

    assert set(Version.objects.values_list("name", flat=True)) == {"v1", "v2", "v3"}


def test_drift_is_said_once_for_each_episode(amounts, at):
    _, target = amounts
    for seconds, serves in ((1, "v1"), (2, "v1"), (3, "v2"), (4, "v1")):
        target.change(split={serves: 1.0})
        looking.look(at + timedelta(seconds=seconds))

    assert drifts() == ["amounts serves v1. Wanted: v2."] * 2


def test_a_setting_that_slipped_is_drift(amounts, at):
    _, target = amounts
    desired = Split.objects.get(kind="desired")
    Split.objects.filter(pk=desired.pk).update(settings={"accept_threshold": "0.6"})
    target.change(settings={"accept_threshold": "0.06"})

    looking.look(at + timedelta(seconds=1))

    assert drifts() == ["amounts serves v2 with accept_threshold = 0.06. Wanted: v2 with accept_threshold = 0.6."]


def test_a_run_in_the_middle_of_its_switch_is_no_drift(amounts, at):
    service, target = amounts
    run = make_run(service)
    Run.objects.filter(pk=run.pk).update(state="switching")
    target.change(split={"v1": 1.0})

    looking.look(at + timedelta(seconds=1))

    assert drifts() == []


def test_a_slow_look_does_not_undo_a_newer_one(amounts, at):
    service, target = amounts
    old = target.read(at=at + timedelta(seconds=1))
    carry(make_run(service), at + timedelta(seconds=2))

    splits.record_served(service, old.state, epoch=0, at=old.at)

    assert splits.latest(service).served.leading == "v1"


def test_a_target_that_does_not_answer_hides_nobody_else(amounts, at):
    amounts[1].misbehave("read", "unreachable")
    make_world("cheques")
    make_service("nothing")

    assert looking.look(at + timedelta(seconds=1)) == 1
    assert Split.objects.get(service__name="cheques", kind="served").seen_at > at


@pytest.mark.parametrize("address", ["http://xn--/", "http://[", "http://127.0.0.1:1"])
def test_an_address_that_cannot_be_asked_hides_nobody_else(amounts, at, address):
    Service.objects.update(target={"kind": "reference", "url": address, "service": "amounts"})
    make_world("cheques")

    assert looking.look(at + timedelta(seconds=1)) == 1
    assert Split.objects.get(service__name="cheques", kind="served").seen_at > at


def test_what_cannot_be_written_down_hides_nobody_else(amounts, at):
    amounts[1].change(behaviour="\x00")
    make_world("cheques")

    assert looking.look(at + timedelta(seconds=1)) == 1
    assert Split.objects.get(service__name="cheques", kind="served").seen_at > at


def test_a_target_that_is_broken_on_our_side_hides_nobody_else(amounts, at):
    amounts[1]._path.write_text("torn")
    make_world("cheques")

    assert looking.look(at + timedelta(seconds=1)) == 1
