"""Moving a record from one state to another by compare-and-swap."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Any, ClassVar

from django.db import models

from decisions.domain.refusals import Refused


def one_of(column: str, states: Iterable[StrEnum], name: str) -> models.CheckConstraint:
    """A check constraint that keeps a text column to the domain's states."""
    return models.CheckConstraint(condition=models.Q(**{f"{column}__in": texts(states)}), name=name)


def texts(states: Iterable[StrEnum]) -> list[str]:
    """The states as plain text, sorted: a migration holds what is in the column, not the code of the day."""
    return sorted(state.value for state in states)


class Moving(models.Model):
    """A record whose `state` moves along a table of the domain, one winner for each step."""

    NEXT: ClassVar[dict[Any, frozenset[Any]]]
    state = models.CharField(max_length=16)

    class Meta:
        abstract = True

    def move(self, origin: StrEnum, to: StrEnum, **changes: Any) -> None:
        """Set `state` to `to` where it still is `origin`, with `changes` in the same statement.

        This one method makes double clicks, two approvers and redelivered messages harmless.

        Raises:
            Refused: the record has moved on meanwhile; the sentence says where it stands now.
            ValueError: the domain's table has no such step.
        """
        if to not in self.NEXT[origin]:
            raise ValueError(f"{type(self).__name__} never moves from {origin} to {to}.")
        moved = type(self)._default_manager.filter(pk=self.pk, state=origin).update(state=to, **changes)
        if moved != 1:
            self.refresh_from_db(fields=["state"])
            raise Refused(f"{self} is already {self.state}.")
        self.state = to
        for name, value in changes.items():
            setattr(self, name, value)
