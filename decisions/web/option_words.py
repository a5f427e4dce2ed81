"""Options, causes and areas as people call them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

CAUSES = {"release": "the release", "other": "something else", "transient": "passes by itself"}
ESTABLISHED = {"release": "the release", "other": "something else", "transient": "something that passed by itself"}
KINDS = {
    "hold": "hold",
    "stabilise": "restore the setting",
    "shift_traffic": "shift traffic",
    "roll_back": "roll back",
    "disable": "disable and fall back",
}


def option_words(key: str) -> str:
    """An option's key in words: "roll_back:v1" is roll back to v1, "shift_traffic:v1:50" is shift 50 % to v1."""
    kind, *rest = key.split(":")
    if kind == "shift_traffic" and len(rest) == 2:
        return f"shift {rest[1]}\u00a0% to {rest[0]}"
    if kind == "roll_back" and rest:
        return f"roll back to {rest[0]}"
    return KINDS.get(kind, kind.replace("_", " "))


def past_uses(uses: Mapping[str, Any]) -> str:
    """What the estimate has learned from, and what it left out because other things were true then."""
    said = f"{uses['worked']} of {uses['all']} alike worked, worth {uses['effective']:.2g} by age, kind and cause"
    left = [(uses["apart"], "under other conditions"), (uses["unresolved"], "with an outcome that nobody knows")]
    return "; ".join([said, *(f"{count} {words} not counted" for count, words in left if count)])


def slug(key: str) -> str:
    """A key as part of an element's id."""
    return "".join(sign if sign.isalnum() or sign in "_-" else "-" for sign in key)


def lowered(title: str) -> str:
    """A title inside a sentence."""
    return title[:1].lower() + title[1:]


def approvers(areas: Iterable[str]) -> str:
    """Who has to approve: an approver for product and one for risk; empty when nobody has to."""
    listed = [str(area) for area in areas]
    return f"needs an approver for {' and one for '.join(listed)}" if listed else ""
