"""Telling every page that something it shows may have changed."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from functools import lru_cache

import redis
from django.conf import settings

logger = logging.getLogger("decisions.live")
CHANNEL = "desk:wake"


@lru_cache(maxsize=1)
def _client() -> redis.Redis:
    return redis.Redis.from_url(settings.LIVE_URL, socket_timeout=0.5, socket_connect_timeout=0.5)


def topics(names: Iterable[str]) -> None:
    """Wake the pages that show any of these topics ("fleet", "service-3", "incident-5", "run-2", "journal").

    Never raises: a page that was not woken polls.
    """
    wanted = sorted(set(names))
    if not wanted or not settings.LIVE_URL.startswith(("unix:", "redis:", "rediss:")):
        return
    try:
        _client().publish(CHANNEL, json.dumps({"topics": wanted}))
    except redis.RedisError as error:
        logger.warning("Pages could not be woken: %s", error)
