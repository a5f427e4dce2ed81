"""What a schema found, in words for whoever wrote the document: no keyword of JSON Schema, no regular expression."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

from jsonschema.exceptions import ValidationError

_LONGEST_REASON = 160


def reason(fault: ValidationError) -> str:
    """One fault as the end of a sentence that begins with its path: `must be at most 100`."""
    said = _WORDS[str(fault.validator)](fault)
    if "propertyNames" in fault.absolute_schema_path:
        said = f"the key {fault.instance} {said}"
    return said if len(said) <= _LONGEST_REASON else said[: _LONGEST_REASON - 1] + "…"


def one_of(faults: Iterable[ValidationError]) -> str:
    """Faults of which each says what kind of thing is wanted there, as one: `must be null or a mapping`."""
    wanted: dict[str, None] = {}
    for fault in faults:
        wanted |= dict.fromkeys(_KINDS[str(fault.validator)](fault.validator_value))
    return f"must be {' or '.join(wanted)}"


def forms(branches: Iterable[dict[str, Any]]) -> str:
    """The objects that would be accepted, by what they hold: `ratio or absolute`."""
    return " or ".join(dict.fromkeys(_form(branch) for branch in branches))


def _form(branch: dict[str, Any]) -> str:
    held = branch.get("properties") or {key: {} for key in branch.get("required", ())}
    return " with ".join(_key(name, part) for name, part in held.items())


def _key(name: str, part: dict[str, Any]) -> str:
    values = part.get("enum", [part["const"]] if "const" in part else [])
    return f"{name} ({', '.join(map(_plain, values))})" if values else name


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _number(value: float) -> str:
    return f"{value:.15g}"


def _types(kinds: str | list[str]) -> list[str]:
    return [_TYPES[kind] for kind in ([kinds] if isinstance(kinds, str) else kinds)]


_TYPES = {
    "object": "a mapping",
    "array": "a list",
    "string": "text in quotes",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "null",
}

_KINDS: dict[str, Callable[[Any], list[str]]] = {
    "type": _types,
    "const": lambda value: [_plain(value)],
    "enum": lambda values: [_plain(value) for value in values],
}


def _lacking(fault: ValidationError) -> str:
    return next(str(key) for key in fault.validator_value if key not in fault.instance)


def _least(fault: ValidationError, many: str) -> str:
    least = fault.validator_value
    return "must not be empty" if least == 1 else f"must have at least {least} {many}"


_WORDS: dict[str, Callable[[ValidationError], str]] = {
    "type": lambda fault: f"must be {' or '.join(_types(fault.validator_value))}",
    "enum": lambda fault: "must be one of " + ", ".join(map(_plain, fault.validator_value)),
    "const": lambda fault: f"must be {_plain(fault.validator_value)}",
    "required": lambda fault: f"lacks {_lacking(fault)}",
    "oneOf": lambda fault: f"must hold {forms(fault.validator_value)}, only one of them",
    "minimum": lambda fault: (
        f"must be at least {_number(fault.validator_value)}" if fault.validator_value else "must not be negative"
    ),
    "maximum": lambda fault: f"must be at most {_number(fault.validator_value)}",
    "exclusiveMinimum": lambda fault: f"must be more than {_number(fault.validator_value)}",
    "exclusiveMaximum": lambda fault: f"must be less than {_number(fault.validator_value)}",
    "minLength": lambda fault: _least(fault, "characters"),
    "maxLength": lambda fault: f"must have at most {fault.validator_value} characters",
    "minItems": lambda fault: _least(fault, "entries"),
    "maxProperties": lambda fault: f"must have at most {fault.validator_value} keys",
    "maxItems": lambda fault: f"must have at most {fault.validator_value} entries",
    "uniqueItems": lambda fault: "holds an entry twice",
    "minProperties": lambda fault: _least(fault, "keys"),
    # What a pattern wants stands beside it in the schema.
    "pattern": lambda fault: str(fault.schema["says"]),
    "format": lambda fault: f"is not in the calendar: {fault.instance}",
}
