"""The reference control endpoint over HTTP (examples/digits serves one). It enforces the fence."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

import httpx
from django.conf import settings

from decisions.domain import canonical
from decisions.domain.canonical import BadDocument
from decisions.execution.reach import reach
from decisions.execution.targets import (
    Behaviour,
    Change,
    Fence,
    Overtaken,
    Rejected,
    Served,
    Setting,
    Shares,
    Unreachable,
)
from decisions.models import Service

# What it promises, for pages that say so: an order with an older pair is refused there, not only noticed here.
FENCE = "enforced"

_LARGEST_ANSWER = 1024 * 1024


class ReferenceTarget:
    """One service of a reference endpoint. The token is named by its environment variable and never stored."""

    def __init__(self, client: httpx.Client, url: str, name: str, token_env: str) -> None:
        self._client = client
        self._url = f"{url.rstrip('/')}/services/{name}"
        self._name = name
        self._token_env = token_env

    def read(self, *, at: datetime) -> Served:
        status, answer = self._call("GET", "")
        if status != 200:
            raise Unreachable(f"{self._name} answered {status} when asked what it serves: {_said(answer)}")
        try:
            return _served(answer, at)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise Unreachable(f"{self._name} said what it serves in a way we do not understand ({error!r}).") from error

    def probe(self, version: str) -> None:
        answer = self._told("/probe", {"version": version})
        if answer.get("loads") is not True:
            raise Rejected(f"{version} does not load on {self._name}: {answer.get('reason') or 'no reason given'}")

    def apply(self, change: Change, fence: Fence) -> None:
        path, body = _order(change)
        self._told(path, {**body, "epoch": fence.epoch, "token": fence.token})

    def _told(self, path: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
        status, answer = self._call("POST", path, body)
        if status == 409 and _has_pair(answer):
            raise Overtaken(
                f"{self._name} refused an order that came too late: {_said(answer)}",
                epoch=answer["epoch"],
                token=answer["token"],
            )
        if status == 200:
            return answer
        if 400 <= status < 500 and status != 408:
            raise Rejected(f"{self._name} refused: {_said(answer)}")
        # A 5xx may come from behind an effect, and a redirect from something that is not the target.
        raise Unreachable(f"{self._name} answered {status}: {_said(answer)}")

    def _call(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> tuple[int, Mapping[str, Any]]:
        headers = self._headers()
        content = canonical.canonical(body) if body is not None else None
        try:
            with self._client.stream(method, self._url + path, content=content, headers=headers) as response:
                if method == "POST":
                    reach("request_sent")
                status, data = response.status_code, _bounded(response)
        except httpx.TimeoutException:
            raise Unreachable(f"{self._name} did not answer within {settings.TARGET_TIMEOUT_SECONDS:g} s.") from None
        except Exception as error:
            # Whatever it is, an address that cannot be asked included: no clear answer came.
            raise Unreachable(f"{self._name} could not be reached: {error}.") from error
        if method == "POST":
            reach("response_read")
        return status, _object(data)

    def _headers(self) -> dict[str, str]:
        token = os.environ.get(self._token_env, "") if self._token_env else ""
        if not (token.isascii() and token.isprintable()):
            # Said here and without it: the client's own words for this show the token.
            raise Unreachable(f"{self._name} cannot be asked: {self._token_env} holds what no header can carry.")
        return {"Authorization": f"Bearer {token}"} if token else {}


def of(service: Service) -> ReferenceTarget:
    found = service.target
    return ReferenceTarget(
        _client(settings.TARGET_TIMEOUT_SECONDS),
        found.get("url", ""),
        found.get("service", service.name),
        found.get("token_env", ""),
    )


@lru_cache(maxsize=2)
def _client(seconds: float) -> httpx.Client:
    # One client a process keeps connections warm. No proxy of the environment may stand between us and a target.
    return httpx.Client(timeout=seconds, follow_redirects=False, trust_env=False)


def _bounded(response: httpx.Response) -> bytes:
    # The client's time-out is for each piece; an answer that trickles in needs an end of its own.
    data, end = b"", time.monotonic() + settings.TARGET_TIMEOUT_SECONDS
    for part in response.iter_bytes():
        data += part
        if time.monotonic() > end:
            raise httpx.ReadTimeout("the answer trickled in")
        if len(data) > _LARGEST_ANSWER:
            return b""
    return data


def _object(data: bytes) -> Mapping[str, Any]:
    try:
        found = canonical.load(data)
    except BadDocument:
        return {}
    return found if isinstance(found, dict) else {}


def _said(answer: Mapping[str, Any]) -> str:
    return str(answer.get("error") or "no reason given")[:200]


def _has_pair(answer: Mapping[str, Any]) -> bool:
    return all(isinstance(answer.get(name), int) for name in ("epoch", "token"))


def _order(change: Change) -> tuple[str, dict[str, Any]]:
    match change:
        case Shares(split):
            return "/shares", {"shares": dict(split)}
        case Setting(name, value):
            return "/settings", {"name": name, "value": _number(value)}
        case Behaviour(behaviour):
            return "/behaviour", {"behaviour": behaviour}


def _number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


def _served(answer: Mapping[str, Any], at: datetime) -> Served:
    share: Callable[[Any], float] = float
    return Served(
        split={str(name): share(value) for name, value in answer["shares"].items()},
        behaviour=str(answer["behaviour"]),
        settings={each["name"]: _text(each["value"]) for each in answer["settings"]},
        recorded_settings={each["name"]: _text(each["default"]) for each in answer["settings"]},
        versions={str(each["version"]): each["loads"] is True for each in answer["versions"]},
        fence=Fence(epoch=int(answer["epoch"]), token=int(answer["token"])),
        at=at,
        detail={"components": answer.get("components", []), "versions": answer["versions"]},
    )


def _text(value: Any) -> str:
    return value if isinstance(value, str) else repr(value)
