"""Documents against the schemas that are shipped with this package (`schemas/*.json`)."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import cache
from importlib import resources
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError

from decisions.domain.canonical import BadDocument

_LONGEST_REASON = 160


@cache
def schema(name: str) -> dict[str, Any]:
    """The JSON Schema called `name`, for example `policy`."""
    text = resources.files("decisions.domain").joinpath("schemas", f"{name}.json").read_text("utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def check(value: Any, name: str) -> None:
    """Hold a parsed document against the schema `name`.

    Raises:
        BadDocument: the first fault in document order, with the JSON path of the offending key.
    """
    faults = sorted(_deepest(fault) for fault in _validator(name).iter_errors(value))
    if faults:
        raise BadDocument(*faults[0])


@cache
def _validator(name: str) -> Draft202012Validator:
    formats = FormatChecker(formats=())
    formats.checkers = {"utc-time": (_is_time, ValueError), "day": (_is_day, ValueError)}
    whole = schema(name)
    return Draft202012Validator(_written_out(whole, whole.get("$defs", {})), format_checker=formats)


def _written_out(part: Any, definitions: dict[str, Any]) -> Any:
    """The schema with every reference replaced by what it names: looking them up is half the time of a check.

    Our schemas do not refer to themselves.
    """
    if isinstance(part, list):
        return [_written_out(each, definitions) for each in part]
    if not isinstance(part, dict):
        return part
    if "$ref" in part:
        return _written_out(definitions[part["$ref"].removeprefix("#/$defs/")], definitions)
    return {key: _written_out(each, definitions) for key, each in part.items() if key != "$defs"}


def _is_time(value: object) -> bool:
    return not isinstance(value, str) or bool(datetime.fromisoformat(value.replace("Z", "+00:00")))


def _is_day(value: object) -> bool:
    return not isinstance(value, str) or bool(date.fromisoformat(value))


def _deepest(fault: ValidationError) -> tuple[str, str]:
    while fault.context:
        fault = _nearest(fault.context)
    return _unknown_key(fault) or (path_of(fault.absolute_path), _reason(fault))


def _nearest(faults: Sequence[ValidationError]) -> ValidationError:
    """A oneOf is reported as a whole: take the branch that was meant, and in it the fault that lies deepest."""
    branches: dict[Any, list[ValidationError]] = {}
    for fault in faults:
        branches.setdefault(fault.schema_path[0], []).append(fault)
    meant = min(branches.values(), key=lambda each: (sum(fault.validator in _NOT_MEANT for fault in each), len(each)))
    return max(meant, key=lambda fault: (len(fault.absolute_path), fault.validator != "type", fault.message))


# Faults that say that another branch was meant: it is not even the same kind of thing.
_NOT_MEANT = frozenset({"type", "const", "enum"})


def path_of(parts: Any) -> str:
    """A JSON path such as `$.tiers.low.bounds[2]` from its parts."""
    return "$" + "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts)


def _unknown_key(fault: ValidationError) -> tuple[str, str] | None:
    if fault.validator != "additionalProperties" or not isinstance(fault.instance, dict):
        return None
    unknown = sorted(set(fault.instance) - set(fault.schema.get("properties", {})))
    return f"{path_of(fault.absolute_path)}.{unknown[0]}", "is not a known key"


def _reason(fault: ValidationError) -> str:
    words = _WORDS.get(str(fault.validator))
    reason = (words(fault) if words else "") or str(fault.message)
    return reason if len(reason) <= _LONGEST_REASON else reason[: _LONGEST_REASON - 1] + "…"


def _first_lacking(fault: ValidationError) -> str:
    return next(str(key) for key in fault.validator_value if key not in fault.instance)


def _type_in_words(kinds: Any) -> str:
    words = {
        "object": "a mapping",
        "array": "a list",
        "string": "text in quotes",
        "integer": "a whole number",
    }
    listed = [kinds] if isinstance(kinds, str) else list(kinds)
    return " or ".join(words.get(kind, f"a {kind}") for kind in listed)


def _pattern_in_words(fault: ValidationError) -> str:
    pattern = str(fault.validator_value)
    if "[0-9]{0,14}" in pattern:
        return 'must be a decimal string such as "0.40"'
    if "T[0-9]" in pattern:
        return "must be a time in UTC such as 2026-11-18T03:03:31Z"
    if "sha256" in pattern:
        return "must be a digest such as sha256: and 64 hexadecimal digits"
    return ""


_WORDS: dict[str, Callable[[ValidationError], str]] = {
    "minimum": lambda fault: "must not be negative" if fault.validator_value == 0 else "",
    "required": lambda fault: f"lacks {_first_lacking(fault)}",
    "enum": lambda fault: "must be one of " + ", ".join(map(str, fault.validator_value)),
    "const": lambda fault: f"must be {fault.validator_value}",
    "type": lambda fault: f"must be {_type_in_words(fault.validator_value)}",
    "pattern": _pattern_in_words,
    "format": lambda fault: f"is not in the calendar: {fault.instance}",
}
