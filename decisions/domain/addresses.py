"""Web addresses, read and never asked: whether one could be asked at all."""

from __future__ import annotations

import re
from ipaddress import ip_address
from urllib.parse import urlsplit

_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
_LONGEST_HOST = 253


def flaw(address: str) -> str | None:
    """What is wrong with an http address, to stand after its path; None where nothing is.

    A host outside ASCII has to be written in its xn-- form: which form a client would choose is not ours to guess.
    """
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname or "", parts.port
    except ValueError as error:
        return f"is no address: {error}"
    if not address.isprintable():
        return "holds a character that cannot be printed"
    return None if _is_host(host) else "names no host that can be asked"


def _is_host(host: str) -> bool:
    if ":" in host:
        return _is_ip(host.partition("%")[0])
    labels = host.removesuffix(".").split(".")
    return len(host) <= _LONGEST_HOST and all(_LABEL.fullmatch(label) and _decodes(label) for label in labels)


def _is_ip(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _decodes(label: str) -> bool:
    if not label.startswith("xn--"):
        return True
    try:
        label.encode().decode("idna")
    except UnicodeError:
        return False
    return True
