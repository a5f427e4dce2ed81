"""A snapshot is refused with the place of what is wrong in it, and its digest knows content only."""

from __future__ import annotations

import json
import random

import pytest

from decisions.domain import evidence
from decisions.domain.canonical import BadDocument, digest_of
from tests.domain import snapshots


def changed(**changes):
    return snapshots.document(**changes)


def past_with_causes(**causes):
    (use,) = snapshots.past("roll_back")
    return {name: value for name, value in use.items() if name != "hypothesis"} | {"causes": causes}


CERTAIN = {"release": 1, "other": 0, "transient": 0}
REFUSED = [
    ({"versions": []}, "$.served.split.v2: is a version that does not exist"),
    ({"picked": ["v9"]}, "$.picked[0]: v9 is a version that does not exist"),
    ({"taken_at": "2026-02-30T00:00:00Z"}, "$.taken_at: is not in the calendar"),
    ({"taken_at": "2026-11-18 03:04"}, "$.taken_at: must be a time in UTC"),
    ({"traffic_per_minute": -1}, "$.traffic_per_minute: must not be negative"),
    ({"traffic_per_minute": float("nan")}, "$.traffic_per_minute: holds NaN, which is not a number"),
    ({"weather": "fine"}, "$.weather: is not a known key"),
    ({"service": {"name": "amounts", "tier": "huge"}}, "$.service.tier: must be one of low, standard, high"),
    ({"service": {"name": "amounts"}}, "$.service: lacks tier"),
    ({"served": {"split": {"v1": 0.7, "v2": 0.7}, "behaviour": "serve"}}, "$.served.split: the shares sum to more"),
    ({"missing": [{"indicator": "a", "reason": "x"}] * 2}, "$.missing[1].indicator: a stands twice"),
    ({"tokens": [{"name": "a", "value": True}]}, "$.tokens[0].value"),
    ({"calibration": [{"kind": "roll_back", "n": 1, "hits": 2}]}, "$.calibration[0].hits: roll_back has more hits"),
    ({"incident": {"opened_at": "2026-11-18T03:04:01Z", "reversals": 0}}, "$.incident.opened_at: lies after the"),
    (
        {"past_uses": [{**snapshots.past("roll_back")[0], "at": "2026-11-19T00:00:00Z"}]},
        "$.past_uses[0].at: lies",
    ),
    ({"missing": [{"indicator": "error_rate", "reason": "x"}]}, "$.missing[0].indicator: error_rate has a value now"),
    ({"calibration": [{"kind": "roll_back", "n": 10**9, "hits": 2}]}, "$.calibration[0].n"),
    ({"past_uses": [{**snapshots.past("roll_back")[0], "minutes": 0}]}, "$.past_uses[0].minutes"),
    ({"past_uses": [{**snapshots.past("roll_back")[0], "causes": CERTAIN}]}, "$.past_uses[0]"),
    ({"past_uses": [past_with_causes(release=0, other=0, transient=0)]}, "$.past_uses[0].causes: the chances sum to 0"),
    ({"past_uses": [past_with_causes(release=1, other=0)]}, "$.past_uses[0].causes: lacks transient"),
    ({"notes": ["x\x00"]}, "$.notes[0]: holds a character that is not text"),
]


@pytest.mark.parametrize("changes, said", REFUSED, ids=[said[:45] for _, said in REFUSED])
def test_faulty_evidence_is_refused_with_the_path_of_the_fault(changes, said):
    with pytest.raises(BadDocument) as refused:
        evidence.from_document(changed(**changes))

    assert str(refused.value).startswith(said)


def test_a_version_that_only_an_indicator_names_does_not_exist():
    found = changed()
    found["indicators"][0]["usual_by_version"] = {"v7": {"value": 1, "n": 1}}

    with pytest.raises(BadDocument, match=r"^\$\.indicators\[0\]\.usual_by_version\.v7: is a version that does not"):
        evidence.from_document(found)


IMPOSSIBLE = [
    ("unit", "furlong", "unit: must be a unit that is known: fraction, per minute"),
    ("current", {"value": -0.5, "n": 9}, "current.value: must not be negative, in fraction"),
    ("baseline", {"value": 50, "n": 9}, "baseline.value: must be at most 1, in fraction"),
    ("by_version", {"v1": {"value": 1.01, "n": 9}}, "by_version.v1.value: must be at most 1"),
    ("usual_by_version", {"v2": {"value": -1, "n": 9}}, "usual_by_version.v2.value: must not be negative"),
    ("target", 4, "target: must be at most 1, in fraction"),
    ("levels", [{"bound": "at_most", "target": 95}], "levels[0].target: must be at most 1, in fraction"),
]


@pytest.mark.parametrize("key, value, said", IMPOSSIBLE, ids=[key for key, _, _ in IMPOSSIBLE])
def test_a_value_that_its_unit_rules_out_is_refused_at_its_place(key, value, said):
    found = changed()
    found["indicators"][1][key] = value

    with pytest.raises(BadDocument) as refused:
        evidence.from_document(found)

    assert str(refused.value).startswith(f"$.indicators[1].{said}")


def test_only_what_is_counted_or_timed_cannot_be_negative():
    found = changed()
    found["indicators"].append({**snapshots.level("mood", "points"), "current": {"value": -3, "n": 9}})

    assert evidence.from_document(found).indicators["mood"].current.value == -3


def test_an_indicator_without_a_value_now_may_say_why_it_is_missing():
    found = changed(missing=[{"indicator": "accepted_share", "reason": "no scrape for 90 s"}])
    found["indicators"][0]["current"] = None

    assert evidence.from_document(found).missing == {"accepted_share": "no scrape for 90 s"}


@pytest.mark.parametrize("text", ['{"a": NaN}', '{"a": 1, "a": 2}', "[" * 70, '{"a": 1e999}', "", b"\xff"])
def test_hostile_json_is_refused(text):
    with pytest.raises(BadDocument):
        evidence.read(text)


def test_the_order_of_lists_and_keys_does_not_change_the_digest():
    plain = changed(fault="crop", past_uses=snapshots.past("roll_back", 5), notes=["b", "a"], picked=["v2", "v1"])
    mixed = dict(reversed(plain.items()))
    for name in ("versions", "indicators", "past_uses", "notes", "picked"):
        mixed[name] = random.Random(1).sample(plain[name], len(plain[name]))

    assert evidence.from_document(mixed).digest == evidence.from_document(plain).digest


def test_the_stored_bytes_are_what_the_digest_is_of_and_read_back_alike():
    found = snapshots.snapshot("crop")

    assert digest_of(found.canonical) == found.digest
    assert evidence.read(found.canonical) == found
    assert json.loads(found.canonical) == json.loads(json.dumps(found.document))


def test_the_suspect_is_the_version_with_the_most_traffic():
    half = {"split": {"v1": 0.5, "v2": 0.5}, "behaviour": "serve"}

    assert snapshots.snapshot().suspect == "v2"
    assert snapshots.snapshot(served=half).suspect == "v2"  # the newer of equals
    assert snapshots.snapshot(served={"split": {}, "behaviour": "people"}).suspect is None
