"""The words in which the stories are told: a real desk with its example, and people who come to it.

What the desk did is read as a person or another program reads it: its pages, its commands, and the example's own HTTP.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from io import StringIO
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlencode

import httpx
from django.conf import settings
from django.core.management import call_command
from django.test import override_settings

from rollback_site import leftovers
from tests.site.desk_process import RunningDesk, free_port
from tests.stories.person import Person
from tests.stories.reading import Element, read

ROOT = Path(settings.BASE_DIR)
TOKEN = "of-the-stories"
SERVICES = ("amounts", "cheques")
ENDED = ("succeeded", "compensated", "needs_human", "cancelled")

Found = TypeVar("Found")


def wait_for(condition: Callable[[], Found], what: object, *, seconds: float = 40, every: float = 0.1) -> Found:
    """The first answer of `condition` that is true; fails with what `what` says by then when none is in time."""
    until = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < until, f"waited {seconds:g} s in vain for {what}"
        time.sleep(every)
    return found


class Desk:
    """A desk in a folder and on ports of its own, with the example beside it."""

    def __init__(self, folder: Path, **environment: str) -> None:
        port = environment.setdefault("EXAMPLE_PORT", str(free_port()))
        self.environment = {"DIGITS_CONTROL_TOKEN": TOKEN} | environment
        self.running = RunningDesk(folder / "data", **self.environment)
        self.data = self.running.data
        self.address = f"http://127.0.0.1:{self.running.port}"
        self.example = f"http://127.0.0.1:{port}"
        self.example_pid = 0
        self.people: dict[str, Person] = {}
        bearer = {"Authorization": f"Bearer {TOKEN}"}
        self.control = httpx.Client(base_url=self.example, headers=bearer, timeout=10, trust_env=False)

    def wait_until_measured(self) -> None:
        """The desk knows what both services serve, and every level has data and holds."""
        for service in SERVICES:
            wait_for(lambda name=service: self.is_well(name), f"{service} to be measured", seconds=90)

    def is_well(self, service: str) -> bool:
        page = self.person("cleo").page(f"/services/{service}/standing")
        states = {row.state for row in page.by_id("levels").all("tr") if row.state}
        is_read = "The serving side was not read yet." not in page.text
        return states == {"ok"} and is_read and not self.open_incident(service)

    def end(self) -> None:
        for person in self.people.values():
            person.client.close()
        self.control.close()
        self.running.end()
        assert not self.running.processes(), "the desk left processes behind"

    def processes(self, words: str) -> list[int]:
        """The ids of the desk's processes that were started with these words."""
        return [pid for pid in leftovers.of(self.data) if words in _command(pid)]

    def kill(self, words: str) -> None:
        """Kill -9 the desk's processes that were started with these words, each by its id."""
        found = self.processes(words)
        assert found, f"nothing runs as {words}"
        for pid in found:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    @contextmanager
    def hanging_example(self) -> Iterator[None]:
        """The example takes connections and does not answer, for the length of the block. Only where it is ours."""
        assert self.example_pid
        os.kill(self.example_pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(self.example_pid, signal.SIGCONT)

    def manage(self, *arguments: str) -> Any:
        """A command of the desk with --json; answers its document, and fails with what it said when it fails."""
        inherited = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
        own = {"DATA_DIR": str(self.data), "ENV_FILE": os.devnull, "PORT": self.running.port}
        command = [sys.executable, "manage.py", *arguments, "--json"]
        environment = inherited | own | self.environment
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr + done.stdout
        return json.loads(done.stdout)

    def journal_verify(self) -> int:
        """Check the whole journal; answers how many entries it has."""
        report = self.manage("journal", "verify")
        assert report["whole"], report
        return int(report["size"])

    # The example: breaking it, and what it says of itself.

    def break_(self, fault: str, service: str = "amounts") -> float:
        """Plant a fault with `demo break`; answers when, on the monotonic clock."""
        self._demo("break", fault, "--service", service)
        return time.monotonic()

    def heal(self, service: str = "amounts") -> None:
        self._demo("heal", "--service", service)

    def _demo(self, *arguments: str) -> None:
        os.environ["DIGITS_CONTROL_TOKEN"] = TOKEN
        with override_settings(EXAMPLE_URL=self.example):
            call_command("demo", *arguments, stdout=StringIO())

    def served(self, service: str = "amounts") -> str:
        """What the service itself says it serves: "v1", "people", or its shares."""
        said = self._said(service)
        if said["behaviour"] != "serve":
            return str(said["behaviour"])
        shares = {version: share for version, share in said["shares"].items() if share > 0}
        return next(iter(shares)) if len(shares) == 1 else str(shares)

    def _said(self, service: str) -> dict[str, Any]:
        answer: dict[str, Any] = self.control.get(f"/services/{service}").raise_for_status().json()
        return answer

    def effects(self, service: str = "amounts") -> list[dict[str, Any]]:
        """Every order that the example really obeyed for this service, oldest first."""
        lines = (self.data / "example" / "effects.jsonl").read_text().splitlines()
        return [line for line in map(json.loads, lines) if line["service"] == service]

    def begin_again(self, service: str = "amounts") -> None:
        """Nothing broken, nothing open, v2 serves: where an earlier story left v1 or people, its platform changes that.

        The desk finds that as drift and opens the incident again, until Ana says that what is served may stay.
        """
        self.heal(service)
        if self.served(service) == "people":
            self._change_hands(service, "behaviour", {"behaviour": "serve"})
        if self.served(service) != "v2":
            self._change_hands(service, "shares", {"shares": {"v2": 1}})
        wait_for(lambda: self.is_well(service), f"{service} to be well", seconds=90)

    def _change_hands(self, service: str, kind: str, order: dict[str, Any]) -> None:
        self._order(service, kind, order)
        wait_for(lambda: self._is_kept(service), "the change of hands to be seen and kept", seconds=90)

    def _is_kept(self, service: str) -> bool:
        ana, incident = self.person("ana"), self.open_incident(service)
        form = ana.page(f"/incidents/{incident}/standing").form_to("/keep") if incident else None
        if form is not None:
            ana.press(form)
        return form is not None

    def _order(self, service: str, kind: str, order: dict[str, Any]) -> None:
        said = self._said(service)
        pair = {"epoch": said["epoch"], "token": said["token"] + 1}
        self.control.post(f"/services/{service}/{kind}", json=order | pair).raise_for_status()

    # The pages.

    @property
    def password(self) -> str:
        return (self.data / "demo-password").read_text().strip()

    def person(self, name: str) -> Person:
        if name not in self.people:
            self.people[name] = Person(self.address, name, self.password)
        return self.people[name]

    def sign_in(self, page: Any, name: str) -> None:
        """Sign somebody in on a page of a browser."""
        page.goto(f"{self.address}/sign-in")
        page.get_by_label("Name").fill(name)
        page.get_by_label("Password").fill(self.password)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(f"{self.address}/")

    def adopt(self, policy: str) -> None:
        """Paul drafts the policy, Petra signs it off."""
        paul, petra = self.person("paul"), self.person("petra")
        written = paul.press(paul.page("/policies/new").form_to("/policies/new"), body=policy)
        paul.press(read(written.text).form_to("/propose"))
        petra.press(petra.page(written.url.path).form_to("/sign-off"))
        assert petra.page(written.url.path).by_id("state").state == "active"

    def open_incident(self, service: str = "amounts") -> int | None:
        """The number of the service's active incident; None while it has none."""
        rows = [row for row in self.person("cleo").page("/incidents").all("tr") if row.state not in ("", "resolved")]
        mine = [row for row in rows if any(a.attributes.get("href") == f"/services/{service}" for a in row.all("a"))]
        return int(mine[0].attributes["id"].removeprefix("row-INC-")) if mine else None

    def state_of(self, incident: int) -> str:
        return self.person("cleo").page(f"/incidents/{incident}/standing").by_id("standing").state

    def options(self, incident: int, person: str = "ana") -> Element:
        return self.person(person).page(f"/incidents/{incident}/options").by_id("options")

    def advice(self, incident: int) -> Element | None:
        """The recommendation as Ana sees it; None before the first assessment."""
        return self.options(incident).maybe("advice")

    def run_state(self, run: int) -> str:
        return self.person("cleo").page(f"/runs/{run}/progress").by_id("progress").state

    def run_words(self, run: int) -> str:
        return self.person("cleo").page(f"/runs/{run}/progress").by_id("progress").text

    def wait_until_ended(self, run: int, *, seconds: float = 60) -> str:
        """How the run ended."""
        return wait_for(lambda: _ended(self.run_state(run)), f"the end of R-{run}", seconds=seconds)

    def entries(self, event: str, **about: object) -> int:
        """How often the journal's newest page has this event about an incident or a service."""
        page = self.person("olga").page(f"/journal?{urlencode({'event': event, **about})}")
        return sum(a.attributes.get("href", "").startswith("/journal/") for row in page.all("th") for a in row.all("a"))


def _ended(state: str) -> str:
    return state if state in ENDED else ""


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""
