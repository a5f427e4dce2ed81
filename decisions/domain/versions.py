"""The standing of a version, and of its deployments."""

from __future__ import annotations

from enum import StrEnum


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
