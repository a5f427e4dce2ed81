"""The control endpoint: who may, what is refused, and that nothing it is sent breaks it."""

from __future__ import annotations

import http.client
import json
import socket
import threading

import pytest

from examples.digits.endpoint import LARGEST_BODY, Endpoint, Example

TOKEN = "a-token"
TO_V1 = {"shares": {"v1": 1}, "epoch": 0, "token": 1}


@pytest.fixture
def endpoint(world):
    server = Endpoint(0)
    server.open(Example({world.service.name: world.service}, world.meter, TOKEN))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def ask(endpoint):
    """Sends one request and answers its status and body."""

    def send(method: str, path: str, body: object = None, token: str | None = TOKEN) -> tuple[int, object]:
        connection = http.client.HTTPConnection("127.0.0.1", endpoint.server_port, timeout=5)
        content = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {token}"} if token is not None else {}
        connection.request(method, path, content, headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        return answer.status, json.loads(text) if "json" in answer.headers["Content-Type"] else text

    return send


def test_the_metrics_are_open_and_in_the_text_format(ask, world):
    world.wait(2)

    status, page = ask("GET", "/metrics", token=None)

    assert status == 200
    assert 'requests_total{mode="live",service="amounts",version="v2"}' in page
    assert ask("GET", "/healthz", token=None) == (200, {"status": "ok"})


@pytest.mark.parametrize("token", [None, "", "another", "ä"])
@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/services"), ("GET", "/services/amounts"), ("POST", "/services/amounts/shares"), ("POST", "/heal")],
)
def test_control_needs_the_token(ask, world, method, path, token):
    status, body = ask(method, path, TO_V1 if method == "POST" else None, token=token)

    assert (status, "token" in body["error"]) == (401, True)
    assert world.service.described()["token"] == 0


def test_what_is_served_can_be_read_and_changed(ask):
    status, before = ask("GET", "/services/amounts")
    changed = ask("POST", "/services/amounts/shares", TO_V1)

    assert (status, before["shares"]) == (200, {"v1": 0.0, "v2": 1.0})
    assert changed == ask("GET", "/services/amounts") == ask("POST", "/services/amounts/shares", TO_V1)
    assert (changed[1]["shares"], changed[1]["epoch"], changed[1]["token"]) == ({"v1": 1.0, "v2": 0.0}, 0, 1)


def test_an_older_pair_is_told_the_one_in_force(ask):
    ask("POST", "/services/amounts/shares", {**TO_V1, "epoch": 2, "token": 9})

    status, body = ask("POST", "/services/amounts/behaviour", {"behaviour": "people", "epoch": 1, "token": 10})

    assert (status, body["epoch"], body["token"]) == (409, 2, 9)
    assert "older" in body["error"]


def test_a_version_can_be_asked_whether_it_loads(ask, world):
    fine = ask("POST", "/services/amounts/probe", {"version": "v1"})
    (world.folder / "v1.npz").unlink()
    status, gone = ask("POST", "/services/amounts/probe", {"version": "v1"})

    assert fine == (200, {"version": "v1", "loads": True, "reason": None})
    assert (status, gone["loads"]) == (200, False)
    assert "v1.npz" in gone["reason"]
    assert [version["loads"] for version in ask("GET", "/services/amounts")[1]["versions"]] == [False, True]


def test_faults_are_planted_listed_and_healed(ask):
    planted = ask("POST", "/faults", {"fault": "crop", "service": "amounts"})
    listed = ask("GET", "/faults")[1]["planted"]
    healed = ask("POST", "/heal", {})

    assert planted == (200, {"service": "amounts", "fault": "crop", "version": "v2"})
    assert listed == healed[1]["healed"] == [planted[1]]
    assert ask("POST", "/heal", {"service": "amounts"}) == (200, {"healed": []})


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/", None, 404),
        ("GET", "/services/orders", None, 404),
        ("POST", "/services/orders/shares", TO_V1, 404),
        ("POST", "/services/amounts/colour", TO_V1, 404),
        ("POST", "/services/amounts", TO_V1, 405),
        ("GET", "/services/amounts/shares", None, 405),
        ("PUT", "/services/amounts/shares", TO_V1, 405),
        ("DELETE", "/services/amounts", None, 405),
        ("POST", "/metrics", {}, 404),
        ("POST", "/services/amounts/probe", {}, 400),
        ("POST", "/services/amounts/probe", {"version": "v9"}, 422),
        ("POST", "/services/amounts/probe", {"version": ["v1"]}, 422),
        ("POST", "/services/amounts/probe", {"version": "v1", "now": 1}, 400),
        ("POST", "/faults", {"fault": "flood", "service": "amounts"}, 422),
        ("POST", "/faults", {"fault": "crop", "service": ["amounts"]}, 404),
        ("POST", "/faults", {"fault": "crop"}, 400),
        ("POST", "/heal", {"service": "orders"}, 404),
        ("POST", "/heal", [], 400),
    ],
)
def test_what_is_not_there_is_refused_with_a_sentence(ask, method, path, body, status):
    answered, refusal = ask(method, path, body)

    assert answered == status
    assert refusal["error"].endswith(".")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[" * 60_000,
        b'{"shares": {"v1": NaN}, "epoch": 0, "token": 1}',
        b'{"shares": {"v1": Infinity}, "epoch": 0, "token": 1}',
        b'{"shares": {"v1": 1}, "epoch": 0, "epoch": 1, "token": 1}',
        b'{"shares": {"v1": 1}, "epoch": 0, "token": ' + b"9" * 5_000 + b"}",
        b"null",
        b'"\\ud800"',
    ],
)
def test_a_body_that_is_not_an_object_in_json_is_refused(ask, world, body):
    status, refusal = ask("POST", "/services/amounts/shares", body)

    assert (status, refusal["error"].endswith(".")) == (400, True)
    assert world.service.described()["token"] == 0


def test_a_body_too_large_is_refused_before_it_is_read(ask):
    assert ask("POST", "/services/amounts/shares", b" " * (LARGEST_BODY + 1))[0] == 413


@pytest.mark.parametrize("length", [b"", b"Content-Length: -1\r\n", b"Content-Length: x\r\n"])
def test_a_body_without_a_length_is_refused(endpoint, length):
    with socket.create_connection(("127.0.0.1", endpoint.server_port), timeout=5) as raw:
        raw.sendall(b"POST /heal HTTP/1.1\r\nAuthorization: Bearer " + TOKEN.encode() + b"\r\n" + length + b"\r\n")

        assert raw.recv(12) == b"HTTP/1.1 411"


def test_only_this_machine_is_listened_to(endpoint):
    assert endpoint.server_address[0] == "127.0.0.1"


def test_orders_at_once_have_one_effect_for_each_pair(ask, world):
    answers: list[int] = []
    callers = [
        threading.Thread(
            target=lambda token=token: answers.append(
                ask("POST", "/services/amounts/shares", {**TO_V1, "token": token})[0]
            )
        )
        for token in [1, 2, 3, 4] * 4
    ]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()

    tokens = [json.loads(line)["token"] for line in (world.folder / "effects.jsonl").read_text().splitlines()]
    assert tokens == sorted(set(tokens))
    assert tokens[-1] == 4
    assert set(answers) <= {200, 409}
