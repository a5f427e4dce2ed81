"""Indicators and service levels: what is measured, from where on it hurts, and what is like nothing before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import models

from decisions.domain.levels import Level, Standing, State
from decisions.models.motion import one_of
from decisions.models.service import Service


class Indicator(models.Model):
    """A metric's definition. `query` says how it is read from a source (monitoring/queries.py)."""

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="indicators")
    name = models.SlugField(max_length=63)
    title = models.CharField(max_length=200)
    unit = models.CharField(max_length=32, blank=True)
    direction = models.CharField(max_length=16)
    query = models.JSONField(default=dict)
    category = models.CharField(max_length=32, blank=True)
    position = models.IntegerField(default=0)

    class Meta:
        ordering = ["position", "name"]
        constraints = [
            models.UniqueConstraint(fields=["service", "name"], name="one_indicator_name_a_service"),
            models.CheckConstraint(
                condition=models.Q(direction__in=["higher_is_worse", "lower_is_worse", "neither"]),
                name="indicator_direction_is_known",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class ServiceLevel(models.Model):
    """An indicator's target and safety margin. `bound` says on which side of the target the value must stay.

    The service file states them; where the policy in force says otherwise, or the file is silent (null), the policy
    holds: monitoring keeps what holds now in `in_force`.
    """

    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="levels")
    bound = models.CharField(max_length=8)
    target = models.FloatField()
    margin = models.FloatField(default=0)
    release = models.FloatField(null=True)
    window_seconds = models.FloatField(default=300)
    for_seconds = models.FloatField(null=True)
    clear_seconds = models.FloatField(null=True)
    minimum_n = models.FloatField(default=0)
    # The share of events that must be good over thirty days; null where no error budget is kept.
    objective = models.FloatField(null=True)
    owner = models.CharField(max_length=150, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    review_on = models.DateField(null=True)

    state = models.CharField(max_length=16, default=State.NO_DATA.value)
    since = models.DateTimeField(null=True)
    value = models.FloatField(null=True)
    n = models.FloatField(null=True)
    measured_at = models.DateTimeField(null=True)
    # [minute since 1970, value], one for each minute of the last hour: sparklines cost no look at the samples.
    recent = models.JSONField(default=list)
    # margin, release, for_seconds, clear_seconds, and the digest of the policy that was asked; empty before the first.
    in_force = models.JSONField(default=dict)
    # Which of its breaks and healings was told last (domain/telling.py); empty before it was first looked at.
    told = models.JSONField(default=dict)
    # One for each pair of windows of the error budget, as monitoring/budgets.py writes them.
    burn = models.JSONField(default=list)
    is_burning = models.BooleanField(default=False)
    # per_month, at_most, samples, exceedances and every_seconds of its own quiet history (monitoring/alarms.py); empty
    # before it is read.
    alarms = models.JSONField(default=dict)
    alarms_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["indicator__position", "bound"]
        constraints = [
            models.UniqueConstraint(fields=["indicator", "bound"], name="one_level_a_side"),
            models.CheckConstraint(condition=models.Q(bound__in=["at_most", "at_least"]), name="level_bound_is_known"),
            models.CheckConstraint(condition=models.Q(margin__gte=0), name="level_margin_is_not_negative"),
            models.CheckConstraint(
                condition=models.Q(objective__gt=0, objective__lt=1) | models.Q(objective__isnull=True),
                name="level_objective_leaves_a_budget",
            ),
            one_of("state", State, "level_state_is_known"),
        ]

    def __str__(self) -> str:
        side = "at most" if self.bound == "at_most" else "at least"
        return f"{self.indicator.name} {side} {self.target:g}"

    def rule(self) -> Level:
        """What the level is held against now."""
        return self.held_to(self.in_force)

    def held_to(self, held: Mapping[str, Any]) -> Level:
        """What it is held against where `held`, of the form of `in_force`, is in force."""
        return Level(
            bound=self.bound,
            target=self.target,
            margin=held.get("margin", self.margin),
            release=held.get("release", self.release or 0.0),
            for_seconds=held.get("for_seconds", self.for_seconds or 0.0),
            clear_seconds=held.get("clear_seconds", self.clear_seconds or 0.0),
            minimum_n=self.minimum_n,
        )

    def standing(self) -> Standing:
        return Standing(State(self.state), self.since)

    @property
    def is_broken(self) -> bool:
        return self.state in (State.BROKEN, State.CLEARING)


class QuietHistory(models.Model):
    """How a level's value moved over many possible margins while nothing was wrong, one value each `every_seconds`.

    counted_for: what of the level the counts hold for. moves: margin, hits and tries of beginning to exceed it, hits
    and tries of going on, exceedances.
    """

    level = models.OneToOneField(ServiceLevel, on_delete=models.CASCADE, primary_key=True, related_name="quiet")
    every_seconds = models.FloatField()
    samples = models.IntegerField()
    counted_for = models.JSONField(default=list)
    moves = models.JSONField(default=list)

    class Meta:
        verbose_name_plural = "quiet histories"

    def __str__(self) -> str:
        return f"{self.samples} quiet measurements of {self.level_id}"


class Watch(models.Model):
    """The detector on an indicator's live traffic: the last minute it read, and what it has learnt up to there.

    measured: how many minutes with a value it has learnt from.
    """

    indicator = models.OneToOneField(Indicator, on_delete=models.CASCADE, primary_key=True, related_name="watch")
    minute = models.BigIntegerField()
    measured = models.IntegerField(default=0)
    learnt = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.indicator_id} up to minute {self.minute}"


class Unusual(models.Model):
    """A minute in which an indicator was unlike all that came before it. Evidence, never an incident by itself."""

    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="unusual")
    at = models.DateTimeField()
    value = models.FloatField()
    score = models.FloatField()
    cause = models.CharField(max_length=16)

    class Meta:
        ordering = ["-at", "indicator__position"]
        verbose_name_plural = "unusual"
        constraints = [
            models.UniqueConstraint(fields=["indicator", "at"], name="one_unusual_a_minute"),
            models.CheckConstraint(condition=models.Q(score__gte=0, score__lte=1), name="unusual_score_is_a_share"),
        ]
        indexes = [models.Index(fields=["at"], name="unusual_by_time")]

    def __str__(self) -> str:
        return f"{self.indicator} at {self.at:%H:%M}"
