"""The example, trained once for the whole run; each test gets a folder and a time of its own."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from examples.digits import services, shelf
from examples.digits.effects import EffectsLog
from examples.digits.meter import Meter
from examples.digits.replay import Pace, Replay
from examples.digits.services import Service

STEP_SECONDS = 0.5


@dataclass
class World:
    """One service with its traffic; time passes when a test says so."""

    folder: Path
    service: Service
    meter: Meter
    replay: Replay
    effects: EffectsLog

    def wait(self, seconds: float) -> None:
        for _ in range(round(seconds / STEP_SECONDS)):
            self.replay.step(STEP_SECONDS)

    def count(self, name: str, version: str = "v2", mode: str = "live") -> float:
        return self.meter.value(name, service=self.service.name, version=version, mode=mode)

    def share(self, name: str, of: str, version: str = "v2", mode: str = "live") -> float:
        return self.count(name, version, mode) / self.count(of, version, mode)

    def order(self, kind: str, *, epoch: int = 0, token: int = 1, **change: object) -> dict[str, object]:
        return self.service.obey(kind, {"epoch": epoch, "token": token, **change})


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with both versions, as the first start leaves it."""
    folder = tmp_path_factory.mktemp("digits")
    shelf.opened(folder)
    return folder


@pytest.fixture
def folder(trained: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(trained, tmp_path / "digits"))


@pytest.fixture
def opened(folder: Path) -> Iterator[Callable[..., World]]:
    """Opens a service in the test's folder, as a start of the process does."""
    logs: list[EffectsLog] = []

    def open_(name: str = "amounts", pace: Pace | None = None) -> World:
        effects = EffectsLog(folder / "effects.jsonl")
        logs.append(effects)
        found = services.opened(folder, effects)
        meter = Meter([name], found[name].shelf.versions)
        return World(folder, found[name], meter, Replay(found[name], meter, pace), effects)

    yield open_
    for log in logs:
        log.close()


@pytest.fixture
def world(opened: Callable[..., World]) -> World:
    return opened()
