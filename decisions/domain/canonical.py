"""Documents as bytes: strict JSON in, RFC 8785 canonical JSON out, SHA-256 digests of it."""

from __future__ import annotations

import hashlib
import json
import math
import re
from typing import Any

import rfc8785

DEPTH_LIMIT = 64
BYTE_LIMIT = 8 * 1024 * 1024
LONGEST_KEY = 80
_NOT_TEXT = re.compile("[\x00\ud800-\udfff]")


class BadDocument(ValueError):
    """A document that is refused. `path` is a JSON path such as `$.tiers.low.bounds`; str() says path and reason."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason


def canonical(value: Any) -> bytes:
    """The RFC 8785 form of a JSON value.

    Raises:
        BadDocument: a number that is not finite or beyond 2^53, text that is not text, or a type that JSON does not
            have. What is written here can be read by `load`.
    """
    refuse_unfit(value)
    try:
        return rfc8785.dumps(value)
    except (rfc8785.CanonicalizationError, UnicodeEncodeError, RecursionError) as error:
        raise BadDocument("$", f"cannot be written as canonical JSON: {error}") from error


def digest_of(data: bytes) -> str:
    """`sha256:<hex>` of the bytes."""
    return "sha256:" + hashlib.sha256(data).hexdigest()


def digest(value: Any) -> str:
    """`sha256:<hex>` of the canonical form of a JSON value."""
    return digest_of(canonical(value))


def load(data: str | bytes) -> Any:
    """Parse JSON strictly: one document, no NaN or Infinity, no duplicate keys, at most 64 levels deep, 8 MiB.

    Raises:
        BadDocument: anything else, also bytes that are not UTF-8; the path is `$` or the place of the fault.
    """
    if len(data) > BYTE_LIMIT:
        raise BadDocument("$", f"is larger than {BYTE_LIMIT // 1024 // 1024} MiB")
    try:
        text = data.decode("utf-8") if isinstance(data, bytes) else data
        _refuse_depth(text)
        value = json.loads(text, object_pairs_hook=_object)
    except UnicodeDecodeError as error:
        raise BadDocument("$", f"is not UTF-8 at byte {error.start}") from error
    except json.JSONDecodeError as error:
        raise BadDocument("$", f"is not JSON: {error.msg} at line {error.lineno}, column {error.colno}") from error
    except BadDocument:
        raise
    except (RecursionError, ValueError) as error:
        raise BadDocument("$", f"is not JSON: {error}") from error
    refuse_unfit(value)
    return value


def refuse_unfit(value: Any, path: str = "$", depth: int = 0) -> None:
    """Walk a parsed value and refuse what canonical JSON cannot hold, with its path.

    Raises:
        BadDocument: a number that is not finite, a key that stood twice, a lone surrogate, a NUL, or more than 64
            levels.
    """
    if depth > DEPTH_LIMIT:
        raise BadDocument(path, f"is more than {DEPTH_LIMIT} levels deep")
    if isinstance(value, float) and not math.isfinite(value):
        raise BadDocument(path, "holds NaN, which is not a number" if math.isnan(value) else "is not a finite number")
    if isinstance(value, str):
        _refuse_text(value, path)
    elif isinstance(value, dict):
        if isinstance(value, _Twins):
            raise BadDocument(under(path, value.twin), "stands twice in one object")
        for key, item in value.items():
            _refuse_text(str(key), path)
            refuse_unfit(item, under(path, key), depth + 1)
    elif isinstance(value, list | tuple):
        for place, item in enumerate(value):
            refuse_unfit(item, f"{path}[{place}]", depth + 1)


def under(path: str, key: object) -> str:
    """The path of a key in the object at `path`; of a key that is long, only its beginning."""
    text = str(key)
    return f"{path}.{text}" if len(text) <= LONGEST_KEY else f"{path}.{text[:LONGEST_KEY]}…"


def _refuse_text(text: str, path: str) -> None:
    if _NOT_TEXT.search(text):
        raise BadDocument(path, "holds a character that is not text")


class _Twins(dict[str, Any]):
    """An object in which a key stood twice: the parser does not know where it is, the walk after it does."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__()
        for key, value in pairs:
            if key in self:
                self.twin = key
            self[key] = value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    return found if len(found) == len(pairs) else _Twins(pairs)


def _refuse_depth(text: str) -> None:
    # The parser recurses in C; a cheap count of brackets keeps hostile depth from ever reaching it.
    if text.count("[") + text.count("{") <= DEPTH_LIMIT:
        return
    depth, in_string, escaped = 0, False, False
    for letter in text:
        if in_string:
            if escaped:
                escaped = False
            elif letter == "\\":
                escaped = True
            elif letter == '"':
                in_string = False
        elif letter == '"':
            in_string = True
        elif letter in "[{":
            depth += 1
            if depth > DEPTH_LIMIT:
                raise BadDocument("$", f"is more than {DEPTH_LIMIT} levels deep")
        elif letter in "]}":
            depth -= 1
