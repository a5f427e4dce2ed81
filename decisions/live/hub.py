"""One reader for each process: hears every wake-up and hands it to the open streams."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator

import redis.asyncio as redis
from django.conf import settings
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from decisions.live.wake import CHANNEL

logger = logging.getLogger("decisions.live")
RETRY_SECONDS = 1.0
JOIN_SECONDS = 2.0
PING_SECONDS = 5.0


class Ear:
    """What one stream has not been told yet. Topics coalesce, so that a slow page costs no memory."""

    def __init__(self) -> None:
        self._topics: set[str] = set()
        self._rung = asyncio.Event()
        self.is_deaf = False

    def tell(self, topics: set[str]) -> None:
        self._topics |= topics
        self._rung.set()

    def deafen(self) -> None:
        """Nothing will be told any more: the stream ends, and its page polls until it gets a new one."""
        self.is_deaf = True
        self._rung.set()

    async def next(self, patience: float) -> list[str]:
        """The topics since the last call, sorted; empty when `patience` seconds pass without any."""
        try:
            await asyncio.wait_for(self._rung.wait(), patience)
        except TimeoutError:
            return []
        self._rung.clear()
        topics, self._topics = self._topics, set()
        return sorted(topics)


class Hub:
    """The ears of this process and the task that reads for them; it reads only while somebody listens."""

    def __init__(self) -> None:
        self._ears: set[Ear] = set()
        self._reader: asyncio.Task[None] | None = None
        self._hearing = asyncio.Event()

    async def join(self) -> Ear | None:
        """An ear that hears from now on; None when there is nothing to hear from, so that the page polls."""
        if not settings.LIVE_URL.startswith(("unix:", "redis:", "rediss:")):
            return None
        ear = Ear()
        self._ears.add(ear)
        if self._reader is None or self._reader.done():
            self._reader = asyncio.create_task(self._read())
        try:
            await asyncio.wait_for(self._hearing.wait(), JOIN_SECONDS)
        except TimeoutError:
            self.leave(ear)
            return None
        return ear

    def leave(self, ear: Ear) -> None:
        self._ears.discard(ear)
        if not self._ears and self._reader is not None:
            self._reader.cancel()

    async def _read(self) -> None:
        while True:
            try:
                async for topics in _wakeups():
                    self._hearing.set()
                    for ear in tuple(self._ears):
                        ear.tell(topics)
            except (redis.RedisError, OSError) as error:
                logger.warning("Wake-ups are not heard: %s", error)
            finally:
                self._deafen()
            await asyncio.sleep(RETRY_SECONDS)

    def _deafen(self) -> None:
        if self._hearing.is_set():
            self._hearing.clear()
            for ear in tuple(self._ears):
                ear.deafen()


async def _wakeups() -> AsyncIterator[set[str]]:
    """The topics of each wake-up, after an empty set that says that from now on none is missed.

    Raises:
        RedisError, OSError: the broker has gone, or has not answered a ping. A client that tried again by itself
            would miss what was said meanwhile and not say so.
    """
    once = Retry(NoBackoff(), 0)
    client = redis.Redis.from_url(
        settings.LIVE_URL, retry=once, socket_connect_timeout=JOIN_SECONDS, health_check_interval=PING_SECONDS
    )
    try:
        async with client.pubsub() as subscription:
            await subscription.subscribe(CHANNEL)
            while True:
                message = await subscription.get_message(timeout=PING_SECONDS)
                if message and message["type"] == "subscribe":
                    yield set()
                elif message and message["type"] == "message":
                    yield set(json.loads(message["data"])["topics"])
    finally:
        await client.aclose()
