"""What was ordered and what was broken is still so after a restart."""

from __future__ import annotations

import pytest

from examples.digits.effects import BrokenLog


def test_a_fresh_start_serves_the_newest_version(world):
    found = world.service.described()

    assert (found["shares"], found["behaviour"], found["epoch"], found["token"]) == ({"v1": 0, "v2": 1}, "serve", 0, 0)
    assert [version["loads"] for version in found["versions"]] == [True, True]


def test_orders_survive_a_restart(opened):
    world = opened()
    world.order("shares", token=1, shares={"v1": 0.25, "v2": 0.75})
    world.order("settings", token=2, name="accept_threshold", value=0.7)
    world.order("behaviour", epoch=2, token=1, behaviour="people", components=["acceptance"])

    assert opened().service.described() == world.service.described()


def test_a_repeated_order_has_no_second_effect_after_a_restart_either(opened):
    opened().order("shares", shares={"v1": 1})

    world = opened()
    world.order("shares", shares={"v1": 1.0})

    assert len((world.folder / "effects.jsonl").read_text().splitlines()) == 1


def test_faults_survive_a_restart(opened):
    opened().service.plant("transposed", None)

    assert [(fault.fault, fault.version) for fault in opened().service.alive()] == [("transposed", "v2")]


def test_a_restored_setting_stays_restored_after_a_restart(opened):
    world = opened()
    world.service.plant("threshold", None)
    world.order("settings", name="accept_threshold", restore=True)

    assert opened().service.described()["settings"][0]["value"] == 0.6


def test_half_a_line_at_the_end_of_the_log_was_never_obeyed(opened):
    world = opened()
    world.order("shares", token=1, shares={"v1": 1})
    with (world.folder / "effects.jsonl").open("a") as log:
        log.write('{"service": "amounts", "kind": "sha')

    again = opened()
    again.order("behaviour", token=2, behaviour="people")

    assert opened().service.described()["behaviour"] == "people"
    assert len((world.folder / "effects.jsonl").read_text().splitlines()) == 2


def test_a_log_that_was_tampered_with_stops_the_start(opened):
    world = opened()
    world.order("shares", shares={"v1": 1})
    log = world.folder / "effects.jsonl"
    log.write_text("not a line\n" + log.read_text())

    with pytest.raises(BrokenLog, match="line 1 cannot be read"):
        opened()
