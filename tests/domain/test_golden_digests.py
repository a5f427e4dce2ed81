"""The engine answers today what it answered yesterday, byte for byte, for every fault of the example.

Where a change of the rules is meant, raise `engine.ENGINE_VERSION`, keep the rules of the version before in `engines`,
and store the new digests: `python -m tests.domain.test_golden_digests`. Where one of the policies in `examples/` was
changed, storing them is all. Until the first release nobody has assessments to replay, so the version stays 1.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from decisions.domain import engine
from tests.domain import policies, snapshots

STORED = Path(__file__).with_name("golden_digests.json")
POLICIES = {"default": policies.default, "example": policies.example}


def names() -> Iterator[tuple[str, str, bool]]:
    for policy in POLICIES:
        yield from ((policy, fault, True) for fault in snapshots.FAULTS)
        yield policy, "transposed", False


def digest(policy: str, fault: str, known_good: bool) -> str:
    found: str = engine.assess(snapshots.snapshot(fault, known_good=known_good), POLICIES[policy]())["digest"]
    return found


def name(policy: str, fault: str, known_good: bool) -> str:
    return f"{policy}, {fault}{'' if known_good else ', nothing known good'}"


@pytest.mark.parametrize("case", list(names()), ids=lambda case: name(*case))
def test_the_engine_answers_to_the_byte_what_its_version_answered_before(case):
    stored = json.loads(STORED.read_text())

    assert stored["engine"] == engine.ENGINE_VERSION, "store the digests of the new engine"
    assert digest(*case) == stored["digests"][name(*case)], "the answer is another: raise ENGINE_VERSION, see above"


def store() -> None:
    digests = {name(*case): digest(*case) for case in names()}
    STORED.write_text(json.dumps({"engine": engine.ENGINE_VERSION, "digests": digests}, indent=1) + "\n")


if __name__ == "__main__":
    store()
