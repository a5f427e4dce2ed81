"""Fetching metrics pages: all due sources at once, each bounded in time and bytes."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import httpx
from django.conf import settings

# Sources that answer are waited for so long before what has come is stored; the others have until they time out.
SOON_SECONDS = 0.5
# Fifty kilobytes can unpack to fifty megabytes in one go, so nothing packed is taken.
_ASKING = {"Accept": "text/plain;version=0.0.4", "Accept-Encoding": "identity"}


@dataclass(frozen=True)
class Page:
    """What one fetch brought: the text, or the reason why there is none."""

    text: str = ""
    fault: str = ""


def fetch(urls: Sequence[str]) -> list[Page]:
    """Fetch every address at once; answers stand in the order of the addresses. Never raises for one of them."""
    pages = dict(page for pages in fetch_in_turn(urls) for page in pages)
    return [pages[place] for place in range(len(urls))]


def fetch_in_turn(urls: Sequence[str]) -> Iterator[list[tuple[int, Page]]]:
    """Fetch every address at once, and hand over what came, each with its place: what comes soon, then the rest."""
    if not urls:
        return
    with asyncio.Runner() as runner:
        client = _client()
        try:
            waiting = runner.run(_begin(client, urls))
            for patience in (SOON_SECONDS, None):
                if come := runner.run(_come(waiting, patience)):
                    yield come
        finally:
            runner.run(client.aclose())


def _client() -> httpx.AsyncClient:
    timeout = settings.SCRAPE_TIMEOUT_SECONDS
    return httpx.AsyncClient(timeout=timeout, follow_redirects=False, trust_env=False)


async def _begin(client: httpx.AsyncClient, urls: Sequence[str]) -> dict[asyncio.Task[Page], int]:
    return {asyncio.ensure_future(_fetch(client, url)): place for place, url in enumerate(urls)}


async def _come(waiting: dict[asyncio.Task[Page], int], patience: float | None) -> list[tuple[int, Page]]:
    if not waiting:
        return []
    done, _ = await asyncio.wait(waiting, timeout=patience)
    return sorted((waiting.pop(task), task.result()) for task in done)


async def _fetch(client: httpx.AsyncClient, url: str) -> Page:
    timeout = settings.SCRAPE_TIMEOUT_SECONDS
    try:
        async with asyncio.timeout(timeout):
            return await _bounded(client, url)
    except (TimeoutError, httpx.TimeoutException):
        return Page(fault=f"did not answer within {timeout:g} s")
    except Exception as error:
        # Whatever it is: one address that cannot be asked keeps nobody from the others.
        return Page(fault=f"cannot be reached: {str(error) or type(error).__name__}"[:200])


async def _bounded(client: httpx.AsyncClient, url: str) -> Page:
    body = bytearray()
    async with client.stream("GET", url, headers=_ASKING) as answer:
        if answer.status_code != httpx.codes.OK:
            return Page(fault=f"answers {answer.status_code} {answer.reason_phrase}")
        if (packing := answer.headers.get("content-encoding", "identity")).lower() != "identity":
            return Page(fault=f"answers packed ({packing[:20]}), which nobody asked for")
        async for chunk in answer.aiter_raw(65_536):
            body += chunk
            if len(body) > settings.SCRAPE_BYTES:
                return Page(fault=f"is larger than {settings.SCRAPE_BYTES / 1024 / 1024:g} MiB")
    try:
        return Page(text=body.decode("utf-8"))
    except UnicodeDecodeError as error:
        return Page(fault=f"is not UTF-8 at byte {error.start}")
