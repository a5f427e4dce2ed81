"""One reader for each process: hears every wake-up and hands it to the open streams."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator

import redis.asyncio as redis
from django.conf import settings

from decisions.live.wake import CHANNEL

logger = logging.getLogger("decisions.live")
RETRY_SECONDS = 1.0


class Ear:
    """What one stream has not been told yet. Topics coalesce, so that a slow page costs no memory."""

    def __init__(self) -> None:
        self._topics: set[str] = set()
        self._rung = asyncio.Event()

    def tell(self, topics: set[str]) -> None:
        self._topics |= topics
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
        self.is_hearing = False

    @property
    def can_hear(self) -> bool:
        """Whether there is anything to hear from. Without it pages poll."""
        return settings.LIVE_URL.startswith(("unix:", "redis:", "rediss:"))

    def join(self) -> Ear:
        ear = Ear()
        self._ears.add(ear)
        if self._reader is None or self._reader.done():
            self._reader = asyncio.create_task(self._read())
        return ear

    def leave(self, ear: Ear) -> None:
        self._ears.discard(ear)
        if not self._ears and self._reader is not None:
            self._reader.cancel()

    async def _read(self) -> None:
        while True:
            try:
                async for topics in _wakeups():
                    if not self.is_hearing:
                        # Whatever was missed while nobody heard, the pages look for now.
                        self.is_hearing, topics = True, {"fleet", "journal", *topics}
                    for ear in tuple(self._ears):
                        ear.tell(topics)
            except (redis.RedisError, OSError) as error:
                logger.warning("Wake-ups are not heard: %s", error)
            finally:
                self.is_hearing = False
            await asyncio.sleep(RETRY_SECONDS)


async def _wakeups() -> AsyncIterator[set[str]]:
    client = redis.Redis.from_url(settings.LIVE_URL)
    try:
        async with client.pubsub(ignore_subscribe_messages=True) as subscription:
            await subscription.subscribe(CHANNEL)
            async for message in subscription.listen():
                yield set(json.loads(message["data"])["topics"])
    finally:
        await client.aclose()
