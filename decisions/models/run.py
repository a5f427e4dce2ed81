"""Runs: the carrying out of a plan. The row is the queue's truth and its own outbox; the broker is a doorbell."""

from __future__ import annotations

from datetime import datetime

from django.db import models

from decisions.domain.runs import ACTIVE, EXCLUSIVE, NEXT, State
from decisions.models.approval import Approval
from decisions.models.assessment import Assessment
from decisions.models.incident import Incident
from decisions.models.motion import Moving, one_of, texts
from decisions.models.service import Service


class RunQuerySet(models.QuerySet["Run"]):
    def active(self) -> models.QuerySet[Run]:
        return self.filter(state__in=sorted(ACTIVE))

    def due(self, at: datetime) -> models.QuerySet[Run]:
        """Active runs that want attention now and that no living worker holds."""
        free = models.Q(lease_until__isnull=True) | models.Q(lease_until__lt=at)
        return self.active().filter(free, due_at__lte=at).order_by("due_at", "pk")


class Run(Moving):
    NEXT = NEXT

    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="runs")
    incident = models.ForeignKey(Incident, null=True, on_delete=models.PROTECT, related_name="runs")
    assessment = models.ForeignKey(Assessment, null=True, on_delete=models.PROTECT, related_name="runs")
    approval = models.OneToOneField(Approval, null=True, on_delete=models.PROTECT, related_name="run")
    option = models.CharField(max_length=120)
    kind = models.CharField(max_length=16)
    title = models.CharField(max_length=200)
    plan = models.JSONField()
    plan_digest = models.CharField(max_length=71)
    reason = models.CharField(max_length=500, blank=True)
    requested_by = models.CharField(max_length=32)
    requested_at = models.DateTimeField()

    state = models.CharField(max_length=16, default=State.QUEUED.value)
    position = models.IntegerField(default=0)
    epoch = models.BigIntegerField(default=0)
    token = models.BigIntegerField(null=True)
    owner = models.CharField(max_length=64, blank=True)
    lease_until = models.DateTimeField(null=True)
    due_at = models.DateTimeField()
    watch_until = models.DateTimeField(null=True)
    before = models.JSONField(default=dict)
    outcome = models.CharField(max_length=300, blank=True)
    ended_at = models.DateTimeField(null=True)
    # Once the incident is over: the 90 % interval of what it would still cost, and what it did cost.
    forecast = models.JSONField(null=True)

    objects = RunQuerySet.as_manager()

    class Meta:
        ordering = ["-requested_at", "-pk"]
        constraints = [
            one_of("state", State, "run_state_is_known"),
            models.UniqueConstraint(
                fields=["service"],
                condition=models.Q(state__in=texts(EXCLUSIVE | {State.QUEUED})),
                name="one_active_run_a_service",
            ),
            models.UniqueConstraint(fields=["service", "token"], name="one_token_a_service_once"),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=models.Q(state__in=texts(ACTIVE)), name="runs_by_due"),
            models.Index(fields=["service", "-requested_at"], name="runs_newest_first"),
        ]

    def __str__(self) -> str:
        return f"R-{self.pk}"

    @property
    def is_active(self) -> bool:
        return self.state in ACTIVE


class Attempt(models.Model):
    """One try of one step: the intent before the effect, the observation after it."""

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="attempts")
    step = models.IntegerField()
    number = models.IntegerField()
    kind = models.CharField(max_length=16)
    token = models.BigIntegerField(null=True)
    intent = models.JSONField(default=dict)
    began_at = models.DateTimeField()
    observation = models.JSONField(null=True)
    outcome = models.CharField(max_length=16, blank=True)
    sentence = models.CharField(max_length=300, blank=True)
    # Looks in a row that were begun and told nothing; a watch takes many of them in one try.
    broken_off = models.IntegerField(default=0)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["step", "number"]
        constraints = [
            models.UniqueConstraint(fields=["run", "step", "number"], name="one_attempt_once"),
            models.CheckConstraint(
                condition=models.Q(outcome__in=["", "done", "failed", "ambiguous", "skipped"]),
                name="attempt_outcome_is_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.run} step {self.step} try {self.number}"
