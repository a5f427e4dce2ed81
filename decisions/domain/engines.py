"""Every engine whose rules are shipped, by its version: an assessment is replayed by the one that made it.

A release that changes what the rules answer raises `engine.ENGINE_VERSION` and keeps the rules of the version before
under its number here, for as long as its assessments have to be replayed to the byte.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from decisions.domain import engine
from decisions.domain.evidence import Snapshot
from decisions.domain.policy import Policy

Assess = Callable[[Snapshot, Policy], dict[str, Any]]

SHIPPED: Mapping[str, Assess] = {engine.ENGINE_VERSION: engine.assess}
