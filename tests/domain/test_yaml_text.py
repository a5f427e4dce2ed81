"""YAML is read as JSON written another way; everything else is refused before it costs anything."""

from __future__ import annotations

import pytest

from decisions.domain import yaml_text
from decisions.domain.canonical import BadDocument

REFUSED = [
    ("a: 1\na: 2", "$.a: stands twice"),
    ("a: {b: 1, b: 2}", "$.a.b: stands twice"),
    ("a: .nan", "$.a: is not a finite number"),
    ("a: [1, -.inf]", "$.a[1]: is not a finite number"),
    ("a: Infinity", "$.a: is not a finite number"),
    ("a: 1e999", "$.a: is not a finite number"),
    ("a: &x [1]\nb: *x", "$.a: uses an anchor or alias"),
    ("a: !!python/object/apply:os.system [ls]", "$.a: carries the tag"),
    ("&x a: 1", "$.a: uses an anchor or tag"),
    ("? [1]\n: 2", "$: has a key that is not text"),
    ("a: 1\n---\nb: 2", "$: holds more than one YAML document"),
    ("", "$: is empty"),
    ("a: [1", "$: is not YAML"),
    ("a: 'x\x00y'", "$: is not YAML"),
    ("[" * 200, "$"),
    ("a: " + "[" * 100_000, "$"),
    (b"\xff\xfe\x00", "$: is not UTF-8"),
    ("a: " + "x" * (9 * 1024 * 1024), "$: is larger than 8 MiB"),
]


@pytest.mark.parametrize("text, said", REFUSED, ids=[repr(text)[:30] for text, _ in REFUSED])
def test_what_json_could_not_say_is_refused(text, said):
    with pytest.raises(BadDocument) as refused:
        yaml_text.load(text)

    assert str(refused.value).startswith(said)


def test_depth_is_refused_with_the_path():
    with pytest.raises(BadDocument, match="more than 64 levels deep"):
        yaml_text.load("[" * 70 + "]" * 70)


def test_plain_values_are_those_of_json():
    text = "a: 1\nb: -2.5e3\nc: true\nd: null\ne: yes\nf: 2027-03-01\ng: 1:30\nh: 0x1F\ni: '1'\nj: ~\nk: 007"

    assert yaml_text.load(text) == {
        "a": 1,
        "b": -2500.0,
        "c": True,
        "d": None,
        "e": "yes",
        "f": "2027-03-01",
        "g": "1:30",
        "h": "0x1F",
        "i": "1",
        "j": None,
        "k": "007",
    }
