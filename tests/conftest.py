"""A cast that is always the same, and one fixed moment."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import hypothesis
import pytest

from decisions.domain.actors import Actor, Area, Role

# How long an example takes says more about the machine than about the rule.
hypothesis.settings.register_profile("desk", deadline=None, print_blob=True)
# What has to pass before a change lands looks at the same examples each time; everybody else looks at new ones.
hypothesis.settings.register_profile("ci", deadline=None, print_blob=True, derandomize=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") == "true" else "desk")


@pytest.fixture
def at() -> datetime:
    return datetime(2026, 11, 18, 3, 4, 0, tzinfo=UTC)


def _person(key: str, *roles: Role, areas: tuple[tuple[Area, str], ...] = ()) -> Actor:
    return Actor(key=key, name=key.title(), roles=frozenset(roles), areas=frozenset(areas))


@pytest.fixture
def ana() -> Actor:
    """Responds."""
    return _person("ana", Role.RESPONDER)


@pytest.fixture
def ben() -> Actor:
    """Approves for product."""
    return _person("ben", Role.APPROVER, areas=((Area.PRODUCT, "*"),))


@pytest.fixture
def dora() -> Actor:
    """Approves for risk."""
    return _person("dora", Role.APPROVER, areas=((Area.RISK, "*"),))


@pytest.fixture
def cleo() -> Actor:
    """Only watches."""
    return _person("cleo", Role.VIEWER)


@pytest.fixture
def paul() -> Actor:
    """Owns policies."""
    return _person("paul", Role.POLICY_OWNER)


@pytest.fixture
def petra() -> Actor:
    """Owns policies, too."""
    return _person("petra", Role.POLICY_OWNER)


@pytest.fixture
def olga() -> Actor:
    """Audits."""
    return _person("olga", Role.AUDITOR)


@pytest.fixture
def adam() -> Actor:
    """Administers."""
    return _person("adam", Role.ADMINISTRATOR)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """The system's Chromium, without a window."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("needs Chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture
def window(chromium: Any) -> Iterator[Callable[..., Any]]:
    """Opens a browser window with cookies of its own: another person."""
    contexts = []

    def open_(**looks: Any) -> Any:
        contexts.append(chromium.new_context(**looks))
        page = contexts[-1].new_page()
        page.set_default_timeout(20_000)
        return page

    yield open_
    for context in contexts:
        context.close()


@pytest.fixture(autouse=True)
def calls_inside_transactions(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The network is refused to whoever has a transaction open, an act or another: it could hold every writer up.

    Somebody may catch what is raised, so the calls are also kept, and the test fails if any is left at its end. The
    database's own connection is not made by Python, and the broker of the tests lives in memory.
    """
    calls: list[str] = []
    for name in ("connect", "connect_ex"):
        monkeypatch.setattr(socket.socket, name, _outside_transactions(getattr(socket.socket, name), calls))
    yield calls
    assert not calls, "a network call was made inside a transaction"


def _outside_transactions(connect: Callable[..., Any], calls: list[str]) -> Callable[..., Any]:
    def connect_unless_inside(itself: socket.socket, address: object) -> Any:
        from django.db import connection

        if any(not block._from_testcase for block in connection.atomic_blocks):
            calls.append(str(address))
            pytest.fail(f"{address} was called inside a transaction")
        return connect(itself, address)

    return connect_unless_inside


@pytest.fixture(autouse=True)
def _guards_let_the_database_be_emptied(request: pytest.FixtureRequest) -> Iterator[None]:
    """Transactional tests end by emptying the database, which the journal's guards refuse; they come back after it."""
    marker = request.node.get_closest_marker("django_db")
    transactional = "transactional_db" in request.fixturenames or (marker and marker.kwargs.get("transaction"))
    if transactional:
        request.getfixturevalue("transactional_db")
    yield
    if transactional:
        from django.db import connection

        from decisions.journal import guards

        guards.lift(connection)
