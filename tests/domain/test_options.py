"""Only what exists is proposed: known good, able to load, supported by the target."""

from __future__ import annotations

import pytest

from decisions.domain import options
from tests.domain import policies, snapshots


def keys(fault="crop", **changes):
    return {each.key for each in options.propose(snapshots.snapshot(fault, **changes), policies.default())}


def version(name, **changes):
    plain = {"name": name, "status": "superseded", "known_good": True, "attested": True, "order": int(name[1:])}
    return {**plain, **changes}


def test_with_a_known_good_version_everything_is_on_the_table():
    assert keys("threshold") == {
        "hold",
        "stabilise",
        "roll_back:v1",
        "shift_traffic:v1:50",
        "shift_traffic:v1:90",
        "disable",
    }


def test_settings_as_recorded_leave_nothing_to_restore():
    assert "stabilise" not in keys("crop")


def test_without_a_known_good_version_there_is_nothing_to_roll_back_to():
    assert keys(known_good=False) == {"hold", "disable"}


@pytest.mark.parametrize("changes", [{"status": "quarantined"}, {"loads": False}, {"known_good": False}])
def test_an_unfit_version_is_not_proposed(changes):
    versions = [version("v1", **changes), version("v2", status="live", known_good=False)]

    assert keys(versions=versions) == {"hold", "disable"}


def test_a_version_that_a_person_picked_is_assessed_like_the_rest():
    versions = [version("v0", known_good=False), version("v1"), version("v2", status="live", known_good=False)]
    found = options.propose(snapshots.snapshot(versions=versions, picked=["v0"]), policies.default())

    assert [each.key for each in found if each.picked] == ["roll_back:v0"]


def test_each_known_good_version_is_an_option_and_traffic_shifts_to_the_newest():
    versions = [version("v0"), version("v1"), version("v2", status="live", known_good=False)]

    assert {"roll_back:v0", "roll_back:v1", "shift_traffic:v1:90"} <= keys(versions=versions)


def test_what_the_target_cannot_do_is_not_proposed():
    assert keys("threshold", target={"name": "digits", "can": ["switch"]}) == {"hold", "roll_back:v1"}


def test_a_shift_leaves_the_others_their_proportions():
    split = {"v0": 0.2, "v1": 0.2, "v2": 0.6}
    versions = [version("v0", known_good=False), version("v1"), version("v2", known_good=False)]
    served = {"split": split, "behaviour": "serve"}
    found = options.shift("v1", 0.6, snapshots.snapshot(served=served, versions=versions))

    assert found.split == pytest.approx({"v0": 0.1, "v1": 0.6, "v2": 0.3})
    assert found.share_moved == pytest.approx(0.4)


def test_while_people_take_over_there_is_only_to_hold():
    assert keys(served={"split": {"v2": 1.0}, "behaviour": "people"}) == {"hold"}
