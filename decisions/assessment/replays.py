"""Recomputing a stored assessment, and comparing it byte by byte. A replay reads; it can never act."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from decisions import journal
from decisions.assessment import policies
from decisions.domain import canonical, changes, evidence
from decisions.domain.canonical import BadDocument
from decisions.domain.events import Event
from decisions.models import Assessment, PolicyVersion


@dataclass(frozen=True)
class Replay:
    """A recomputed assessment beside the stored one.

    Attributes:
        engine: version of the engine that made it, and by whose rules it was recomputed.
        stored: the digest that was stored with it, which its page shows.
        recomputed: the digest of what the rules answer now; None when they could not be asked.
        faults: what is not as it was stored, or why it could not be recomputed, in sentences.
        differences: what the rules answer otherwise, by JSON path.
    """

    assessment: int
    policy: str
    engine: str
    stored: str
    recomputed: str | None
    faults: tuple[str, ...]
    differences: tuple[str, ...]

    @property
    def is_same(self) -> bool:
        """Whether every byte is as it was stored, and is what the rules answer."""
        return self.stored == self.recomputed and not self.faults and not self.differences


def replay(assessment: Assessment, policy: PolicyVersion | None = None) -> Replay:
    """Recompute an assessment from its snapshot by the engine that made it, under its own policy or another one.

    Whatever has been tampered with is an answer, not an error: evidence, result, digest or policy that is not what the
    journal says.
    """
    faults = list(_faults(assessment))
    result, reason = _recomputed(assessment, policy or assessment.policy)
    differences = _differences(assessment, result) if result else ()
    if result and policy is None and not differences and canonical.canonical(result) != bytes(assessment.result):
        faults.append("The stored result is not in its canonical form.")
    return Replay(
        assessment=assessment.pk,
        policy=str(policy or assessment.policy),
        engine=assessment.engine_version,
        stored=assessment.result_digest,
        recomputed=result["digest"] if result else None,
        faults=tuple([*faults, reason] if reason else faults),
        differences=differences,
    )


def _faults(assessment: Assessment) -> Iterator[str]:
    if canonical.digest_of(bytes(assessment.snapshot.body)) != assessment.snapshot_id:
        yield "The stored evidence is not what its digest says."
    if _digest_of_result(assessment) != assessment.result_digest:
        yield "The stored result is not what its digest says."
    entry = journal.entries_about(assessment).filter(event=Event.ASSESSMENT_MADE).first()
    if entry is None:
        yield "The journal does not know that this assessment was made."
        return
    facts = entry.facts()
    kept = {"result": assessment.result_digest, "evidence": assessment.snapshot_id, "policy": assessment.policy.digest}
    for what, digest in kept.items():
        if facts.get(what) != digest:
            yield f"The journal has another digest of the {what}: {facts.get(what, 'none')}."


def _digest_of_result(assessment: Assessment) -> str | None:
    """The digest of the stored result, without the digest that stands in it; None when it cannot be read."""
    try:
        found = canonical.load(bytes(assessment.result))
        return canonical.digest({name: value for name, value in found.items() if name != "digest"})
    except (BadDocument, AttributeError):
        return None


def _recomputed(assessment: Assessment, policy: PolicyVersion) -> tuple[dict[str, Any] | None, str]:
    """What the engine that made it answers now; or None, and why it cannot be asked."""
    # Imported when asked for: scoring brings numpy and scipy, which the pages do without until then.
    from decisions.domain.engines import SHIPPED

    assess = SHIPPED.get(assessment.engine_version)
    if assess is None:
        known = ", ".join(sorted(SHIPPED))
        return (
            None,
            f"Engine {assessment.engine_version} made this assessment, and this desk ships engine {known} only.",
        )
    try:
        return assess(evidence.read(bytes(assessment.snapshot.body)), policies.parsed(policy)), ""
    except BadDocument as bad:
        return None, f"It cannot be recomputed from what is stored: {bad}"


def _differences(assessment: Assessment, recomputed: dict[str, Any]) -> tuple[str, ...]:
    try:
        stored = canonical.load(bytes(assessment.result))
    except BadDocument:
        return ()
    # Through the canonical form, so that only what is written is compared: 1 and 1.0 are the same there.
    return tuple(changes.between(stored, canonical.load(canonical.canonical(recomputed))))
