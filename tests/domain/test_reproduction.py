"""The same evidence, policy and engine give the same digest in another process, however that one computes."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from decisions.domain import engine
from tests.domain import policies, snapshots

PROGRAM = """
from tests.domain import test_reproduction
print(*test_reproduction.digests_here())
"""
# numpy's wider vector instructions end in other last bits; which of them exist depends on the processor.
WIDE = "AVX512F AVX512CD AVX512_SKX AVX512_CLX AVX512_CNL AVX512_ICL AVX512_SPR"


def digests_here():
    past = snapshots.past("roll_back", 3)
    found = [snapshots.snapshot(fault, past_uses=past) for fault in snapshots.FAULTS]
    return [engine.assess(each, policies.default())["digest"] for each in found]


def digests(**environment):
    found = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", PROGRAM],
        cwd=policies.ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return found.stdout.split()


@pytest.mark.processes
@pytest.mark.parametrize(
    "environment",
    [
        {"PYTHONHASHSEED": "0"},
        {"PYTHONHASHSEED": "1", "NPY_DISABLE_CPU_FEATURES": f"{WIDE} AVX2 FMA3 X86_V4 X86_V3"},
    ],
    ids=["hash seed 0", "hash seed 1, no AVX-512, no AVX2"],
)
def test_another_process_comes_to_the_same_digests(environment):
    assert digests(**environment) == digests_here()
