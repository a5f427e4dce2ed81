"""The service files ask for what the example exports, and their levels tell healthy from broken."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from decisions.domain import levels, rates, service_file
from decisions.domain.levels import Level, Standing, State
from decisions.domain.rates import Measured, Query
from decisions.monitoring import exposition
from examples import digits
from examples.digits.faults import FAULTS
from examples.digits.orders import COMPONENTS

BEGIN = datetime(2026, 11, 18, 3, 4, tzinfo=UTC)
SCRAPE_SECONDS = 2
RULE = ("bound", "target", "margin", "release", "for_seconds", "clear_seconds", "minimum_n")


def document(name: str) -> dict:
    return service_file.parse(Path(digits.__file__).with_name(f"service-{name}.yaml").read_text())


def query_of(indicator: dict) -> Query:
    asked = indicator["query"]
    return Query(**{**asked, "labels": tuple(asked.get("labels", {}).items())})


class Watch:
    """Scrapes a world every two seconds and steps each level of its service file."""

    def __init__(self, world) -> None:
        self.world = world
        self.queries = {each["name"]: query_of(each) for each in document(world.service.name)["indicators"]}
        self.levels = [
            (each["name"], level["window_seconds"], Level(**{key: level[key] for key in RULE}))
            for each in document(world.service.name)["indicators"]
            for level in each.get("levels", [])
        ]
        self.standings = [Standing(State.NO_DATA)] * len(self.levels)
        self.samples: list[dict[str, dict[tuple[str, str], Measured]]] = []
        self.reading = self._scrape()

    def look(self) -> None:
        """Two seconds, a scrape, and what each level makes of it."""
        self.world.wait(SCRAPE_SECONDS)
        before, self.reading = self.reading, self._scrape()
        self.samples.append(
            {n: rates.measure(q, before, self.reading, SCRAPE_SECONDS) for n, q in self.queries.items()}
        )
        self.standings = [self._step(*at) for at in zip(self.levels, self.standings, strict=True)]

    def broken(self) -> set[str]:
        return {
            f"{name} {level.bound}"
            for (name, _, level), standing in zip(self.levels, self.standings, strict=True)
            if standing.state in (State.BROKEN, State.CLEARING)
        }

    def _scrape(self) -> rates.Reading:
        wanted = {metric for query in self.queries.values() for metric in query.metrics()}
        return exposition.read(self.world.meter.page().decode(), wanted, most_series=1_000)

    def _step(self, about: tuple[str, float, Level], standing: Standing) -> Standing:
        name, window, level = about
        parts = [
            measured
            for sample in self.samples[-round(window / SCRAPE_SECONDS) :]
            for (_, mode), measured in sample[name].items()
            if mode == "live"
        ]
        whole = rates.combine(self.queries[name].kind, parts, self.queries[name].q)
        now = BEGIN + timedelta(seconds=SCRAPE_SECONDS * len(self.samples))
        value, n = (whole.value, whole.n) if whole else (None, None)
        return levels.step(level, standing, value, n, now)


@pytest.mark.parametrize("name", ["amounts", "cheques"])
def test_every_indicator_is_measured_on_the_example(opened, name):
    watch = Watch(opened(name))

    for _ in range(8):
        watch.look()

    for indicator, found in watch.samples[-1].items():
        assert found["v2", "live"].value is not None, indicator
        assert found["v2", "live"].n >= 0, indicator


@pytest.mark.parametrize("name", ["amounts", "cheques"])
def test_the_components_are_those_of_the_example_in_its_order(name):
    assert tuple(document(name)["components"]) == COMPONENTS


@pytest.mark.parametrize("version", ["v1", "v2"])
def test_a_healthy_version_breaks_no_level(world, version):
    world.order("shares", shares={version: 1})
    watch = Watch(world)

    for _ in range(45):
        watch.look()
        assert watch.broken() == set()

    assert {standing.state for standing in watch.standings} == {State.OK}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("version", ["v1", "v2"])
def test_each_fault_breaks_a_level_within_twelve_seconds(world, version, fault):
    world.order("shares", shares={version: 1})
    watch = Watch(world)
    for _ in range(9):
        watch.look()

    world.service.plant(fault, None)
    looks = 0
    while not watch.broken() and looks < 6:
        watch.look()
        looks += 1

    assert watch.broken(), f"nothing broke in {SCRAPE_SECONDS * looks} s"


def test_levels_heal_after_the_other_version_is_served(world):
    watch = Watch(world)
    for _ in range(10):
        watch.look()
    world.service.plant("transposed", None)
    for _ in range(15):
        watch.look()
    assert watch.broken() == {"misread_share at_most", "accepted_share at_least"}

    world.order("shares", shares={"v1": 1})
    for _ in range(20):
        watch.look()

    assert watch.broken() == set()


def test_restoring_the_setting_heals_the_threshold_fault(world):
    watch = Watch(world)
    for _ in range(10):
        watch.look()
    world.service.plant("threshold", None)
    for _ in range(8):
        watch.look()
    assert "accepted_share at_most" in watch.broken()

    world.order("settings", name="accept_threshold", restore=True)
    for _ in range(20):
        watch.look()

    assert watch.broken() == set()


def test_missing_rows_keep_a_level_broken_whichever_version_is_served(world):
    watch = Watch(world)
    for _ in range(10):
        watch.look()
    world.service.plant("missing_rows", None)
    for _ in range(8):
        watch.look()

    world.order("shares", shares={"v1": 1})
    for _ in range(20):
        watch.look()

    assert "misread_share at_most" in watch.broken()
