"""Incidents: one for a service at a time, with what triggered it frozen."""

from __future__ import annotations

from django.db import models

from decisions.domain.hypotheses import Hypothesis
from decisions.domain.incidents import ACTIVE, NEXT, Severity, State
from decisions.models.motion import Moving, one_of, texts
from decisions.models.service import Service


class IncidentQuerySet(models.QuerySet["Incident"]):
    def active(self) -> models.QuerySet[Incident]:
        return self.filter(state__in=sorted(ACTIVE))


class Incident(Moving):
    NEXT = NEXT

    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="incidents")
    state = models.CharField(max_length=16, default=State.OPEN.value)
    kind = models.CharField(max_length=16, default="level")
    severity = models.CharField(max_length=8, default=Severity.MEDIUM.value)
    title = models.CharField(max_length=300)
    trigger = models.JSONField(default=dict)
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=32, default="desk")
    taken_by = models.CharField(max_length=32, blank=True)
    taken_at = models.DateTimeField(null=True)
    levels_healed_at = models.DateTimeField(null=True)
    resolved_at = models.DateTimeField(null=True)
    last_action_at = models.DateTimeField(null=True)
    reversals = models.IntegerField(default=0)
    picked = models.JSONField(default=list)
    # The last assessment up to which those that said nothing new are gone.
    thinned_until = models.DateTimeField(null=True)
    cause = models.CharField(max_length=16, blank=True)
    cause_by = models.CharField(max_length=32, blank=True)
    cause_at = models.DateTimeField(null=True)

    objects = IncidentQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at", "-pk"]
        constraints = [
            one_of("state", State, "incident_state_is_known"),
            one_of("severity", Severity, "incident_severity_is_known"),
            models.UniqueConstraint(
                fields=["service"],
                condition=models.Q(state__in=texts(ACTIVE)),
                name="one_active_incident_a_service",
            ),
            models.CheckConstraint(
                condition=models.Q(taken_by="", taken_at__isnull=True)
                | (~models.Q(taken_by="") & models.Q(taken_at__isnull=False)),
                name="taken_by_somebody_at_some_time",
            ),
            models.CheckConstraint(
                condition=models.Q(cause="", cause_by="", cause_at__isnull=True)
                | (models.Q(cause__in=texts(Hypothesis), cause_at__isnull=False) & ~models.Q(cause_by="")),
                name="cause_said_by_somebody_at_some_time",
            ),
        ]
        indexes = [models.Index(fields=["-opened_at"], name="incidents_newest_first")]

    def __str__(self) -> str:
        return self.key

    @property
    def key(self) -> str:
        return f"INC-{self.pk}"

    @property
    def is_active(self) -> bool:
        return self.state in ACTIVE
