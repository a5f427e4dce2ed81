"""YAML as we accept it: the JSON data model written in YAML, without aliases, tags or surprises.

Plain `yes`, `2027-03-01` and `1:30` are text here; only true, false, null and JSON numbers are anything else.
Values are built from the event stream, which does not recurse, so hostile depth is refused before it costs anything.
"""

from __future__ import annotations

import math
import re
from typing import Any

import yaml

from decisions.domain.canonical import BYTE_LIMIT, DEPTH_LIMIT, BadDocument, refuse_unfit, under

_INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,15})")
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_NOT_A_NUMBER = re.compile(r"[-+]?(\.inf|\.nan|inf|infinity|nan)", re.IGNORECASE)
_WORDS: dict[str, Any] = {"true": True, "false": False, "null": None, "~": None, "": None}


def load(text: str | bytes) -> Any:
    """Parse one YAML document strictly.

    Raises:
        BadDocument: not YAML, not UTF-8, too large, too deep, an alias, a tag, a duplicate key, NaN or Infinity.
    """
    if len(text) > BYTE_LIMIT:
        raise BadDocument("$", f"is larger than {BYTE_LIMIT // 1024 // 1024} MiB")
    try:
        decoded = text.decode("utf-8") if isinstance(text, bytes) else text
        value = _document(decoded)
    except UnicodeDecodeError as error:
        raise BadDocument("$", f"is not UTF-8 at byte {error.start}") from error
    except yaml.YAMLError as error:
        raise BadDocument("$", f"is not YAML: {_first_line(error)}") from error
    refuse_unfit(value)
    return value


def _document(text: str) -> Any:
    events = yaml.parse(text, Loader=yaml.SafeLoader)
    found: list[Any] = []
    for event in events:
        if isinstance(event, yaml.DocumentStartEvent):
            if found:
                raise BadDocument("$", "holds more than one YAML document")
            found.append(_value(events, next(events), "$", 0))
    if not found:
        raise BadDocument("$", "is empty")
    return found[0]


def _value(events: Any, event: Any, path: str, depth: int) -> Any:
    if depth > DEPTH_LIMIT:
        raise BadDocument(path, f"is more than {DEPTH_LIMIT} levels deep")
    if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
        raise BadDocument(path, "uses an anchor or alias; write the value out")
    if event.tag is not None:
        raise BadDocument(path, f"carries the tag {event.tag}; tags are not allowed")
    if isinstance(event, yaml.ScalarEvent):
        return _scalar(event, path)
    if isinstance(event, yaml.SequenceStartEvent):
        return _sequence(events, path, depth)
    return _mapping(events, path, depth)


def _sequence(events: Any, path: str, depth: int) -> list[Any]:
    items: list[Any] = []
    while not isinstance(event := next(events), yaml.SequenceEndEvent):
        items.append(_value(events, event, f"{path}[{len(items)}]", depth + 1))
    return items


def _mapping(events: Any, path: str, depth: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    while not isinstance(event := next(events), yaml.MappingEndEvent):
        if not isinstance(event, yaml.ScalarEvent):
            raise BadDocument(path, "has a key that is not text")
        key = str(event.value)
        if event.anchor is not None or event.tag is not None:
            raise BadDocument(under(path, key), "uses an anchor or tag")
        if key in found:
            raise BadDocument(under(path, key), "stands twice")
        found[key] = _value(events, next(events), under(path, key), depth + 1)
    return found


def _scalar(event: yaml.ScalarEvent, path: str) -> Any:
    text = str(event.value)
    if event.style is not None:
        return text
    if text.lower() in _WORDS:
        return _WORDS[text.lower()]
    if _NOT_A_NUMBER.fullmatch(text):
        raise BadDocument(path, "is not a finite number")
    if _INTEGER.fullmatch(text):
        return int(text)
    return _float(text, path) if _NUMBER.fullmatch(text) else text


def _float(text: str, path: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise BadDocument(path, "is not a finite number")
    return number


def _first_line(error: yaml.YAMLError) -> str:
    problem = getattr(error, "problem", None) or str(error).splitlines()[0]
    mark = getattr(error, "problem_mark", None)
    return f"{problem} at line {mark.line + 1}, column {mark.column + 1}" if mark else str(problem)
