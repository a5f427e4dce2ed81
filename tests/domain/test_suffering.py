"""Who suffers is read from each version's own sample; nobody is accused, or cleared, on thin data."""

from __future__ import annotations

import pytest

from decisions.domain import suffering
from decisions.domain.evidence import from_document
from tests.domain import policies, snapshots


def token(document):
    return suffering.versions_suffer(from_document(document), policies.default())


def of(found, name):
    return next(each for each in found["indicators"] if each["name"] == name)


@pytest.mark.parametrize(
    "fault, value",
    [
        ("unit_change", "only_new"),
        ("transposed", "only_new"),
        ("crop", "only_new"),
        ("threshold", "only_new"),
        ("slow", "only_new"),
        ("missing_rows", "all_alike"),
        ("none", "unknown"),
    ],
)
def test_each_fault_shows_in_the_versions_that_it_hits(fault, value):
    assert token(snapshots.document(fault)).value == value


def test_versions_suffer_alike_also_when_different_levels_break():
    found = snapshots.document("missing_rows")  # v2 declines nearly everything, v1 misreads a third

    assert "v1 and v2 suffer" in token(found).detail


def test_a_version_without_a_sample_is_neither_fine_nor_suffering():
    found = snapshots.document("crop")
    for each in found["indicators"]:
        each.get("by_version", {}).pop("v1", None)

    assert token(found).value == "unknown"


def test_a_handful_of_observations_clears_nobody():
    found = snapshots.document("crop")
    of(found, "misread_share")["by_version"]["v1"]["n"] = 5

    assert token(found).value == "unknown"


def test_one_bad_item_of_three_accuses_nobody():
    found = snapshots.document("crop")
    of(found, "misread_share")["by_version"]["v1"].update(value=1 / 3, n=3)

    assert token(found).value == "unknown"


def test_a_version_that_left_its_own_usual_value_suffers_before_labels_come():
    found = snapshots.document("missing_rows")
    of(found, "misread_share")["by_version"].pop("v1")
    assert token(found).value == "unknown"

    of(found, "accepted_share")["usual_by_version"] = {"v1": {"value": 0.907, "n": 6000}}

    assert token(found).value == "all_alike"


def test_a_level_on_the_other_side_counts_too():
    found = snapshots.document("threshold")
    for each in found["indicators"]:
        if each["name"] == "misread_share":
            each["by_version"]["v2"]["value"] = 0.001
    of(found, "accepted_share")["levels"] = [{"bound": "at_most", "target": 0.95, "margin": 0.03}]

    assert token(found).value == "only_new"


def test_a_changed_setting_is_seen_with_both_values():
    seen = suffering.setting_changed(snapshots.snapshot("threshold"))

    assert seen.value == "yes"
    assert seen.detail == "accept_threshold is 0.06, recorded as 0.6."


def test_without_settings_nothing_is_said_about_them():
    served = {"split": {"v2": 1.0}, "behaviour": "serve"}

    assert suffering.setting_changed(snapshots.snapshot(served=served)) is None


def test_a_release_is_as_recent_as_the_newest_served_version_was_when_it_began():
    assert suffering.recent_release(snapshots.snapshot()).value == 13.5


def test_what_the_snapshot_states_wins_over_what_is_worked_out():
    stated = {"name": "versions_suffer", "value": "all_alike", "detail": "A person said so."}

    found = suffering.tokens(snapshots.snapshot("crop", tokens=[stated]), policies.default())

    assert found["versions_suffer"].value == "all_alike"
