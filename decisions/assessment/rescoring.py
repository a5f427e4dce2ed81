"""Scoring a stored assessment again with other inputs, for the person who asks "what if". Nothing is stored or run."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from decisions.domain import evidence
from decisions.domain.policy import parse
from decisions.models import Assessment


def rescore(assessment: Assessment, wanted: Mapping[str, float]) -> dict[str, Any]:
    """The inputs that can be tried, and every option's score under the wanted ones.

    Returns:
        `{"inputs": [...], "options": [{"key", "title", "expected", "score", "p_best", "best"}], "changed": bool}`.
    """
    # Imported when asked for: scoring brings numpy and scipy, which the pages do without until then.
    from decisions.domain import what_if
    from decisions.domain.scoring import score

    made, scores = _decided(bytes(assessment.snapshot.body), assessment.policy.body)
    inputs = what_if.inputs(made.case, scores.recommended)
    tried = score(what_if.changed(made.case, scores.recommended, wanted)) if wanted else scores
    titles = {option["key"]: option["title"] for option in assessment.document()["options"]}
    return {
        "inputs": [
            {**_plain(each), "wanted": wanted.get(each.key, each.value), "name": f"{each.key}"} for each in inputs
        ],
        "options": [
            {
                "key": each.key,
                "title": titles.get(each.key, each.key),
                "expected": each.loss.expected,
                "score": each.score,
                "p_best": each.p_best,
                "best": each.key == tried.recommended,
            }
            for each in tried.options
        ],
        "was": titles.get(scores.recommended, scores.recommended),
        "now": titles.get(tried.recommended, tried.recommended),
        "turns": tried.recommended != scores.recommended,
    }


# Somebody who moves sliders asks for the same assessment many times.
@lru_cache(maxsize=8)
def _decided(snapshot: bytes, policy: str) -> Any:
    from decisions.domain import engine

    return engine.decide(evidence.read(snapshot), parse(policy))


def _plain(each: Any) -> dict[str, Any]:
    return {
        "key": each.key,
        "title": each.title,
        "value": each.value,
        "least": each.least,
        "most": each.most,
        "unit": each.unit,
    }
