"""Journal entries and the head of the log. Written by the journal room only; guards refuse every change."""

from __future__ import annotations

from typing import Any

from django.db import models

from decisions.domain import canonical


class Entry(models.Model):
    """One line of the journal: canonical bytes, and columns copied out of them for searching.

    `sequence` is gapless from 0. Ids and text only, no foreign keys: an entry outlives what it is about.
    """

    sequence = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    event = models.CharField(max_length=64)
    actor = models.CharField(max_length=32)
    about_kind = models.CharField(max_length=32, blank=True)
    about_id = models.CharField(max_length=80, blank=True)
    service = models.CharField(max_length=63, blank=True)
    incident = models.BigIntegerField(null=True)
    body = models.BinaryField()
    leaf = models.BinaryField(max_length=32)

    class Meta:
        ordering = ["sequence"]
        verbose_name_plural = "entries"
        indexes = [
            models.Index(fields=["about_kind", "about_id", "sequence"], name="entries_by_subject"),
            models.Index(fields=["incident", "sequence"], name="entries_by_incident"),
            models.Index(fields=["service", "sequence"], name="entries_by_service"),
            models.Index(fields=["event", "sequence"], name="entries_by_event"),
        ]

    def __str__(self) -> str:
        return f"entry {self.sequence}, {self.event}"

    def facts(self) -> dict[str, Any]:
        """What the entry says; empty when its bytes are not what was written, which `journal verify` names."""
        try:
            found: dict[str, Any] = canonical.load(bytes(self.body))["facts"]
        except (canonical.BadDocument, KeyError, TypeError):
            return {}
        return found


class Head(models.Model):
    """The size, root and frontier of the log: one row."""

    size = models.BigIntegerField(default=0)
    root = models.CharField(max_length=64)
    frontier = models.JSONField(default=list)
    at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_head")]

    def __str__(self) -> str:
        return f"head of {self.size} entries"
