"""Recomputing a stored assessment, and comparing it byte by byte. A replay reads; it can never act."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from decisions.assessment import policies
from decisions.domain import canonical, changes, engine, evidence
from decisions.models import Assessment, PolicyVersion


class CannotReplay(Exception):
    """Why an assessment cannot be recomputed, in one sentence."""


@dataclass(frozen=True)
class Replay:
    """A recomputed assessment beside the stored one. `differences` names what is not the same, by JSON path."""

    assessment: int
    stored: str
    recomputed: str
    policy: str
    differences: tuple[str, ...]

    @property
    def is_same(self) -> bool:
        return self.stored == self.recomputed


def replay(assessment: Assessment, policy: PolicyVersion | None = None) -> Replay:
    """Recompute an assessment from its snapshot, under its own policy or another one.

    Raises:
        CannotReplay: an engine made it whose rules are not shipped any more, or its evidence is not what it was.
    """
    if assessment.engine_version != engine.ENGINE_VERSION:
        raise CannotReplay(
            f"Engine {assessment.engine_version} made this assessment, and this desk ships engine "
            f"{engine.ENGINE_VERSION} only."
        )
    body = bytes(assessment.snapshot.body)
    if canonical.digest_of(body) != assessment.snapshot_id:
        raise CannotReplay("The stored evidence is not what its digest says; it was changed after it was taken.")
    chosen = policy or assessment.policy
    result = engine.assess(evidence.read(body), policies.parsed(chosen))
    return Replay(
        assessment=assessment.pk,
        stored=canonical.digest_of(bytes(assessment.result)),
        recomputed=canonical.digest_of(canonical.canonical(result)),
        policy=str(chosen),
        differences=_differences(assessment.document(), result),
    )


def _differences(stored: dict[str, Any], recomputed: dict[str, Any]) -> tuple[str, ...]:
    # Through the canonical form, so that only what is written is compared: 1 and 1.0 are the same there.
    fresh = canonical.load(canonical.canonical(recomputed))
    return tuple(changes.between(stored, fresh))
