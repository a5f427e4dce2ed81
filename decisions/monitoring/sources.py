"""Fetching metrics pages: all due sources at once, each bounded in time and bytes."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import httpx
from django.conf import settings


@dataclass(frozen=True)
class Page:
    """What one fetch brought: the text, or the reason why there is none."""

    text: str = ""
    fault: str = ""


def fetch(urls: Sequence[str]) -> list[Page]:
    """Fetch every address at once; answers stand in the order of the addresses. Never raises for one of them."""
    return asyncio.run(_fetch_all(urls))


async def _fetch_all(urls: Sequence[str]) -> list[Page]:
    timeout = settings.SCRAPE_TIMEOUT_SECONDS
    async with httpx.AsyncClient(timeout=timeout, follow_redirects=False, trust_env=False) as client:
        return list(await asyncio.gather(*(_fetch(client, url, timeout) for url in urls)))


async def _fetch(client: httpx.AsyncClient, url: str, timeout: float) -> Page:
    try:
        async with asyncio.timeout(timeout):
            return await _bounded(client, url)
    except TimeoutError:
        return Page(fault=f"did not answer within {timeout:g} s")
    except httpx.TimeoutException:
        return Page(fault=f"did not answer within {timeout:g} s")
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return Page(fault=f"cannot be reached: {str(error) or type(error).__name__}"[:200])


async def _bounded(client: httpx.AsyncClient, url: str) -> Page:
    body = bytearray()
    async with client.stream("GET", url, headers={"Accept": "text/plain;version=0.0.4"}) as answer:
        if answer.status_code != httpx.codes.OK:
            return Page(fault=f"answers {answer.status_code} {answer.reason_phrase}")
        async for chunk in answer.aiter_bytes(65_536):
            body += chunk
            if len(body) > settings.SCRAPE_BYTES:
                return Page(fault=f"is larger than {settings.SCRAPE_BYTES / 1024 / 1024:g} MiB")
    try:
        return Page(text=body.decode("utf-8"))
    except UnicodeDecodeError as error:
        return Page(fault=f"is not UTF-8 at byte {error.start}")
