"""The environment, read strictly: a bad value stops the start with one sentence."""

from __future__ import annotations

import math
import os
import secrets
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def read_file(path: Path) -> None:
    """Take the KEY=value lines of a file for what the environment does not say; no file, nothing to take."""
    try:
        lines = path.read_text().splitlines()
    except OSError:
        return
    except UnicodeDecodeError as wrong:
        raise ImproperlyConfigured(f"{path} is not UTF-8 text (byte {wrong.start}).") from None
    for line in lines:
        name, is_set, value = line.strip().partition("=")
        if is_set and not name.startswith("#"):
            os.environ.setdefault(name.strip(), value.strip().strip("\"'"))


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, "") or default


def flag(name: str, default: bool) -> bool:
    value = text(name, "true" if default else "false").lower()
    if value in ("true", "1", "yes"):
        return True
    if value in ("false", "0", "no"):
        return False
    raise ImproperlyConfigured(f"{name} is {value!r}; it must be true or false.")


def number(name: str, default: float, *, least: float = 0, most: float = 1e9) -> float:
    """A number between bounds. Beyond a thousand million, seconds leave the calendar and bytes the machine."""
    value = text(name, str(default))
    try:
        found = float(value)
    except ValueError:
        found = math.nan
    if not math.isfinite(found):
        raise ImproperlyConfigured(f"{name} is {value!r}; it must be a number.")
    if found < least:
        raise ImproperlyConfigured(f"{name} is {value}; it must be at least {least:g}.")
    if found > most:
        raise ImproperlyConfigured(f"{name} is {value}; it must be at most {most:g}.")
    return found


def port(name: str, default: int) -> int:
    value = text(name, str(default))
    if not (value.isascii() and value.isdigit() and len(value) <= 5 and 1 <= int(value) <= 65535):
        raise ImproperlyConfigured(f"{name} is {value!r}; it must be a whole number from 1 to 65535.")
    return int(value)


def choice(name: str, default: str, choices: Collection[str]) -> str:
    value = text(name, default)
    if value not in choices:
        raise ImproperlyConfigured(f"{name} is {value!r}; it must be one of {', '.join(choices)}.")
    return value


def url(name: str, default: str, schemes: Collection[str]) -> str:
    """An address with one of these schemes; where that is http, with a host."""
    value = text(name, default)
    parts = _split(name, value)
    if parts.scheme not in schemes:
        raise _wrong_scheme(name, parts.scheme, schemes)
    if parts.scheme in ("http", "https") and not parts.hostname:
        raise ImproperlyConfigured(f"{name} is {value!r}; it names no host.")
    return value


def _split(name: str, value: str) -> SplitResult:
    """The value may hold a password, so it is not shown: the sentence goes to logs."""
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError:
        hint = " In a password, / is written %2F, # is %23 and @ is %40." if "@" in value else ""
        raise ImproperlyConfigured(f"{name} is no address: its host or port cannot be read.{hint}") from None
    return parts


def _wrong_scheme(name: str, scheme: str, schemes: Collection[str]) -> ImproperlyConfigured:
    wanted = " or ".join(f"{each}://" for each in schemes)
    return ImproperlyConfigured(f"{name} must begin with {wanted}, not {scheme}://.")


def names(name: str, default: str) -> list[str]:
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


def secret_key(data_dir: Path) -> str:
    """SECRET_KEY, or a random one kept in the data folder, readable by its owner only."""
    return text("SECRET_KEY") or kept_secret(data_dir / "secret_key")


def kept_secret(path: Path, length: int = 50) -> str:
    """A random secret kept in a file that only its owner may read; made on first use.

    Where the file cannot be written, a fresh one is answered each time.
    """
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _read_secret(path)
    except OSError:
        return secrets.token_urlsafe(length)
    with os.fdopen(descriptor, "w") as file:
        secret = secrets.token_urlsafe(length)
        file.write(secret)
    return secret


def _read_secret(path: Path) -> str:
    try:
        secret = path.read_text().strip()
    except (OSError, UnicodeDecodeError):
        secret = ""
    if not secret:
        raise ImproperlyConfigured(f"{path} cannot be read or is empty: give yourself the file, or remove it.")
    return secret


_SQLITE_OPTIONS = {
    "timeout": 20,
    "transaction_mode": "IMMEDIATE",
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA recursive_triggers=ON; PRAGMA foreign_keys=ON;"
    ),
}


def database(name: str, default: str) -> dict[str, object]:
    """Django's DATABASES entry from a URL: sqlite:///path or postgresql://user:password@host:port/name?host=/socket."""
    parts = _split(name, text(name, default))
    stored = unquote(parts.path[1:])
    if parts.scheme not in ("sqlite", "postgres", "postgresql"):
        raise _wrong_scheme(name, parts.scheme, ("sqlite", "postgresql"))
    if not stored:
        raise ImproperlyConfigured(f"{name} names no database: write postgresql://user@host/name or sqlite:////path.")
    if parts.scheme == "sqlite":
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": stored, "OPTIONS": dict(_SQLITE_OPTIONS)}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": stored,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parse_qs(parts.query).get("host", [parts.hostname or ""])[0],
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 0,
        "OPTIONS": {"pool": {"min_size": 1, "max_size": 10}} if flag("DATABASE_POOL", False) else {},
    }
