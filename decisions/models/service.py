"""A service: a product surface that a model serves."""

from __future__ import annotations

from django.db import models

from decisions.domain.versions import Tier
from decisions.models.motion import one_of


class Service(models.Model):
    name = models.SlugField(max_length=63, unique=True)
    title = models.CharField(max_length=200)
    tier = models.CharField(max_length=16)
    target = models.JSONField(default=dict)
    components = models.JSONField(default=list)
    document = models.JSONField(default=dict)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["name"]
        constraints = [one_of("tier", Tier, "service_tier_is_known")]

    def __str__(self) -> str:
        return self.name


class Stakeholder(models.Model):
    """A person or team with a part in a service. `person` is a person's sign-in name or a team's name."""

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="stakeholders")
    person = models.CharField(max_length=150)
    role = models.CharField(max_length=32)

    class Meta:
        ordering = ["role", "person"]
        constraints = [
            models.UniqueConstraint(fields=["service", "person", "role"], name="one_stake_once"),
            models.CheckConstraint(
                condition=models.Q(
                    role__in=["approver", "informed", "outcome_validator", "remediation_owner", "responsible"]
                ),
                name="stake_is_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.role} of {self.service}"
