"""The Celery application. A message carries an id and nothing else; rules and rights are read again by the task."""

import gc
import os

from celery import Celery
from celery.signals import worker_before_create_process

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rollback_site.settings")

app = Celery("rollback_desk")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(
    [
        "decisions.journal",
        "decisions.monitoring",
        "decisions.execution",
        "decisions.assessment",
    ]
)


@worker_before_create_process.connect
def share_with_children(**kwargs: object) -> None:
    """Leave what is loaded by now out of collections: they would write to its pages, and the fork not share them."""
    gc.freeze()
