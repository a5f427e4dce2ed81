"""Indicators and service levels: what is measured, and from where on it hurts."""

from __future__ import annotations

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
    """An indicator's target and safety margin. `bound` says on which side of the target the value must stay."""

    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="levels")
    bound = models.CharField(max_length=8)
    target = models.FloatField()
    margin = models.FloatField(default=0)
    release = models.FloatField(default=0)
    window_seconds = models.FloatField(default=300)
    for_seconds = models.FloatField(default=0)
    clear_seconds = models.FloatField(default=0)
    minimum_n = models.FloatField(default=0)
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

    class Meta:
        ordering = ["indicator__position", "bound"]
        constraints = [
            models.UniqueConstraint(fields=["indicator", "bound"], name="one_level_a_side"),
            models.CheckConstraint(condition=models.Q(bound__in=["at_most", "at_least"]), name="level_bound_is_known"),
            models.CheckConstraint(condition=models.Q(margin__gte=0), name="level_margin_is_not_negative"),
            one_of("state", State, "level_state_is_known"),
        ]

    def __str__(self) -> str:
        side = "at most" if self.bound == "at_most" else "at least"
        return f"{self.indicator.name} {side} {self.target:g}"

    def rule(self) -> Level:
        return Level(
            bound=self.bound,
            target=self.target,
            margin=self.margin,
            release=self.release,
            for_seconds=self.for_seconds,
            clear_seconds=self.clear_seconds,
            minimum_n=self.minimum_n,
        )

    def standing(self) -> Standing:
        return Standing(State(self.state), self.since)

    @property
    def is_broken(self) -> bool:
        return self.state in (State.BROKEN, State.CLEARING)
