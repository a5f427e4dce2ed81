"""Splits: the traffic shares of a service at a moment, desired by us or served by the other side. Append-only."""

from __future__ import annotations

from datetime import datetime

from django.db import models

from decisions.models.service import Service


class SplitQuerySet(models.QuerySet["Split"]):
    def last_before(self, service: Service, kind: str, at: datetime) -> Split | None:
        """The last row of this kind not after `at`: what was live then."""
        return self.filter(service=service, kind=kind, at__lte=at).order_by("-at", "-pk").first()


class Split(models.Model):
    DESIRED = "desired"
    SERVED = "served"

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="splits")
    kind = models.CharField(max_length=8)
    at = models.DateTimeField()
    epoch = models.BigIntegerField(default=0)
    shares = models.JSONField(default=dict)
    behaviour = models.CharField(max_length=32, default="serve")
    settings = models.JSONField(default=dict)
    evidence = models.JSONField(default=dict)
    seen_at = models.DateTimeField(null=True)

    objects = SplitQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=["desired", "served"]), name="split_is_desired_or_served"
            )
        ]
        indexes = [models.Index(fields=["service", "kind", "-at", "-id"], name="splits_newest_first")]

    def __str__(self) -> str:
        return f"{self.kind} {self.words}"

    @property
    def words(self) -> str:
        """What a person calls this split: "v2 100 %", or who reads the items instead."""
        if self.behaviour != "serve":
            return self.behaviour
        parts = sorted((part for part in self.shares.items() if part[1] > 0), key=lambda part: (-part[1], part[0]))
        return ", ".join(f"{name} {share:.0%}".replace("%", "\u00a0%") for name, share in parts) or "nothing"

    @property
    def leading(self) -> str:
        """The version with the largest share, empty when none has any."""
        return max(self.shares, key=lambda name: (self.shares[name], name), default="")
