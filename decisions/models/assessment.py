"""Evidence snapshots and the assessments that rest on them."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.db import models

from decisions.domain import canonical
from decisions.models.incident import Incident
from decisions.models.policy_version import PolicyVersion


# Reading one strictly costs some ten milliseconds, and a page in use is asked for every few seconds.
@lru_cache(maxsize=64)
def _document(digest: str, body: bytes) -> Any:
    return canonical.load(body)


class Snapshot(models.Model):
    """All that an assessment may look at, as canonical JSON. Its digest is its key; the bytes never change."""

    digest = models.CharField(max_length=71, primary_key=True)
    body = models.BinaryField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.digest

    def document(self) -> Any:
        return canonical.load(bytes(self.body))


class Assessment(models.Model):
    """Options with scores, for one snapshot and one policy version; replayable to the byte."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="assessments")
    snapshot = models.ForeignKey(Snapshot, on_delete=models.PROTECT, related_name="assessments")
    policy = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="assessments")
    engine_version = models.CharField(max_length=16)
    result = models.BinaryField()
    result_digest = models.CharField(max_length=71)
    recommended = models.CharField(max_length=120, blank=True)
    # Copied out of the result, so that hundreds of past uses are read without a result each.
    causes = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["incident", "-at", "-id"], name="assessments_newest_first")]

    def __str__(self) -> str:
        return f"assessment {self.pk}"

    def document(self) -> Any:
        """The result as a JSON value. It is shared by all who ask; nobody may change it."""
        return _document(self.result_digest, bytes(self.result))
