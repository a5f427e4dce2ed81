"""Fetching many sources at once: each bounded, none waiting for another."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from decisions.models import Source
from decisions.monitoring import scraping, sources
from tests.factories import make_indicator, make_live_pair, make_source


class Pages(BaseHTTPRequestHandler):
    """/quick answers at once, /slow after most of the timeout, /endless never ends, /huge is too large."""

    def do_GET(self) -> None:
        try:
            self._answer(self.path.rsplit("/", 1)[-1])
        except OSError:
            return

    def _answer(self, way: str) -> None:
        if way == "slow":
            time.sleep(0.4)
        self.send_response(500 if way == "broken" else 200)
        self.end_headers()
        if way == "huge":
            self.wfile.write(b"# " + b"x" * 5_000_000)
        for _ in range(40 if way == "endless" else 0):
            self.wfile.write(b"#\n")
            time.sleep(0.05)
        self.wfile.write({"binary": b"\xff\xfe"}.get(way, b"bad_total 1\nall_total 2\n"))

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def address(settings, monkeypatch) -> Iterator[str]:
    settings.SCRAPE_TIMEOUT_SECONDS = 0.6
    monkeypatch.setattr(sources, "SOON_SECONDS", 0.2)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_each_answer_stands_for_its_own_address(address):
    ways = ("quick", "slow", "endless", "huge", "broken", "binary")

    pages = dict(zip(ways, sources.fetch([f"{address}/{way}" for way in ways]), strict=True))

    assert pages["quick"].text == pages["slow"].text == "bad_total 1\nall_total 2\n"
    assert {way: page.fault for way, page in pages.items() if page.fault} == {
        "endless": "did not answer within 0.6 s",
        "huge": "is larger than 4 MiB",
        "broken": "answers 500 Internal Server Error",
        "binary": "is not UTF-8 at byte 0",
    }


def test_an_address_that_is_none_is_a_fault_like_any_other():
    pages = sources.fetch(["http://[", "http://127.0.0.1:1/metrics", "nonsense"])

    assert all(page.fault.startswith("cannot be reached") for page in pages)


def test_what_answers_soon_is_handed_over_before_the_rest(address):
    turns = list(sources.fetch_in_turn([f"{address}/{way}" for way in ("slow", "quick", "slow", "quick")]))

    assert [[place for place, _ in turn] for turn in turns] == [[1, 3], [0, 2]]


@pytest.mark.django_db(transaction=True)
def test_a_source_that_hangs_keeps_nobody_else_waiting(address, at, monkeypatch):
    service = make_live_pair()
    make_indicator(service, query={"kind": "ratio", "metric": "bad_total", "over": "all_total"})
    for way in ("endless", "quick"):
        make_source(service, name=way, url=f"{address}/{way}", every_seconds=2)
    began, stored = time.monotonic(), {}
    real = scraping.store
    monkeypatch.setattr(
        scraping,
        "store",
        lambda fetched, at: (stored.update({s.name: time.monotonic() - began for s, _ in fetched}), real(fetched, at)),
    )

    assert scraping.scrape(at) == 2

    assert stored["quick"] < 0.5 < stored["endless"]
    assert dict(Source.objects.values_list("name", "state")) == {"endless": "unhealthy", "quick": "healthy"}
