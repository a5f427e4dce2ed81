"""Scoring a stored assessment again with other inputs, for the person who asks "what if". Nothing is stored or run."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from decisions.domain import evidence
from decisions.domain.policy import parse
from decisions.domain.reported import SAME
from decisions.models import Assessment

if TYPE_CHECKING:
    from decisions.domain.case_making import Made
    from decisions.domain.scores import Scores


def rescore(assessment: Assessment, wanted: Mapping[str, float]) -> dict[str, Any]:
    """The inputs that can be tried, and what would be decided under the wanted ones.

    It is decided as an assessment is: what a hold would do afterwards is planned anew, and where no action is worth a
    change any more, to hold means to leave things as they are.

    Args:
        wanted: values by the key of an input (`inputs.Input.key`); others are passed over.

    Returns:
        `inputs`, each a `what_if.Trial` with its `title` and what is `wanted`: those that move the answer most come
        first, and each that is wanted is among them. `options`, each `{"key", "title", "expected", "score", "p_best",
        "best"}`. `was` and `now`, the titles of what is recommended, and `turns`, whether they differ.
    """
    # Imported when asked for: scoring brings numpy and scipy, which the pages do without until then.
    from decisions.domain import engine, what_if
    from decisions.domain.option_report import title

    made, (then, scores) = _decided(bytes(assessment.snapshot.body), assessment.policy.body)
    moved = _moved(made, wanted)
    supposed, tried = then, scores
    if moved:
        supposed, tried = engine.settle(made.supposing(what_if.changed(made.case, moved)))
    return {
        "inputs": _inputs(made, scores, moved),
        "options": [
            {
                "key": each.key,
                "title": title(each.key, supposed),
                "expected": each.loss.expected,
                "score": each.score,
                "p_best": each.p_best,
                "best": each.key == tried.recommended,
            }
            for each in tried.options
        ],
        "was": title(scores.recommended, then),
        "now": title(tried.recommended, supposed),
        "turns": tried.recommended != scores.recommended,
    }


def _moved(made: Made, wanted: Mapping[str, float]) -> dict[str, float]:
    """What differs from what was measured: a browser rounds even a slider that nobody moved."""
    from decisions.domain import what_if

    known = what_if.trials(made.case)
    return {
        key: value
        for key, value in wanted.items()
        if key in known and not math.isclose(value, known[key].value, rel_tol=SAME, abs_tol=SAME)
    }


def _inputs(made: Made, scores: Scores, wanted: Mapping[str, float]) -> list[dict[str, Any]]:
    from decisions.domain import what_if
    from decisions.domain.option_report import named

    known = what_if.trials(made.case)
    shown = {each.key: each for each in what_if.shown(made.case, scores)}
    shown |= {key: known[key] for key in sorted(wanted) if key not in shown}
    found = []
    for each in shown.values():
        fields = asdict(each)
        title = named(fields.pop("label"), made)
        found.append({**fields, "title": title, "wanted": wanted.get(each.key, each.value)})
    return found


# Somebody who moves sliders asks for the same assessment many times.
@lru_cache(maxsize=8)
def _decided(snapshot: bytes, policy: str) -> tuple[Made, tuple[Made, Scores]]:
    """The case as it was made, and as it was decided."""
    from decisions.domain import case_making, engine

    made = case_making.make(evidence.read(snapshot), parse(policy))
    return made, engine.settle(made)
