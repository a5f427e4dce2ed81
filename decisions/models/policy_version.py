"""Policies: versioned documents, immutable, one in force for each scope."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from django.db import models

from decisions.models.motion import Moving, one_of
from decisions.models.service import Service


class PolicyState(StrEnum):
    DRAFT = "draft"
    PROPOSED = "proposed"
    ACTIVE = "active"
    RETIRED = "retired"


class PolicyVersionQuerySet(models.QuerySet["PolicyVersion"]):
    def in_force(self, service: Service, at: datetime) -> PolicyVersion | None:
        """The nearest policy in force for the service at `at`: its own, else its tier's, else the desk's."""
        nearness = models.Case(
            models.When(scope="service", scope_name=service.name, then=0),
            models.When(scope="tier", scope_name=service.tier, then=1),
            models.When(scope="desk", then=2),
            output_field=models.IntegerField(),
        )
        return (
            self.filter(activated_at__lte=at)
            .filter(models.Q(retired_at__isnull=True) | models.Q(retired_at__gt=at))
            .annotate(nearness=nearness)
            .filter(nearness__isnull=False)
            .order_by("nearness", "-activated_at", "-pk")
            .first()
        )

    def nearest(self, services: Iterable[Service], at: datetime) -> dict[int, PolicyVersion]:
        """As `in_force` for many services, by id, in one query that reads no bodies. Those without one are left out."""
        held = self.filter(activated_at__lte=at).filter(models.Q(retired_at__isnull=True) | models.Q(retired_at__gt=at))
        scopes: dict[tuple[str, str], PolicyVersion] = {}
        for version in held.defer("body").order_by("-activated_at", "-pk"):
            scopes.setdefault((version.scope, version.scope_name), version)
        found: dict[int, PolicyVersion] = {}
        for service in services:
            nearest = (("service", service.name), ("tier", service.tier), ("desk", ""))
            named = next((scope for scope in nearest if scope in scopes), None)
            if named is not None:
                found[service.pk] = scopes[named]
        return found


class PolicyVersion(Moving):
    NEXT: ClassVar[dict[PolicyState, frozenset[PolicyState]]] = {
        PolicyState.DRAFT: frozenset({PolicyState.PROPOSED, PolicyState.RETIRED}),
        PolicyState.PROPOSED: frozenset({PolicyState.ACTIVE, PolicyState.RETIRED}),
        PolicyState.ACTIVE: frozenset({PolicyState.RETIRED}),
        PolicyState.RETIRED: frozenset(),
    }

    scope = models.CharField(max_length=8)
    scope_name = models.CharField(max_length=63, blank=True)
    number = models.IntegerField()
    digest = models.CharField(max_length=71)
    title = models.CharField(max_length=200)
    body = models.TextField()
    state = models.CharField(max_length=16, default=PolicyState.DRAFT.value)
    drafted_by = models.CharField(max_length=32)
    drafted_at = models.DateTimeField()
    proposed_at = models.DateTimeField(null=True)
    signed_by = models.CharField(max_length=32, blank=True)
    activated_at = models.DateTimeField(null=True)
    retired_at = models.DateTimeField(null=True)
    # Who proposed, while it is in force, to withdraw it in favour of the wider policy; both empty while nobody does.
    withdrawal_by = models.CharField(max_length=32, blank=True)
    withdrawal_at = models.DateTimeField(null=True)

    objects = PolicyVersionQuerySet.as_manager()

    class Meta:
        ordering = ["scope", "scope_name", "-number"]
        constraints = [
            one_of("state", PolicyState, "policy_state_is_known"),
            models.CheckConstraint(
                condition=models.Q(scope="desk", scope_name="")
                | (models.Q(scope__in=["tier", "service"]) & ~models.Q(scope_name="")),
                name="policy_scope_is_named",
            ),
            models.UniqueConstraint(fields=["scope", "scope_name", "number"], name="one_policy_number_a_scope"),
            models.UniqueConstraint(
                fields=["scope", "scope_name"],
                condition=models.Q(state="active"),
                name="one_active_policy_a_scope",
            ),
            models.CheckConstraint(
                condition=models.Q(withdrawal_by="", withdrawal_at__isnull=True)
                | (~models.Q(withdrawal_by="") & models.Q(withdrawal_at__isnull=False) & ~models.Q(scope="desk")),
                name="policy_withdrawal_is_somebodys",
            ),
        ]

    def __str__(self) -> str:
        return f"policy {self.scope_name or self.scope} {self.number}"
