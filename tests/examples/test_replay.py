"""Traffic: the same steps make the same traffic, and every item is counted once."""

from __future__ import annotations

import pytest

from examples.digits.meter import PEOPLE
from examples.digits.replay import Pace

WORDS = ("requests_total", "accepted_total", "keyed_total", "labelled_total", "misread_total")


def test_about_twenty_items_come_each_second(world):
    world.wait(30)

    assert world.count("requests_total") == pytest.approx(600, abs=10)


def test_the_same_steps_make_the_same_traffic(opened):
    first, second = opened(), opened()

    for world in (first, second):
        world.wait(30)

    assert [first.count(word) for word in WORDS] == [second.count(word) for word in WORDS]


def test_the_two_services_do_not_get_the_same_items(opened):
    amounts, cheques = opened(), opened("cheques")

    for world in (amounts, cheques):
        world.wait(30)

    assert amounts.count("accepted_total") != cheques.count("accepted_total")


def test_every_item_is_accepted_or_keyed(world):
    world.wait(30)

    assert world.count("accepted_total") + world.count("keyed_total") == world.count("requests_total")


def test_labels_become_known_after_their_delay(opened):
    world = opened(pace=Pace(label_delay=3))

    world.wait(3)
    assert (world.count("labelled_total"), world.count("requests_total")) == (0, 50)
    world.wait(3)

    # What came in the first three seconds, less the step in which it came and the one in which it was answered.
    assert world.count("labelled_total") == pytest.approx(50, abs=10)


def test_the_version_that_is_not_served_reads_a_sample_in_shadow(world):
    world.wait(60)

    assert world.count("requests_total", "v1") == 0
    assert 0.4 < world.count("requests_total", "v1", "shadow") / world.count("requests_total", "v2") < 0.6
    assert world.count("requests_total", "v2", "shadow") == 0
    assert world.count("customers_touched_total", "v1", "shadow") == 0


def test_traffic_is_split_by_share(world):
    world.order("shares", shares={"v1": 0.25, "v2": 0.75})

    world.wait(120)

    assert 0.2 < world.count("requests_total", "v1") / 2400 < 0.3
    assert world.count("requests_total", "v1") + world.count("requests_total", "v2") == pytest.approx(2400, abs=10)
    assert world.count("requests_total", "v1", "shadow") == world.count("requests_total", "v2", "shadow") == 0


def test_people_key_every_item_in_when_the_service_is_disabled(world):
    world.order("behaviour", behaviour="people")

    world.wait(30)

    assert world.count("keyed_total", PEOPLE) == world.count("requests_total", PEOPLE) == 600
    assert world.count("requests_total", "v2") == world.count("requests_total", "v1") == 0
    # Both versions go on in shadow: that is how one sees when they could be served again.
    assert min(world.count("requests_total", version, "shadow") for version in ("v1", "v2")) > 200


def test_without_acceptance_alone_the_reader_goes_on_and_nothing_is_accepted(world):
    world.order("behaviour", behaviour="people", components=["acceptance"])

    world.wait(30)

    assert world.count("read_total") == world.count("keyed_total") > 500
    assert world.count("accepted_total") == 0
    assert [part["on"] for part in world.service.described()["components"]] == [False, True]


def test_serving_again_brings_the_shares_back(world):
    world.order("behaviour", token=1, behaviour="people")
    world.order("shares", token=2, shares={"v1": 1})
    world.order("behaviour", token=3, behaviour="serve")

    world.wait(10)

    assert world.count("requests_total", "v1") == pytest.approx(200, abs=10)


def test_a_version_that_breaks_while_it_serves_counts_errors_and_people_take_over(world):
    del world.service.shelf.readers["v2"]

    world.wait(10)

    assert world.count("errors_total") == world.count("keyed_total") == world.count("requests_total") == 200
    assert world.count("customers_touched_total") > 150


def test_a_customer_counts_once_in_ten_minutes(world):
    world.service.plant("slow", None)
    world.wait(30)
    touched = world.count("customers_touched_total")

    # Of 20,000 customers about 600 came; a few of them twice.
    assert 0.9 * world.count("requests_total") < touched < world.count("requests_total")
