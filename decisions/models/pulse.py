"""Pulses: when a part of the desk was last seen at work, so that silence is noticed."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models

EVERY = timedelta(seconds=2)


class PulseQuerySet(models.QuerySet["Pulse"]):
    def felt(self, name: str, at: datetime) -> None:
        """Note that `name` is at work; writes at most every two seconds."""
        if self.filter(name=name, at__gt=at - EVERY).exists():
            return
        self.update_or_create(name=name, defaults={"at": at})


class Pulse(models.Model):
    name = models.CharField(max_length=32, primary_key=True)
    at = models.DateTimeField()

    objects = PulseQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.name} at {self.at:%H:%M:%S}"
