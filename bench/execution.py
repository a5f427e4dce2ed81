"""How long a rollback takes from the press to the read-back, beside the bare commit, POST and GET it cannot do without.

The database is a fresh one of the configured kind, on disk; the target is a reference endpoint on a socket of this
process. A round is one press: the run is queued as the page queues it, and carried out as the worker carries it out,
with no broker and no worker start between them (about 2 ms by PERFORMANCE.md). Rounds go to and fro between v1 and v2.
"""

from __future__ import annotations

import json
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
from celery import current_app
from django.conf import settings
from django.db import connection

from decisions.domain import canonical
from decisions.domain.actors import Actor, Role
from decisions.domain.runs import State
from decisions.execution import runs
from decisions.management.line_command import LineParser, at_least_one
from decisions.models import Pulse, Run, Service, Version, clock
from decisions.registry import splits

ANA = Actor(key="ana", name="Ana", roles=frozenset({Role.RESPONDER}))
RUNS = 3


def run(argv: Sequence[str] = ()) -> dict[str, Any]:
    """Measure three times, alternating, and report medians over all rounds, and the median ratio of the three.

    Returns:
        `press_ms` (the queued run is committed), `served_ms` (from the press until the target serves it),
        `read_back_ms` (from the press until that was read and stored), and `cpu_ms` of this process for all of it,
        each p50, p99 and max; `bare_ms` (one commit, one
        POST, one GET); `ratio` of read_back p50 to bare p50; `first_to_last`, how much slower
        the last of the three runs was than the first, with all the older runs in the tables.
    """
    parser = LineParser(prog="bench execution", description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rounds", type=at_least_one, default=40, help="presses in each of the three runs")
    rounds = parser.parse_args(argv).rounds
    _without_broker()
    with fresh_database(), Endpoint() as endpoint:
        service = _service(endpoint)
        bare = _bare(endpoint)
        _rounds(service, endpoint, bare, 3)
        measured = [_rounds(service, endpoint, bare, rounds) for _ in range(RUNS)]
        effects = endpoint.effects
    return _figures(measured) | {"rounds": RUNS * rounds, "effects": effects, "database": connection.vendor}


def _without_broker() -> None:
    current_app.conf.update(broker_url="memory://", broker_transport_options={})
    settings.LIVE_URL = "memory://"


def _figures(measured: list[dict[str, list[float]]]) -> dict[str, Any]:
    def all_of(name: str) -> list[float]:
        return [value for part in measured for value in part[name]]

    ratios = [statistics.median(part["read_back"]) / statistics.median(part["bare"]) for part in measured]
    return {
        **{f"{name}_ms": _spread(all_of(name)) for name in ("press", "served", "read_back", "cpu", "bare")},
        "ratio": statistics.median(ratios),
        "ratios": ratios,
        "first_to_last": statistics.median(measured[-1]["read_back"]) / statistics.median(measured[0]["read_back"]),
    }


def _spread(values: list[float]) -> dict[str, float]:
    ordered = sorted(values)
    return {"p50": statistics.median(ordered), "p99": ordered[int(0.99 * (len(ordered) - 1))], "max": ordered[-1]}


def _rounds(service: Service, endpoint: Endpoint, bare: Callable[[], float], count: int) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {"press": [], "served": [], "read_back": [], "cpu": [], "bare": []}
    for _ in range(count):
        for name, value in _press(service, endpoint).items():
            found[name].append(value)
        found["bare"].append(bare())
    return found


def _press(service: Service, endpoint: Endpoint) -> dict[str, float]:
    """One press of the button, and what a worker does about it."""
    plan = _plan(service, endpoint)
    began, cpu = time.perf_counter(), time.process_time()
    queued = runs.queue(service=service, plan=plan, title="Roll back", actor=ANA, at=clock.now())
    pressed = time.perf_counter()
    while runs.take_next_step(queued.pk, owner="bench", at=clock.now()):
        pass
    ended = time.perf_counter()
    state = Run.objects.values_list("state", flat=True).get(pk=queued.pk)
    if state != State.SUCCEEDED:
        raise RuntimeError(f"a round ended as {state}")
    return {
        "press": (pressed - began) * 1000,
        "served": (endpoint.changed_at - began) * 1000,
        "read_back": (ended - began) * 1000,
        "cpu": (time.process_time() - cpu) * 1000,
    }


def _bare(endpoint: Endpoint) -> Callable[[], float]:
    """One commit of one row, one POST that changes nothing, one GET: what no way of doing it can do without."""
    client = httpx.Client(trust_env=False)
    Pulse.objects.create(name="bare", at=clock.now())

    def once() -> float:
        began = time.perf_counter()
        Pulse.objects.filter(name="bare").update(at=clock.now())
        client.post(f"{endpoint.url}/services/bare/shares", json={"shares": {}})
        client.get(f"{endpoint.url}/services/bare")
        return (time.perf_counter() - began) * 1000

    return once


def _service(endpoint: Endpoint) -> Service:
    at = clock.now()
    target = {"kind": "reference", "url": endpoint.url}
    service = Service.objects.create(name="bench", title="Bench", tier="low", target=target, created_at=at)
    for name in ("v1", "v2"):
        Version.objects.create(service=service, name=name, registered_at=at)
    splits.record_served(service, endpoint.state(), epoch=0, at=at)
    return service


def _plan(service: Service, endpoint: Endpoint) -> dict[str, Any]:
    now = endpoint.state()
    other = "v1" if now["split"].get("v2") else "v2"
    digest = canonical.digest("bench")
    not_after = (clock.now() + timedelta(minutes=5)).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {
        "schema": "rollback-desk/plan/1",
        "service": service.name,
        "target": service.name,
        "kind": "roll_back",
        "option": f"roll_back:{other}",
        "from": now,
        "to": {**now, "split": {other: 1.0}},
        "steps": [{"step": step, "says": step} for step in ("check", "precheck", "switch", "read_back")],
        "bounds": [],
        "evidence": digest,
        "policy": {"id": "bench", "number": 1, "digest": digest},
        "epoch": 0,
        "requester": ANA.key,
        "not_after": not_after,
    }


class Endpoint(ThreadingHTTPServer):
    """A reference endpoint with nothing behind it. `changed_at` is when the last order took effect."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.shares = {"v1": 0.0, "v2": 1.0}
        self.pair = (0, 0)
        self.effects = 0
        self.changed_at = 0.0
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    def server_close(self) -> None:
        self.shutdown()
        super().server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def state(self) -> dict[str, Any]:
        split = {name: share for name, share in self.shares.items() if share}
        return {"split": split, "behaviour": "serve", "settings": {}}

    def described(self) -> dict[str, Any]:
        return {
            "shares": self.shares,
            "behaviour": "serve",
            "settings": [],
            "epoch": self.pair[0],
            "token": self.pair[1],
            "versions": [{"version": name, "loads": True} for name in self.shares],
        }

    def obey(self, body: dict[str, Any]) -> None:
        self.shares = {"v1": 0.0, "v2": 0.0} | body["shares"]
        self.pair = (body["epoch"], body["token"])
        self.effects += 1
        self.changed_at = time.perf_counter()


class _Handler(BaseHTTPRequestHandler):
    server: Endpoint
    protocol_version = "HTTP/1.1"
    wbufsize = -1

    def do_GET(self) -> None:
        self._answer(self.server.described())

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path.endswith("/probe"):
            return self._answer({"loads": True})
        if not self.path.startswith("/services/bare/"):
            self.server.obey(body)
        self._answer(self.server.described())

    def _answer(self, answer: dict[str, Any]) -> None:
        content = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:
        """Thousands of lines are no news."""


@contextmanager
def fresh_database() -> Iterator[None]:
    """A database of the configured kind that is gone afterwards; SQLite on disk, where a commit costs what it costs."""
    from django.test.utils import setup_databases, teardown_databases

    with tempfile.TemporaryDirectory(prefix="desk-bench-") as folder:
        if connection.vendor == "sqlite":
            connection.settings_dict["TEST"]["NAME"] = str(Path(folder) / "bench.sqlite3")
        made = setup_databases(verbosity=0, interactive=False)
        try:
            yield
        finally:
            teardown_databases(made, verbosity=0)
