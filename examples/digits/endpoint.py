"""The example over HTTP: metrics for anybody on this machine; control and faults for who holds the token."""

from __future__ import annotations

import hmac
import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from typing import Any

from examples.digits.faults import FAULTS
from examples.digits.meter import CONTENT_TYPE, Meter
from examples.digits.orders import READINGS, Declined
from examples.digits.services import Service

LARGEST_BODY = 64 * 1024


@dataclass(frozen=True)
class Example:
    """Everything a request can be about."""

    services: Mapping[str, Service]
    meter: Meter
    token: str


class Endpoint(ThreadingHTTPServer):
    """Listens on the loopback address only. The port is taken at once, requests are accepted from `open` on."""

    daemon_threads = True

    def __init__(self, port: int) -> None:
        super().__init__(("127.0.0.1", port), Handler, bind_and_activate=False)
        try:
            self.server_bind()
        except OSError:
            self.server_close()
            raise

    def server_bind(self) -> None:
        # HTTPServer's own asks a name server for this machine's name, which nobody needs and which can hang.
        TCPServer.server_bind(self)
        self.server_name, self.server_port = "127.0.0.1", self.socket.getsockname()[1]

    def open(self, example: Example) -> None:
        self.example = example
        self.server_activate()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is its own affair; anything else is ours and is printed."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class Handler(BaseHTTPRequestHandler):
    server: Endpoint
    protocol_version = "HTTP/1.1"
    server_version = "digits"
    sys_version = ""
    # Seconds a client may be silent, between requests and in the middle of one.
    timeout = 10
    # Headers and body leave together: two small writes would wait for each other's acknowledgement.
    wbufsize = -1

    def do_GET(self) -> None:
        self._handle()

    def do_POST(self) -> None:
        self._handle()

    do_PUT = do_PATCH = do_DELETE = do_OPTIONS = do_POST

    def log_message(self, format: str, *args: Any) -> None:
        """Scrapes every two seconds are no news."""

    def _handle(self) -> None:
        try:
            self._route()
        except Declined as declined:
            self._decline(declined)

    def _route(self) -> None:
        path = self.path.split("?", 1)[0]
        if self.command == "GET" and path == "/metrics":
            return self._send(200, self.server.example.meter.page(), CONTENT_TYPE)
        if self.command == "GET" and path == "/healthz":
            return self._answer(200, {"status": "ok"})
        self._authorise()
        answer = _found(path, self.command)
        self._answer(200, answer(self.server.example, self._body() if self.command == "POST" else None))

    def _authorise(self) -> None:
        scheme, _, token = (self.headers.get("Authorization") or "").partition(" ")
        right = hmac.compare_digest(token.strip().encode(), self.server.example.token.encode())
        if scheme.lower() != "bearer" or not right:
            raise Declined(401, "This needs the control token as a bearer token.")

    def _body(self) -> Any:
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > LARGEST_BODY:
            raise Declined(413 if length.isdecimal() else 411, f"A body of at most {LARGEST_BODY} bytes is needed.")
        return strict_json(self.rfile.read(int(length)))

    def _decline(self, declined: Declined) -> None:
        # A body that was not read would be taken for the next request.
        self.close_connection = True
        body: dict[str, Any] = {"error": str(declined)}
        name = self.path.split("?", 1)[0].split("/")[2:3]
        if declined.status == 409 and name:
            standing = self.server.example.services[name[0]].regime().standing
            body |= {"epoch": standing.pair[0], "token": standing.pair[1]}
        self._answer(declined.status, body)

    def _answer(self, status: int, body: Any) -> None:
        self._send(status, json.dumps(body).encode(), "application/json")

    def _send(self, status: int, content: bytes, content_type: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(content)))
        if status == 401:
            self.send_header("WWW-Authenticate", "Bearer")
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(content)


Answer = Callable[[Example, Any], Any]


def _found(path: str, method: str) -> Answer:
    """What answers this path.

    Raises:
        Declined: nothing does, or not this method.
    """
    answers = _answers(path.strip("/").split("/"))
    if not answers:
        raise Declined(404, f"There is nothing at {path}.")
    if method not in answers:
        raise Declined(405, f"{path} only takes {' and '.join(answers)}.")
    return answers[method]


def _answers(parts: list[str]) -> dict[str, Answer]:
    match parts:
        case ["services"]:
            return {"GET": lambda example, _: [service.described() for service in example.services.values()]}
        case ["services", name]:
            return {"GET": lambda example, _: _service(example, name).described()}
        case ["services", name, "probe"]:
            return {"POST": lambda example, body: _service(example, name).probe(*_fields(body, "version"))}
        case ["services", name, kind] if kind in READINGS:
            return {"POST": lambda example, body: _service(example, name).obey(kind, body)}
        case ["faults"]:
            return {"GET": lambda example, _: _faults(example), "POST": _plant}
        case ["heal"]:
            return {"POST": _heal}
    return {}


def _service(example: Example, name: Any) -> Service:
    if not isinstance(name, str) or name not in example.services:
        raise Declined(404, f"There is no service {name!r}; there are {', '.join(example.services)}.")
    return example.services[name]


def _faults(example: Example) -> dict[str, Any]:
    planted = [
        {"service": service.name, "fault": fault.fault, "version": fault.version}
        for service in example.services.values()
        for fault in service.alive()
    ]
    return {"planted": planted, "known": {fault.name: fault.says for fault in FAULTS.values()}}


def _plant(example: Example, body: Any) -> dict[str, Any]:
    name, service, version = _fields(body, "fault", "service", optional=("version",))
    planted = _service(example, service).plant(name, version)
    return {"service": service, "fault": planted.fault, "version": planted.version}


def _heal(example: Example, body: Any) -> dict[str, Any]:
    (name,) = _fields(body, optional=("service",))
    services = list(example.services.values()) if name is None else [_service(example, name)]
    healed = [
        {"service": service.name, "fault": fault.fault, "version": fault.version}
        for service in services
        for fault in service.heal()
    ]
    return {"healed": healed}


def _fields(body: Any, *names: str, optional: tuple[str, ...] = ()) -> list[Any]:
    """The named values of a body, None for an optional one that is not there.

    Raises:
        Declined: the body is no object, or has a field too few or too many.
    """
    if not isinstance(body, dict):
        raise Declined(400, "The body must be a JSON object.")
    for name in names:
        if name not in body:
            raise Declined(400, f"The field {name!r} is missing.")
    for name in body:
        if name not in (*names, *optional):
            raise Declined(400, f"There is no field {name!r} here.")
    return [body.get(name) for name in (*names, *optional)]


def strict_json(content: bytes) -> Any:
    """Read JSON as its standard has it: no NaN or Infinity, no name twice, no depth without end.

    Raises:
        Declined: it is not that.
    """
    try:
        return json.loads(content.decode(), parse_constant=_no_constant, object_pairs_hook=_no_name_twice)
    except (ValueError, RecursionError) as error:
        raise Declined(400, f"The body is not JSON: {error}.") from error


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a number")


def _no_name_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("an object has a name twice")
    return found
