"""Versions of a service's model, and where and when they were deployed."""

from __future__ import annotations

from django.db import models

from decisions.domain.versions import Outcome, Status
from decisions.models.motion import one_of, texts
from decisions.models.service import Service


class Version(models.Model):
    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="versions")
    name = models.CharField(max_length=100)
    model = models.CharField(max_length=200, blank=True)
    artifact_uri = models.CharField(max_length=500, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    trained_at = models.DateTimeField(null=True)
    registered_at = models.DateTimeField()
    training_metrics = models.JSONField(default=dict)
    lineage = models.JSONField(default=dict)
    status = models.CharField(max_length=16, default=Status.REGISTERED.value)
    status_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-registered_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["service", "name"], name="one_version_name_a_service"),
            one_of("status", Status, "version_status_is_known"),
        ]
        indexes = [models.Index(fields=["service", "-registered_at", "-id"], name="versions_newest_first")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_attested(self) -> bool:
        """Its bytes are pinned by a SHA-256."""
        return bool(self.sha256)


class Deployment(models.Model):
    """A version on a service from a time, with its traffic share and how it turned out."""

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="deployments")
    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="deployments")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    share = models.FloatField()
    reason = models.CharField(max_length=300, blank=True)
    outcome = models.CharField(max_length=16, blank=True)
    run = models.BigIntegerField(null=True)

    class Meta:
        ordering = ["-started_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(share__gte=0) & models.Q(share__lte=1), name="deployment_share_is_a_share"
            ),
            models.CheckConstraint(
                condition=models.Q(outcome__in=["", *texts(Outcome)]), name="deployment_outcome_is_known"
            ),
            models.UniqueConstraint(
                fields=["version"], condition=models.Q(ended_at__isnull=True), name="one_open_deployment_a_version"
            ),
        ]
        indexes = [models.Index(fields=["service", "-started_at"], name="deployments_newest_first")]

    def __str__(self) -> str:
        return f"{self.version} at {self.share:.0%} since {self.started_at:%Y-%m-%d %H:%M:%S}"
