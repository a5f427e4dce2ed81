"""The words in which the stories are told: a real desk with its example, and people who come to it.

What the desk did is read as a person or another program reads it: its pages, its commands, and the example's own HTTP.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import Any, TypeVar

import httpx
from django.conf import settings
from django.core.management import call_command
from django.test import override_settings

from tests.site.desk_process import RunningDesk, free_port
from tests.stories.reading import Element, read

ROOT = Path(settings.BASE_DIR)
EXAMPLES = ROOT / "examples"
TOKEN = "of-the-stories"

Found = TypeVar("Found")


def wait_for(condition: Callable[[], Found], what: str, *, seconds: float = 30, every: float = 0.1) -> Found:
    """The first answer of `condition` that is true; fails with `what` when none is in time."""
    until = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < until, f"waited {seconds:g} s in vain for {what}"
        time.sleep(every)
    return found


def shortened(policy: Path, *, watch: float = 8, cooldown: float = 0) -> str:
    """An example policy with other durations, in seconds, and nothing else changed."""
    text = re.sub(r"watch_seconds: \d+", f"watch_seconds: {watch:g}", policy.read_text())
    return re.sub(r"cooldown_seconds: \d+", f"cooldown_seconds: {cooldown:g}", text)


class Person:
    """Somebody of the cast, signed in, without a browser."""

    def __init__(self, address: str, name: str, password: str) -> None:
        self.name = name
        self.client = httpx.Client(base_url=address, follow_redirects=True, timeout=30, trust_env=False)
        form = self.page("/sign-in").form_to("")
        assert form is not None
        self.send("/sign-in", {**form.fields(), "username": name, "password": password})

    def page(self, path: str) -> Element:
        return read(self.client.get(path).raise_for_status().text)

    def send(self, path: str, fields: dict[str, str]) -> httpx.Response:
        answer = self.client.post(path, data=fields, headers={"Referer": str(self.client.base_url)})
        return answer.raise_for_status()

    def press(self, form: Element | None, **typed: str) -> httpx.Response:
        """Send a form as the button does; the answer is the page it leads to."""
        assert form is not None, "there is nothing to press"
        return self.send(form.attributes["action"], {**form.fields(), **typed})


class Desk:
    """A desk in a folder and on ports of its own, with the example beside it."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.example = f"http://127.0.0.1:{free_port()}"
        given = {"EXAMPLE_PORT": self.example.rsplit(":", 1)[1], "DIGITS_CONTROL_TOKEN": TOKEN, "DEMO": "1"}
        self.environment = given | environment
        self.running = RunningDesk(folder / "data", **self.environment)
        self.data = self.running.data
        self.address = f"http://127.0.0.1:{self.running.port}"
        self.people: dict[str, Person] = {}
        self.control = httpx.Client(
            base_url=self.example, headers={"Authorization": f"Bearer {TOKEN}"}, timeout=10, trust_env=False
        )

    def wait_until_ready(self) -> None:
        """Every process runs, and both services are measured and seen."""
        self.running.wait_until_it_says("Rollback Desk is at")
        for service in ("amounts", "cheques"):
            wait_for(lambda name=service: self.is_seen(name), f"{service} to be measured and seen", seconds=60)

    def is_seen(self, service: str) -> bool:
        """The desk knows what is served, and no level is without data or broken."""
        page = self.person("cleo").page(f"/services/{service}")
        states = [row.state for row in page.by_id("standing").all("tr") if row.state]
        return "was not read yet" not in page.text and bool(states) and set(states) == {"ok"}

    def end(self) -> None:
        for person in self.people.values():
            person.client.close()
        self.control.close()
        self.running.end()
        assert not self.running.processes(), "the desk left processes behind"

    # What a terminal beside the desk can do.

    def manage(self, *arguments: str) -> Any:
        """A command of the desk with --json; answers its document, and fails with what it said when it fails."""
        inherited = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
        own = {"DATA_DIR": str(self.data), "ENV_FILE": os.devnull, "PORT": self.running.port}
        command = [sys.executable, "manage.py", *arguments, "--json"]
        done = subprocess.run(
            command, cwd=ROOT, env=inherited | own | self.environment, capture_output=True, text=True, timeout=60
        )
        assert done.returncode == 0, done.stderr + done.stdout
        return json.loads(done.stdout)

    def journal_verify(self) -> int:
        """Check the whole journal; answers how many entries it has."""
        report = self.manage("journal", "verify")
        assert report["whole"], report
        return int(report["size"])

    def break_(self, fault: str, *, service: str = "amounts", version: str = "") -> float:
        """Plant a fault; answers when, on the monotonic clock."""
        named = ["--version", version] if version else []
        self._demo("break", fault, "--service", service, *named)
        return time.monotonic()

    def heal(self, service: str) -> None:
        self._demo("heal", "--service", service)

    def _demo(self, *arguments: str) -> None:
        os.environ["DIGITS_CONTROL_TOKEN"] = TOKEN
        with override_settings(EXAMPLE_URL=self.example):
            call_command("demo", *arguments, stdout=StringIO())

    # What the example says of itself.

    def said_by_example(self, service: str) -> dict[str, Any]:
        answer: dict[str, Any] = self.control.get(f"/services/{service}").raise_for_status().json()
        return answer

    def served(self, service: str = "amounts") -> str:
        """What the service itself says it serves: "v1", "people", or its shares."""
        said = self.said_by_example(service)
        if said["behaviour"] != "serve":
            return str(said["behaviour"])
        shares = {version: share for version, share in said["shares"].items() if share > 0}
        return next(iter(shares)) if len(shares) == 1 else str(shares)

    def effects(self, service: str) -> list[dict[str, Any]]:
        """Every order that the example really obeyed for this service, oldest first."""
        lines = (self.data / "example" / "effects.jsonl").read_text().splitlines()
        return [line for line in map(json.loads, lines) if line["service"] == service]

    # What the pages say.

    def person(self, name: str) -> Person:
        if name not in self.people:
            self.people[name] = Person(self.address, name, self.password)
        return self.people[name]

    @property
    def password(self) -> str:
        return (self.data / "demo-password").read_text().strip()

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
        path = written.url.path
        petra.press(petra.page(path).form_to("/sign-off"))
        assert petra.page(path).by_id("state").state == "active"

    def incident(self, service: str) -> int | None:
        """The number of the newest incident of the service; None when it never had one."""
        rows = self._incident_rows(service)
        return int(rows[0].attributes["id"].removeprefix("row-INC-")) if rows else None

    def _incident_rows(self, service: str) -> list[Element]:
        rows = [row for row in self.person("cleo").page("/incidents").all("tr") if "id" in row.attributes]
        return [row for row in rows if any(a.attributes.get("href") == f"/services/{service}" for a in row.all("a"))]

    def state_of(self, incident: int) -> str:
        return self.person("cleo").page(f"/incidents/{incident}/standing").by_id("standing").state

    def open_incident(self, service: str) -> int | None:
        """The number of the service's active incident; None while it has none."""
        found = self.incident(service)
        return found if found and self.state_of(found) != "resolved" else None

    def options(self, incident: int, person: str = "ana") -> Element:
        return self.person(person).page(f"/incidents/{incident}/options").by_id("options")

    def run_state(self, run: int) -> str:
        return self.person("cleo").page(f"/runs/{run}/progress").by_id("progress").state


@contextmanager
def running_desk(folder: Path, **environment: str) -> Iterator[Desk]:
    """A desk that answers, for the length of the block; afterwards nothing of it runs."""
    desk = Desk(folder, **environment)
    try:
        desk.wait_until_ready()
        yield desk
    finally:
        desk.end()
