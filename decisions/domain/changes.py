"""What changed between two documents, in lines that a person reads."""

from __future__ import annotations

from typing import Any


def between(before: Any, after: Any, path: str = "$") -> list[str]:
    """What changed between two documents, a line each: `$.tier: low -> high`. Lists of named items go by name."""
    if before == after:
        return []
    if isinstance(before, dict) and isinstance(after, dict):
        return _changes_of_mapping(before, after, path)
    if _is_named(before) and _is_named(after):
        return _changes_of_mapping(_by_name(before), _by_name(after), path)
    return [f"{path}: {_short(before)} -> {_short(after)}"]


def _changes_of_mapping(before: dict[str, Any], after: dict[str, Any], path: str) -> list[str]:
    lines = []
    for key in sorted(before.keys() | after.keys()):
        if key not in before:
            lines.append(f"{path}.{key}: added")
        elif key not in after:
            lines.append(f"{path}.{key}: removed")
        else:
            lines += between(before[key], after[key], f"{path}.{key}")
    return lines


def _is_named(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, dict) and "name" in item for item in value)


def _by_name(items: list[dict[str, Any]]) -> dict[str, Any]:
    return {str(item["name"]): item for item in items}


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 60 else text[:59] + "…"
