"""Sources: the places metrics come from, and how well each one answers."""

from __future__ import annotations

from datetime import datetime

from django.db import models

from decisions.models.service import Service


class SourceQuerySet(models.QuerySet["Source"]):
    def due(self, at: datetime) -> models.QuerySet[Source]:
        return self.filter(due_at__lte=at).order_by("due_at")


class Source(models.Model):
    UNKNOWN, HEALTHY, UNHEALTHY = "unknown", "healthy", "unhealthy"

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="sources")
    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=32, default="prometheus")
    url = models.CharField(max_length=500)
    every_seconds = models.FloatField(default=15)
    state = models.CharField(max_length=16, default=UNKNOWN)
    reason = models.CharField(max_length=300, blank=True)
    state_since = models.DateTimeField(null=True)
    due_at = models.DateTimeField()
    scraped_at = models.DateTimeField(null=True)
    # Which of its states was told last (domain/telling.py); empty before it was first asked.
    told = models.JSONField(default=dict)
    # The raw counters of the last good scrape: rates need the one before.
    reading = models.JSONField(default=dict)

    objects = SourceQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["service", "name"], name="one_source_name_a_service"),
            models.CheckConstraint(
                condition=models.Q(state__in=["unknown", "healthy", "unhealthy"]), name="source_state_is_known"
            ),
            models.CheckConstraint(condition=models.Q(every_seconds__gt=0), name="source_interval_is_positive"),
        ]
        indexes = [models.Index(fields=["due_at"], name="sources_by_due")]

    def __str__(self) -> str:
        return self.name
