"""Orders are fenced by the pair (epoch, token), compared in that order."""

from __future__ import annotations

import json

import pytest

from examples.digits.orders import Declined

TO_V1 = {"shares": {"v1": 1}}
HALF = {"shares": {"v1": 0.5, "v2": 0.5}}


def effects(world) -> list[dict]:
    return [json.loads(line) for line in (world.folder / "effects.jsonl").read_text().splitlines()]


@pytest.mark.parametrize(
    ("pair", "change", "outcome"),
    [
        ((3, 8), TO_V1, "obeyed"),
        ((4, 1), TO_V1, "obeyed"),  # a newer epoch outranks any token
        ((4, 0), TO_V1, "obeyed"),
        ((3, 7), HALF, "repeated"),
        (
            (3, 7),
            {
                "shares": {
                    "v2": 0.5,
                    "v1": 0.5,
                }
            },
            "repeated",
        ),
        ((3, 7), TO_V1, "already stands for another order"),
        ((3, 6), HALF, "is older than"),
        ((3, 6), TO_V1, "is older than"),
        ((2, 9), TO_V1, "is older than"),
        ((0, 0), TO_V1, "is older than"),
    ],
)
def test_a_pair_lets_an_order_through_or_not(world, pair, change, outcome):
    world.order("shares", epoch=3, token=7, **HALF)

    if outcome in ("obeyed", "repeated"):
        world.order("shares", epoch=pair[0], token=pair[1], **change)
    else:
        with pytest.raises(Declined, match=outcome) as declined:
            world.order("shares", epoch=pair[0], token=pair[1], **change)
        assert declined.value.status == 409

    assert len(effects(world)) == (2 if outcome == "obeyed" else 1)
    assert world.service.described()["shares"]["v1"] == (1.0 if outcome == "obeyed" else 0.5)


def test_the_same_pair_stands_for_one_order_of_one_kind(world):
    world.order("shares", **TO_V1)

    with pytest.raises(Declined, match="another order"):
        world.order("behaviour", behaviour="people")


def test_the_pair_that_nothing_was_ordered_under_lets_nothing_through(world):
    with pytest.raises(Declined):
        world.order("shares", epoch=0, token=0, **TO_V1)


def test_each_service_has_a_pair_of_its_own(opened):
    amounts, cheques = opened(), opened("cheques")
    amounts.order("shares", epoch=5, token=5, **TO_V1)

    cheques.order("shares", epoch=1, token=1, **TO_V1)

    assert [(line["service"], line["epoch"], line["token"]) for line in effects(amounts)] == [
        ("amounts", 5, 5),
        ("cheques", 1, 1),
    ]


@pytest.mark.parametrize(
    ("kind", "change", "status", "sentence"),
    [
        ("shares", {}, 400, "'shares' is missing"),
        ("shares", {"shares": []}, 400, "must be a JSON object"),
        ("shares", {"shares": {"v9": 1}}, 422, "no version 'v9'"),
        ("shares", {"shares": {"v1": 0.5}}, 422, "sum to 0.5"),
        ("shares", {"shares": {}}, 422, "sum to 0"),
        ("shares", {"shares": {"v1": 1.5, "v2": -0.5}}, 422, "from 0 to 1"),
        ("shares", {"shares": {"v1": True}}, 422, "from 0 to 1"),
        ("shares", {"shares": {"v1": "1"}}, 422, "from 0 to 1"),
        ("shares", {"shares": {"v1": 1}, "extra": 1}, 400, "no field 'extra'"),
        ("shares", {"shares": {"v1": 1}, "epoch": 1.0}, 400, "epoch must be a whole number"),
        ("shares", {"shares": {"v1": 1}, "epoch": True}, 400, "epoch must be a whole number"),
        ("shares", {"shares": {"v1": 1}, "token": -1}, 400, "token must be a whole number"),
        ("shares", {"shares": {"v1": 1}, "token": 2**60}, 400, "token must be a whole number"),
        ("settings", {"name": "colour", "value": 1}, 422, "no setting 'colour'"),
        ("settings", {"name": ["accept_threshold"], "value": 1}, 422, "no setting"),
        ("settings", {"name": "accept_threshold"}, 400, "either a value or restore"),
        ("settings", {"name": "accept_threshold", "value": 0.5, "restore": True}, 400, "either a value or restore"),
        ("settings", {"name": "accept_threshold", "restore": 1}, 400, "restore can only be true"),
        ("settings", {"name": "accept_threshold", "value": 60}, 422, "from 0 to 1"),
        ("behaviour", {"behaviour": "refuse"}, 422, "no behaviour 'refuse'"),
        ("behaviour", {"behaviour": "people", "components": []}, 400, "a list of names"),
        ("behaviour", {"behaviour": "people", "components": ["lift"]}, 422, "no component 'lift'"),
        ("behaviour", {"behaviour": "people", "components": ["reader", "reader"]}, 422, "named twice"),
        ("behaviour", {"behaviour": "serve", "components": ["reader"]}, 400, "no field 'components'"),
    ],
)
def test_an_order_that_makes_no_sense_changes_nothing(world, kind, change, status, sentence):
    before = world.service.described()

    with pytest.raises(Declined, match=sentence) as declined:
        world.service.obey(kind, {"epoch": 1, "token": 1, **change})

    assert declined.value.status == status
    assert (world.service.described(), effects(world)) == (before, [])


def test_a_version_that_does_not_load_is_never_served(world):
    (world.folder / "v1.npz").write_bytes(b"damaged")

    with pytest.raises(Declined, match="v1 does not load"):
        world.order("shares", **TO_V1)

    assert world.service.described()["shares"] == {"v1": 0.0, "v2": 1.0}
    assert world.service.probe("v1")["loads"] is False


def test_an_effect_that_cannot_be_written_down_is_not_made(world, monkeypatch):
    monkeypatch.setattr("examples.digits.effects.os.fsync", _full)

    with pytest.raises(Declined, match="nothing was changed") as declined:
        world.order("shares", **TO_V1)

    assert declined.value.status == 503
    assert (world.service.described()["token"], effects(world)) == (0, [])


def _full(descriptor: int) -> None:
    raise OSError("No space left on device")
