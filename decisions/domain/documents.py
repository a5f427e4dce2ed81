"""Documents against the schemas that are shipped with this package (`schemas/*.json`)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from functools import cache
from importlib import resources
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError

from decisions.domain import fault_words
from decisions.domain.canonical import BadDocument, under


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
    # A text that breaks its pattern often breaks its format too, and the pattern says how to write it.
    faults = sorted(_validator(name).iter_errors(value), key=lambda fault: fault.validator == "format")
    if faults:
        raise BadDocument(*min(map(_said, faults), key=lambda said: said[0]))


@cache
def _validator(name: str) -> Draft202012Validator:
    formats = FormatChecker(formats=())
    formats.checkers = {name: (holds, ValueError) for name, holds in _FORMATS.items()}
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


_FORMATS: dict[str, Callable[[object], bool]] = {"utc-time": _is_time, "day": _is_day}


def _said(fault: ValidationError) -> tuple[str, str]:
    """The path and the reason of a fault. A oneOf is reported as a whole; what is wrong lies in its branches."""
    while fault.context:
        branches = _by_branch(fault.context)
        if (settled := _none_is_meant(fault, branches)) is not None:
            return settled
        meant = _meant(branches)
        if _mixes(meant, fault):
            forms = fault_words.forms(fault.validator_value)
            return path_of(fault.absolute_path), f"must hold {forms}, not a mix of them"
        fault = meant
    path = path_of(fault.absolute_path)
    if fault.validator == "additionalProperties":
        return under(path, _unknown_keys(fault)[0]), "is not a known key"
    return path, fault_words.reason(fault)


def _by_branch(faults: Sequence[ValidationError]) -> list[list[ValidationError]]:
    branches: dict[Any, list[ValidationError]] = {}
    for fault in faults:
        branches.setdefault(fault.schema_path[0], []).append(fault)
    return list(branches.values())


def _none_is_meant(whole: ValidationError, branches: list[list[ValidationError]]) -> tuple[str, str] | None:
    """Where every branch wants something else at the same place, or lacks something: what all of them want."""
    telling = [next(filter(_is_telling, branch), None) for branch in branches]
    found = [fault for fault in telling if fault is not None]
    if len(found) == len(branches) and len({path_of(fault.absolute_path) for fault in found}) == 1:
        return path_of(found[0].absolute_path), fault_words.one_of(found)
    if all(fault.validator == "required" for branch in branches for fault in branch):
        return path_of(whole.absolute_path), f"must hold {fault_words.forms(whole.validator_value)}"
    return None


def _meant(branches: list[list[ValidationError]]) -> ValidationError:
    """Of the branch that was meant, the fault that lies deepest."""
    meant = min(branches, key=lambda each: (sum(map(_is_telling, each)), len(each)))
    return max(
        meant, key=lambda fault: (len(fault.absolute_path), fault.validator not in ("type", "format"), fault.message)
    )


def _is_telling(fault: ValidationError) -> bool:
    """It says that another branch was meant: the whole is another kind of thing, or a word in it names another one."""
    return fault.validator in ("const", "enum") or (fault.validator == "type" and not fault.relative_path)


def _mixes(fault: ValidationError, whole: ValidationError) -> bool:
    """Whether what is unknown here is a key of another branch."""
    if fault.validator != "additionalProperties" or fault.relative_path:
        return False
    elsewhere = {key for branch in whole.validator_value for key in branch.get("properties", ())}
    return not elsewhere.isdisjoint(_unknown_keys(fault))


def path_of(parts: Iterable[str | int]) -> str:
    """A JSON path such as `$.tiers.low.bounds[2]` from its parts."""
    path = "$"
    for part in parts:
        path = f"{path}[{part}]" if isinstance(part, int) else under(path, part)
    return path


def _unknown_keys(fault: ValidationError) -> list[str]:
    return sorted(set(fault.instance) - set(fault.schema.get("properties", {})))
