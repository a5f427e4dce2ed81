"""People: a sign-in, a random key that the journal uses instead of a name, and what an approver may approve."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.db import models

from decisions.domain.actors import Area
from decisions.models.motion import one_of


def random_key() -> str:
    return secrets.token_hex(8)


class Person(models.Model):
    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="person")
    key = models.CharField(max_length=16, unique=True, default=random_key, editable=False)

    def __str__(self) -> str:
        return self.user.get_full_name() or self.user.get_username()


class ApproverScope(models.Model):
    """One area of one service ("*" is every service) in which a person may approve."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="scopes")
    area = models.CharField(max_length=16)
    service = models.CharField(max_length=63, default="*")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "area", "service"], name="one_scope_once"),
            one_of("area", Area, "scope_area_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.person} for {self.area} on {self.service}"
