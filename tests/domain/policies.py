"""The policies that are shipped, and documents that differ from them in one place."""

from __future__ import annotations

import copy
from functools import cache
from pathlib import Path
from typing import Any

from decisions.domain import policy, yaml_text
from decisions.domain.policy import Policy

ROOT = Path(__file__).resolve().parents[2]
DEFAULT = ROOT / "examples/policies/default.yaml"
EXAMPLE = ROOT / "examples/digits/policy-low.yaml"


@cache
def default() -> Policy:
    return policy.parse(DEFAULT.read_text())


@cache
def example() -> Policy:
    return policy.parse(EXAMPLE.read_text())


@cache
def _document() -> Any:
    return yaml_text.load(DEFAULT.read_text())


def document() -> Any:
    """The JSON value of the default policy, to change at will."""
    return copy.deepcopy(_document())


def changed(path: str, value: Any) -> Any:
    """The default policy's document with one value set; the path is dotted, with numbers for places in lists."""
    found = document()
    *way, last = [int(each) if each.isdigit() else each for each in path.split(".")]
    place = found
    for each in way:
        place = place[each]
    place[last] = value
    return found


def with_change(path: str, value: Any) -> Policy:
    return policy.from_document(changed(path, value))
