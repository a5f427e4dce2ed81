"""Bells: an entry's message to a task that must know."""

from __future__ import annotations

from django.db import models

from decisions.models.entry import Entry


class Bell(models.Model):
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="bells")
    task = models.CharField(max_length=100)
    due_at = models.DateTimeField()
    rings = models.IntegerField(default=0)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["entry", "task"], name="one_bell_a_task")]
        indexes = [
            models.Index(fields=["due_at"], condition=models.Q(answered_at__isnull=True), name="bells_unanswered")
        ]

    def __str__(self) -> str:
        return f"{self.task} for entry {self.entry_id}"
