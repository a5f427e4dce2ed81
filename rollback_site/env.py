"""The environment, read strictly: a bad value stops the start with one sentence."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def read_file(path: Path) -> None:
    """Take the KEY=value lines of a file for what the environment does not say; no file, nothing to take."""
    try:
        lines = path.read_text().splitlines()
    except OSError:
        return
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


def number(name: str, default: float, *, least: float = 0) -> float:
    value = text(name, str(default))
    try:
        found = float(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} is {value!r}; it must be a number.") from None
    if found < least:
        raise ImproperlyConfigured(f"{name} is {value}; it must be at least {least:g}.")
    return found


def names(name: str, default: str) -> list[str]:
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


def secret_key(data_dir: Path) -> str:
    """SECRET_KEY, or a random one kept in the data folder, readable by its owner only."""
    return text("SECRET_KEY") or kept_secret(data_dir / "secret_key")


def kept_secret(path: Path, length: int = 50) -> str:
    """A random secret kept in a file that only its owner may read; made on first use.

    Where the file cannot be written, a fresh one is answered each time.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    except OSError:
        return secrets.token_urlsafe(length)
    with os.fdopen(descriptor, "w") as file:
        secret = secrets.token_urlsafe(length)
        file.write(secret)
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
    url = urlsplit(text(name, default))
    if url.scheme == "sqlite":
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": url.path[1:], "OPTIONS": dict(_SQLITE_OPTIONS)}
    if url.scheme in ("postgres", "postgresql"):
        host = parse_qs(url.query).get("host", [url.hostname or ""])[0]
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(url.path[1:]),
            "USER": unquote(url.username or ""),
            "PASSWORD": unquote(url.password or ""),
            "HOST": host,
            "PORT": str(url.port or ""),
            "CONN_MAX_AGE": 0,
            "OPTIONS": {"pool": {"min_size": 1, "max_size": 10}} if flag("DATABASE_POOL", False) else {},
        }
    raise ImproperlyConfigured(f"{name} must begin with sqlite:// or postgresql://, not {url.scheme}://.")
