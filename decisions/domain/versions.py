"""The standing of a version, and of its deployments."""

from __future__ import annotations

import re
from enum import StrEnum

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/@+-]{0,99}")


def is_name(text: str) -> bool:
    """Whether a version may be called this: as in a service file, at most 100 characters and no spaces."""
    return _NAME.fullmatch(text) is not None


class Status(StrEnum):
    REGISTERED = "registered"
    DEPLOYING = "deploying"
    LIVE = "live"
    SUPERSEDED = "superseded"
    QUARANTINED = "quarantined"


class Outcome(StrEnum):
    """How a deployment ended or stands; empty while it is too young to say."""

    HEALTHY = "healthy"
    HALTED = "halted"
    ROLLED_BACK = "rolled_back"


class Tier(StrEnum):
    LOW = "low"
    STANDARD = "standard"
    HIGH = "high"
