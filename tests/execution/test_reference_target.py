"""The HTTP adapter against a server that answers what a test tells it to."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from decisions.execution.targets import Behaviour, Fence, Overtaken, Rejected, Setting, Shares, Unreachable, reference
from tests.factories import make_service

pytestmark = pytest.mark.django_db

STANDING = {
    "service": "amounts",
    "behaviour": "serve",
    "components": [{"name": "reader", "on": True}],
    "shares": {"v1": 0.0, "v2": 1.0},
    "settings": [{"name": "accept_threshold", "value": 0.06, "default": 0.6}],
    "epoch": 3,
    "token": 7,
    "versions": [{"version": "v1", "loads": True}, {"version": "v2", "loads": False, "reason": "torn"}],
}


class Endpoint(ThreadingHTTPServer):
    """Answers every request with `answer`, after `seconds`, and remembers what it was asked."""

    daemon_threads = True
    answer: tuple[int, Any] = (200, STANDING)
    seconds = 0.0

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[tuple[str, str, Any, str | None]] = []

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that ran out of patience is what some tests want."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    server: Endpoint

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        said = json.loads(body) if body else None
        self.server.asked.append((self.command, self.path, said, self.headers.get("Authorization")))
        time.sleep(self.server.seconds)
        status, answer = self.server.answer
        content = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        if status == 302:
            self.send_header("Location", "/elsewhere")
        self.end_headers()
        self.wfile.write(content)

    do_POST = do_GET

    def log_message(self, format: str, *args: Any) -> None:
        return


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    server = Endpoint()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def target(endpoint, monkeypatch, settings):
    monkeypatch.setenv("DIGITS_CONTROL_TOKEN", "let me in")
    settings.TARGET_TIMEOUT_SECONDS = 0.5
    address = {"kind": "reference", "url": endpoint.url, "token_env": "DIGITS_CONTROL_TOKEN"}
    return reference.of(make_service(target=address))


def test_what_is_served_is_read_with_the_token(endpoint, target, at):
    served = target.read(at=at)

    assert served.state == {
        "split": {"v1": 0.0, "v2": 1.0},
        "behaviour": "serve",
        "settings": {"accept_threshold": "0.06"},
    }
    assert (served.recorded_settings, served.fence) == ({"accept_threshold": "0.6"}, Fence(3, 7))
    assert served.versions == {"v1": True, "v2": False}
    assert endpoint.asked == [("GET", "/services/amounts", None, "Bearer let me in")]


@pytest.mark.parametrize(
    ("change", "path", "body"),
    [
        (Shares({"v1": 1.0}), "/shares", {"shares": {"v1": 1}}),
        (Setting("accept_threshold", "0.6"), "/settings", {"name": "accept_threshold", "value": 0.6}),
        (Behaviour("people"), "/behaviour", {"behaviour": "people"}),
    ],
)
def test_every_change_is_told_under_its_pair(endpoint, target, change, path, body):
    target.apply(change, Fence(3, 8))

    assert endpoint.asked[0][1:3] == (f"/services/amounts{path}", body | {"epoch": 3, "token": 8})


@pytest.mark.parametrize(
    ("answer", "error", "sentence"),
    [
        ((409, {"error": "too late", "epoch": 4, "token": 1}), Overtaken, "an order that came too late: too late"),
        ((422, {"error": "There is no version v9."}), Rejected, "There is no version v9."),
        ((401, {}), Rejected, "no reason given"),
        ((500, {"error": "oops"}), Unreachable, "answered 500: oops"),
        ((302, {}), Unreachable, "answered 302"),
        ((408, {}), Unreachable, "answered 408"),
    ],
)
def test_each_answer_means_one_thing(endpoint, target, answer, error, sentence):
    endpoint.answer = answer

    with pytest.raises(error, match=sentence) as raised:
        target.apply(Shares({"v1": 1.0}), Fence(3, 8))

    assert type(raised.value) is error
    assert len(endpoint.asked) == 1


def test_a_refusal_by_the_fence_carries_the_pair_in_force(endpoint, target):
    endpoint.answer = (409, {"error": "too late", "epoch": 4, "token": 1})

    with pytest.raises(Overtaken) as overtaken:
        target.apply(Shares({"v1": 1.0}), Fence(3, 8))

    assert (overtaken.value.epoch, overtaken.value.token) == (4, 1)


def test_silence_ends_within_the_time_out(endpoint, target, at):
    endpoint.seconds = 2

    began = time.monotonic()
    with pytest.raises(Unreachable, match=r"did not answer within 0\.5 s"):
        target.read(at=at)

    assert time.monotonic() - began < 1.5


def test_nobody_at_the_address_is_unreachable(endpoint, target, at):
    endpoint.server_close()

    with pytest.raises(Unreachable, match="could not be reached"):
        reference.of(make_service("letters", target={"url": "http://127.0.0.1:9"})).read(at=at)


@pytest.mark.parametrize(
    "answer",
    [
        b"not json",
        b"[]",
        b'{"shares": NaN}',
        {},
        STANDING | {"shares": None},
        STANDING | {"shares": {"v1": "all"}},
        STANDING | {"versions": 5},
        STANDING | {"epoch": "new"},
        b"x" * (2 * 1024 * 1024),
    ],
)
def test_an_answer_that_is_not_understood_says_nothing_about_what_is_served(endpoint, target, at, answer):
    endpoint.answer = (200, answer)

    with pytest.raises(Unreachable):
        target.read(at=at)


def test_a_version_that_loads_passes_the_probe(endpoint, target):
    endpoint.answer = (200, {"version": "v1", "loads": True, "reason": None})

    target.probe("v1")

    assert endpoint.asked[0][1:3] == ("/services/amounts/probe", {"version": "v1"})


def test_a_version_that_does_not_load_says_why(endpoint, target):
    endpoint.answer = (200, {"version": "v1", "loads": False, "reason": "its file is torn"})

    with pytest.raises(Rejected, match="v1 does not load on amounts: its file is torn"):
        target.probe("v1")


def test_the_token_never_shows_in_a_sentence(endpoint, target, at):
    endpoint.answer = (500, {"error": "oops"})

    with pytest.raises(Unreachable) as reason:
        target.read(at=at)

    assert "let me in" not in f"{reason.value!r} {vars(target)}"


@pytest.mark.parametrize("token", ["schlüssel", "two\nlines", "\x00"])
def test_a_token_that_no_header_can_carry_is_named_by_its_variable(target, at, monkeypatch, token):
    monkeypatch.setattr("os.environ", {"DIGITS_CONTROL_TOKEN": token})

    for call in (lambda: target.read(at=at), lambda: target.apply(Shares({"v1": 1.0}), Fence(3, 8))):
        with pytest.raises(Unreachable, match="amounts cannot be asked: DIGITS_CONTROL_TOKEN") as reason:
            call()

        assert token not in str(reason.value)
