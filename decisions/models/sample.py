"""Series and samples: one measured value at a moment, by service, version, indicator and source."""

from __future__ import annotations

from django.db import models

from decisions.models.level import Indicator
from decisions.models.service import Service
from decisions.models.source import Source


class Series(models.Model):
    """`mode` is "live" for served traffic, "shadow" for a version that reads the same items without being served."""

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="series")
    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="series")
    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="series")
    version = models.CharField(max_length=100)
    mode = models.CharField(max_length=8, default="live")
    # Samples before this moment have been merged already.
    coarse_until = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = "series"
        constraints = [
            models.UniqueConstraint(
                fields=["service", "indicator", "source", "version", "mode"], name="one_series_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.indicator.name} of {self.version} ({self.mode})"


class Sample(models.Model):
    """`value` over the `seconds` before `at`, resting on `n` events; histograms keep their bucket deltas.

    Without counts neither a five-minute p99 nor a count test could be computed later.
    """

    pk = models.CompositePrimaryKey("series_id", "at")
    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="samples")
    at = models.DateTimeField()
    seconds = models.FloatField()
    value = models.FloatField(null=True)
    n = models.FloatField(null=True)
    buckets = models.JSONField(null=True)

    class Meta:
        ordering = ["at"]

    def __str__(self) -> str:
        return f"{self.value} at {self.at:%H:%M:%S}"
