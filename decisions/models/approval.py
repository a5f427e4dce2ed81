"""Approvals: the asking for an out-of-bounds plan, and the answers people gave."""

from __future__ import annotations

from django.db import models

from decisions.domain.actors import Area
from decisions.domain.approvals import NEXT, STANDING, State
from decisions.models.assessment import Assessment
from decisions.models.incident import Incident
from decisions.models.motion import Moving, one_of, texts
from decisions.models.service import Service


class ApprovalQuerySet(models.QuerySet["Approval"]):
    def waiting(self) -> models.QuerySet[Approval]:
        return self.filter(state=State.REQUESTED)

    def without_run(self) -> models.QuerySet[Approval]:
        """Approved, and not queued yet, since another run has to end first. The oldest decision first."""
        return self.filter(state=State.APPROVED, run__isnull=True).order_by("decided_at", "pk")


class Approval(Moving):
    """Binds to the digest of the exact plan; what runs is what was approved."""

    NEXT = NEXT

    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="approvals")
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="approvals")
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="approvals")
    option = models.CharField(max_length=120)
    title = models.CharField(max_length=200)
    plan = models.JSONField()
    plan_digest = models.CharField(max_length=71)
    needed = models.JSONField(default=list)
    broken = models.JSONField(default=list)
    reason = models.CharField(max_length=500, blank=True)
    state = models.CharField(max_length=16, default=State.REQUESTED.value)
    requested_by = models.CharField(max_length=32)
    requested_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    # Why it expired, as a sentence; a rejection has its reason in its answer.
    outcome = models.CharField(max_length=300, blank=True)
    follows = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="followed_by")

    objects = ApprovalQuerySet.as_manager()

    class Meta:
        ordering = ["-requested_at", "-pk"]
        constraints = [
            one_of("state", State, "approval_state_is_known"),
            models.UniqueConstraint(
                fields=["incident", "option"],
                condition=models.Q(state__in=texts(STANDING)),
                name="one_standing_approval_an_option",
            ),
        ]
        indexes = [models.Index(fields=["state", "-requested_at"], name="approvals_by_state")]

    def __str__(self) -> str:
        return f"A-{self.pk}"


class Answer(models.Model):
    """One person's approve or reject, with the area it counts for and the digest they saw."""

    approval = models.ForeignKey(Approval, on_delete=models.PROTECT, related_name="answers")
    person = models.CharField(max_length=32)
    area = models.CharField(max_length=16)
    verdict = models.CharField(max_length=8)
    reason = models.CharField(max_length=500, blank=True)
    digest_seen = models.CharField(max_length=71)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["approval", "person"], name="one_answer_a_person"),
            one_of("area", Area, "answer_area_is_known"),
            models.CheckConstraint(
                condition=models.Q(verdict__in=["approve", "reject"]), name="answer_verdict_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.verdict} of {self.approval} for {self.area}"
