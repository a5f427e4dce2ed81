"""Comparisons: two versions held against each other, look after look."""

from __future__ import annotations

from django.db import models

from decisions.models.service import Service


class Comparison(models.Model):
    """What the sequential judge said so far of `candidate` against `baseline`, from what was measured from `since` on.

    rows: how many stretches of `row_seconds` it has seen; is_paired: both versions in the same ones, or the baseline
    in a time of its own. findings: by indicator name its verdict, reason and figures, and `looks`, [time, low, high]
    of the interval.
    """

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="comparisons")
    candidate = models.CharField(max_length=100)
    baseline = models.CharField(max_length=100)
    since = models.DateTimeField()
    looked_at = models.DateTimeField()
    rows = models.IntegerField(default=0)
    row_seconds = models.FloatField(default=0)
    is_paired = models.BooleanField(default=True)
    verdict = models.CharField(max_length=8, default="unknown")
    sentence = models.CharField(max_length=500, blank=True)
    findings = models.JSONField(default=dict)

    class Meta:
        ordering = ["-looked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["service", "candidate", "baseline", "since"], name="one_comparison_from_one_moment"
            ),
            models.CheckConstraint(
                condition=models.Q(verdict__in=["fine", "unknown", "worse"]), name="comparison_verdict_is_known"
            ),
        ]
        indexes = [models.Index(fields=["service", "-looked_at"], name="comparisons_newest_first")]

    def __str__(self) -> str:
        return f"{self.candidate} against {self.baseline}: {self.verdict}"
