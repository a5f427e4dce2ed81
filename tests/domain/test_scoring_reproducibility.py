"""The same answer, byte for byte, on processors and with hash seeds and libraries that differ in last bits."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

pytestmark = pytest.mark.processes

ROOT = Path(__file__).resolve().parents[2]

PROGRAM = """
import hashlib, json, random, struct, sys
from dataclasses import asdict, replace
import numpy as np
from decisions.domain.arithmetic import arithmetic
from decisions.domain.scoring import score
from tests.scoring_cases import make_wide_case

def shuffled(case):
    draw = random.Random(sys.argv[1])
    mixed = lambda items: tuple(draw.sample(items, len(items)))
    options = mixed(tuple(case.options))
    return replace(case, rates=mixed(case.rates), options=options, posterior=dict(mixed(tuple(case.posterior.items()))))

answers = []
for place in range(6):
    horizon = None if place % 2 else 600
    case = make_wide_case(seed=f"sha256:{place}", horizon_minutes=horizon, transient_minutes=7 * place)
    case = shuffled(replace(case, rates=tuple(replace(r, median=r.median * (1 + place / 7)) for r in case.rates)))
    lines = arithmetic(case)
    answers.append(asdict(score(case)))
    for key in sorted(lines.lines, key=str):
        answers.append([asdict(term) for category in case.categories for term in lines.terms(key, category)])
text = json.dumps(answers, sort_keys=True)
bits = np.exp(np.linspace(0.1, 9, 4999)).tobytes() + np.log(np.linspace(0.1, 9, 4999)).tobytes()
print(json.dumps({"digest": hashlib.sha256(text.encode()).hexdigest(), "bits": hashlib.sha256(bits).hexdigest()}))
"""
# The names are those of numpy 2.4 and, for earlier releases, of single instruction sets.
NO_AVX512 = "X86_V4 AVX512_ICL AVX512_SPR AVX512F AVX512CD AVX512_SKX"
NO_AVX = f"{NO_AVX512} X86_V3 AVX2 FMA3"

SURROUNDINGS: dict[str, tuple[str, dict[str, str]]] = {
    "here": ("0", {}),
    "another hash seed and another order": ("1", {"PYTHONHASHSEED": "1"}),
    "without AVX-512": ("2", {"PYTHONHASHSEED": "0", "NPY_DISABLE_CPU_FEATURES": NO_AVX512}),
    "without AVX2, with the C library's and BLAS's plain paths": (
        "3",
        {
            "NPY_DISABLE_CPU_FEATURES": NO_AVX,
            "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-FMA,-AVX512F",
            "OPENBLAS_CORETYPE": "Nehalem",
        },
    ),
}


@cache
def answer_in(name: str) -> dict[str, str]:
    return answer(*SURROUNDINGS[name])


def answer(order: str, changes: dict[str, str]) -> dict[str, str]:
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM, order],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "0", **changes},
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, str] = json.loads(run.stdout)
    return found


@pytest.mark.parametrize("name", [name for name in SURROUNDINGS if name != "here"])
def test_the_answer_has_the_same_digest_everywhere(name):
    assert answer_in(name)["digest"] == answer_in("here")["digest"]


def test_the_surroundings_do_differ_in_last_bits():
    """Otherwise the test above would show nothing. On a processor without these paths it cannot be seen."""
    features = np_features()
    if not features.get("X86_V4", features.get("AVX512_SKX", False)):
        pytest.skip("needs a processor with AVX-512")

    assert answer_in("without AVX-512")["bits"] != answer_in("here")["bits"]


def np_features() -> dict[str, bool]:
    from numpy._core._multiarray_umath import __cpu_features__

    return dict(__cpu_features__)
