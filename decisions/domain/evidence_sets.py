"""The lists of a snapshot are sets: no name stands twice, and they are kept in one order."""

from __future__ import annotations

from collections.abc import Mapping
from operator import itemgetter
from typing import Any

from decisions.domain.canonical import BadDocument, canonical

# Which key identifies an entry of each list; past uses may be alike and are sorted by all they say.
_KEYS = {
    "versions": "name",
    "indicators": "name",
    "missing": "indicator",
    "tokens": "name",
    "calibration": "kind",
}


def refuse_repeats(found: Mapping[str, Any]) -> None:
    """Refuse a name that stands twice in a list (BadDocument, with its place)."""
    lists = [(f"$.{name}", found.get(name, []), key) for name, key in _KEYS.items()]
    lists.append(("$.served.settings", found["served"].get("settings", []), "name"))
    for path, entries, key in lists:
        seen: set[str] = set()
        for place, entry in enumerate(entries):
            if entry[key] in seen:
                raise BadDocument(f"{path}[{place}].{key}", f"{entry[key]} stands twice")
            seen.add(entry[key])


def ordered(found: Mapping[str, Any]) -> dict[str, Any]:
    """The same snapshot with every set in its order, so that its bytes do not tell how it was gathered."""
    sets = {**found, "past_uses": sorted(found["past_uses"], key=canonical)}
    for name, key in _KEYS.items():
        if name in found:
            sets[name] = sorted(found[name], key=itemgetter(key))
    if "past_causes" in found:
        sets["past_causes"] = sorted(found["past_causes"], key=canonical)
    for name in ("picked", "notes"):
        if name in found:
            sets[name] = sorted(found[name])
    sets["indicators"] = [_with_sorted(each, "levels", itemgetter("bound")) for each in sets["indicators"]]
    sets["served"] = _with_sorted(found["served"], "settings", itemgetter("name"))
    sets["target"] = _with_sorted(found["target"], "can", str)
    sets["incident"] = _with_sorted(found["incident"], "trigger", canonical)
    return sets


def _with_sorted(found: Mapping[str, Any], name: str, key: Any) -> dict[str, Any]:
    return {**found, name: sorted(found[name], key=key)} if name in found else dict(found)
