"""What every target owes, held against the simulated one and the example service over HTTP."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from decisions.domain.runs import State
from decisions.execution import targets
from decisions.execution.targets import Behaviour, Fence, Overtaken, Rejected, Setting, Shares
from examples.digits import services, shelf
from examples.digits.effects import EffectsLog
from examples.digits.endpoint import Endpoint, Example
from examples.digits.meter import Meter
from tests.execution.world import carry, make_run, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def trained(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("digits")
    shelf.opened(folder)
    return folder


@pytest.fixture
def example(trained) -> Iterator[str]:
    """The example's endpoint, begun anew, at an address of its own."""
    (trained / "effects.jsonl").unlink(missing_ok=True)
    effects = EffectsLog(trained / "effects.jsonl")
    found = services.opened(trained, effects)
    endpoint = Endpoint(0)
    endpoint.open(Example(found, Meter(list(found), found["amounts"].shelf.versions), "let me in"))
    thread = threading.Thread(target=endpoint.serve_forever, args=(0.02,))
    thread.start()
    yield f"http://127.0.0.1:{endpoint.server_port}"
    endpoint.shutdown()
    thread.join()
    endpoint.server_close()
    effects.close()


@pytest.fixture(params=["simulated", "reference"])
def target(request, db, monkeypatch):
    """A service that serves v2 with its threshold at 0.6."""
    service, simulated = make_world()
    if request.param == "simulated":
        simulated.change(settings={"accept_threshold": "0.6"}, recorded_settings={"accept_threshold": "0.6"})
    else:
        monkeypatch.setenv("DIGITS_CONTROL_TOKEN", "let me in")
        address = request.getfixturevalue("example")
        service.target = {"kind": "reference", "url": address, "token_env": "DIGITS_CONTROL_TOKEN"}
    return targets.of(service)


def shares(served) -> dict[str, float]:
    return {name: share for name, share in served.split.items() if share}


def test_what_is_served_is_read(target, at):
    served = target.read(at=at)

    assert (shares(served), served.behaviour, served.at) == ({"v2": 1.0}, "serve", at)
    assert served.settings == served.recorded_settings == {"accept_threshold": "0.6"}
    assert served.versions == {"v1": True, "v2": True}


@pytest.mark.parametrize("split", [{"v1": 1.0}, {"v1": 0.25, "v2": 0.75}])
def test_shares_are_set(target, at, split):
    target.apply(Shares(split), Fence(0, 1))

    served = target.read(at=at)
    assert (shares(served), served.fence) == (split, Fence(0, 1))


def test_a_setting_is_set(target, at):
    target.apply(Setting("accept_threshold", "0.25"), Fence(0, 1))

    served = target.read(at=at)
    assert served.settings == {"accept_threshold": "0.25"}
    assert served.recorded_settings == {"accept_threshold": "0.6"}


def test_people_take_over_and_give_back(target, at):
    target.apply(Behaviour("people"), Fence(0, 1))
    assert target.read(at=at).behaviour == "people"

    target.apply(Behaviour("serve"), Fence(0, 2))
    assert target.read(at=at).behaviour == "serve"


def test_the_same_order_twice_has_one_effect(target, at):
    target.apply(Shares({"v1": 1.0}), Fence(0, 1))
    target.apply(Shares({"v1": 1.0}), Fence(0, 1))

    assert target.read(at=at).fence == Fence(0, 1)


@pytest.mark.parametrize("fence", [Fence(0, 9), Fence(1, 4)])
def test_an_older_pair_is_refused_with_the_one_in_force(target, at, fence):
    target.apply(Shares({"v1": 1.0}), Fence(1, 5))

    with pytest.raises(Overtaken) as overtaken:
        target.apply(Shares({"v2": 1.0}), fence)

    assert (overtaken.value.epoch, overtaken.value.token) == (1, 5)
    assert shares(target.read(at=at)) == {"v1": 1.0}


def test_another_order_under_a_used_pair_is_refused(target, at):
    target.apply(Shares({"v1": 1.0}), Fence(0, 1))

    with pytest.raises(Overtaken):
        target.apply(Shares({"v2": 1.0}), Fence(0, 1))


def test_a_version_that_loads_passes_the_probe(target):
    target.probe("v1")


def test_a_version_that_is_not_there_does_not(target):
    with pytest.raises(Rejected):
        target.probe("v9")


def test_a_rollback_on_the_example_has_one_effect_in_its_own_log(example, trained, at, monkeypatch):
    monkeypatch.setenv("DIGITS_CONTROL_TOKEN", "let me in")
    service, _ = make_world()
    service.target = {"kind": "reference", "url": example, "token_env": "DIGITS_CONTROL_TOKEN"}
    service.save()

    run = carry(make_run(service), at)

    lines = [json.loads(line) for line in (trained / "effects.jsonl").read_text().splitlines()]
    assert run.state == State.SUCCEEDED
    assert [(line["kind"], line["change"]["shares"]["v1"], line["token"]) for line in lines] == [("shares", 1.0, 1)]
