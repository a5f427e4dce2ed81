"""Faults are planted in what a model is given, and the metrics follow from the models."""

from __future__ import annotations

import numpy as np
import pytest

from examples.digits.faults import FAULTS, distorted
from examples.digits.orders import Declined

# Version, fault, the range of the share accepted, and of the misread among the accepted (None: none is accepted).
TABLE = [
    ("v1", None, (0.87, 0.94), (0.005, 0.025)),
    ("v2", None, (0.72, 0.80), (0.0, 0.006)),
    ("v1", "unit_change", (0.68, 0.78), (0.80, 0.92)),
    ("v2", "unit_change", (0.0, 0.0), None),
    ("v1", "transposed", (0.98, 1.0), (0.85, 0.95)),
    ("v2", "transposed", (0.01, 0.08), (0.5, 0.95)),
    ("v1", "crop", (0.60, 0.76), (0.5, 0.65)),
    ("v2", "crop", (0.02, 0.09), (0.0, 0.2)),
    ("v2", "threshold", (1.0, 1.0), (0.015, 0.045)),
    ("v1", "missing_rows", (0.68, 0.80), (0.28, 0.40)),
    ("v2", "missing_rows", (0.08, 0.18), (0.0, 0.05)),
]


@pytest.mark.parametrize(("version", "fault", "accepted", "misread"), TABLE)
def test_accepted_and_misread_move_as_the_table_says(world, version, fault, accepted, misread):
    world.order("shares", shares={version: 1})
    if fault:
        world.service.plant(fault, None)

    world.wait(60)

    assert accepted[0] <= world.share("accepted_total", "read_total", version) <= accepted[1]
    if misread is None:
        assert world.count("labelled_accepted_total", version) == 0
    else:
        assert misread[0] <= world.share("misread_total", "labelled_accepted_total", version) <= misread[1]


def test_a_slow_release_takes_longer_and_reads_as_well(world):
    world.service.plant("slow", None)

    world.wait(20)

    assert world.count("latency_seconds_sum") / world.count("latency_seconds_count") > 0.4
    assert world.share("misread_total", "labelled_accepted_total") < 0.01
    assert world.count("customers_touched_total") > 300


@pytest.mark.parametrize("fault", [name for name, fault in FAULTS.items() if fault.is_release])
def test_a_release_fault_stops_mattering_when_another_version_is_served(world, fault):
    world.service.plant(fault, None)
    world.order("shares", shares={"v1": 1})

    world.wait(40)

    assert world.share("misread_total", "labelled_accepted_total", "v1") < 0.04
    assert 0.8 < world.share("accepted_total", "read_total", "v1") < 0.97
    assert world.count("latency_seconds_sum", "v1") / world.count("latency_seconds_count", "v1") < 0.2


def test_missing_rows_hurt_the_version_in_shadow_as_well(world):
    world.service.plant("missing_rows", None)

    world.wait(40)

    assert world.share("accepted_total", "read_total", "v2", "live") < 0.2
    assert world.share("misread_total", "labelled_accepted_total", "v1", "shadow") > 0.25


def test_a_release_fault_leaves_the_version_in_shadow_alone(world):
    world.service.plant("transposed", None)

    world.wait(40)

    assert world.share("misread_total", "labelled_accepted_total", "v2") > 0.5
    assert world.share("misread_total", "labelled_accepted_total", "v1", "shadow") < 0.04


def test_restoring_the_setting_ends_the_threshold_fault(world):
    world.service.plant("threshold", None)
    broken = world.service.described()["settings"][0]

    world.order("settings", name="accept_threshold", restore=True)

    assert (broken["value"], broken["default"], broken["by_version"]) == (0.06, 0.6, {"v1": 0.6, "v2": 0.06})
    assert world.service.described()["settings"][0]["value"] == 0.6
    assert world.service.alive() == ()


def test_a_fault_goes_to_the_newest_version_served(world):
    world.order("shares", shares={"v1": 1})

    assert world.service.plant("crop", None).version == "v1"
    assert world.service.plant("crop", "v2").version == "v2"
    assert world.service.plant("missing_rows", None).version is None


def test_healing_takes_every_fault_out_and_says_which(world):
    world.service.plant("crop", None)
    world.service.plant("missing_rows", None)
    world.service.plant("crop", None)

    assert [fault.fault for fault in world.service.heal()] == ["missing_rows", "crop"]
    assert world.service.heal() == ()
    world.wait(20)
    assert world.share("accepted_total", "read_total") > 0.7


@pytest.mark.parametrize(
    ("fault", "version", "sentence"),
    [
        ("flood", None, "no fault 'flood'; there are unit_change, transposed"),
        (["crop"], None, "no fault"),
        ("crop", "v9", "no version 'v9'"),
        ("crop", 2, "no version 2"),
        ("missing_rows", "v1", "hits every version"),
    ],
)
def test_what_cannot_be_broken_is_refused_with_a_sentence(world, fault, version, sentence):
    with pytest.raises(Declined, match=sentence):
        world.service.plant(fault, version)


def test_faults_add_up_and_leave_the_images_alone(world):
    images = world.service.shelf.images
    before = images.copy()

    both = distorted(images, ["transposed", "missing_rows"])

    # Upstream first: rows are missing before the release turns the image.
    assert (both.reshape(-1, 8, 8)[:, :, 2:4] == 0).all()
    np.testing.assert_array_equal(images, before)
