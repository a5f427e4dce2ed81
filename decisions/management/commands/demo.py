"""`demo break FAULT`, `demo heal`: plants faults in the example model service and takes them out again."""

from __future__ import annotations

import os
from argparse import SUPPRESS, ArgumentParser
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import httpx
from django.conf import settings
from django.core.management.base import CommandError

from decisions.management import example
from decisions.management.documents import DocumentCommand
from decisions.management.line_command import BadInput
from decisions.models import clock

TOKEN_ENV = "DIGITS_CONTROL_TOKEN"
TIMEOUT_SECONDS = 5.0


class Command(DocumentCommand):
    help = "Breaks and heals the example model service."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        acts = parser.add_subparsers(dest="act", required=True)
        self._act(acts, "load", "load the example's people, policies and services", load)
        breaking = self._act(acts, "break", "plant a fault", break_)
        breaking.add_argument("fault")
        breaking.add_argument("--service", default="amounts")
        breaking.add_argument(
            "--version", dest="broken_version", metavar="VERSION", help="the newest one served, when not given"
        )
        healing = self._act(acts, "heal", "take all faults out", heal)
        healing.add_argument("--service", help="every service, when not given")

    def _act(self, acts: Any, name: str, says: str, does: Callable[..., dict[str, Any]]) -> ArgumentParser:
        parser: ArgumentParser = acts.add_parser(name, help=says, description=says.capitalize())
        # SUPPRESS: a default here would overwrite what was said before the name of the act.
        parser.add_argument("--json", action="store_true", default=SUPPRESS, help="print one JSON document")
        parser.set_defaults(does=does)
        return parser

    def answer(self, **options: Any) -> dict[str, Any]:
        does: Callable[..., dict[str, Any]] = options.pop("does")
        return does(**options)

    def lines(self, document: Any) -> Iterable[str]:
        if "people" in document:
            return _welcome(document)
        if "fault" in document:
            return [f"{_said(document)} is planted."]
        healed = [_said(fault) for fault in document["healed"]]
        return [f"Healed: {', '.join(healed)}." if healed else "Nothing was broken."]


def load(**options: Any) -> dict[str, Any]:
    """Load the example; answers who can sign in, and with what."""
    return example.load(clock.now())


def _welcome(document: dict[str, Any]) -> Iterable[str]:
    yield "Sign in as one of these people; the password of all of them is: " + document["password"]
    yield from (f"  {person['name']:<6} {person['is']}" for person in document["people"])


def break_(*, fault: str, service: str, broken_version: str | None, **options: Any) -> dict[str, Any]:
    """Plant a fault; answers where."""
    named = {"version": broken_version} if broken_version else {}
    return _asked("/faults", {"fault": fault, "service": service, **named})


def heal(*, service: str | None, **options: Any) -> dict[str, Any]:
    """Take every fault out, of one service or of all; answers which there were."""
    return _asked("/heal", {"service": service} if service else {})


def _asked(path: str, body: dict[str, Any]) -> dict[str, Any]:
    url = settings.EXAMPLE_URL.rstrip("/")
    try:
        # No proxy of the environment may stand between us and this machine.
        response = httpx.post(url + path, json=body, headers=_token(), timeout=TIMEOUT_SECONDS, trust_env=False)
        answer = response.json()
    except (httpx.ConnectError, httpx.TimeoutException):
        raise CommandError(
            f"The example does not run at {url}: start it with make run, or name its port with EXAMPLE_PORT."
        ) from None
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        raise CommandError(f"What answers at {url} is not the example: {error}.") from error
    sentence = answer.get("error", "no reason given") if isinstance(answer, dict) else "no reason given"
    if response.status_code == 401:
        raise CommandError(f"The example at {url} has another control token; set {TOKEN_ENV} to it.")
    if 400 <= response.status_code < 500:
        raise BadInput(sentence)
    if response.status_code != 200:
        raise CommandError(f"The example at {url} could not do it: {sentence}")
    return dict(answer)


def _token() -> dict[str, str]:
    token = os.environ.get(TOKEN_ENV) or _kept_token(Path(settings.DATA_DIR, "example", "control-token"))
    return {"Authorization": f"Bearer {token}"} if token else {}


def _kept_token(path: Path) -> str:
    """The token that the example made for itself, where it was not given one."""
    try:
        return path.read_text().strip()
    except OSError:
        return ""


def _said(fault: dict[str, Any]) -> str:
    where = (
        f"on {fault['version']} of {fault['service']}"
        if fault["version"]
        else f"on every version of {fault['service']}"
    )
    return f"{fault['fault']} {where}"
