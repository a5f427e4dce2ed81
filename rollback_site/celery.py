"""The Celery application. A message carries an id and nothing else; rules and rights are read again by the task."""

import gc
import os
from importlib import import_module

from celery import Celery
from celery.signals import worker_before_create_process, worker_init

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


# What a task would otherwise import in the minute that counts. The parent loads it, its children share it.
LOADED_BEFORE = {
    "rest": ("decisions.domain.engine", "scipy.stats", "httpx"),
    "urgent": ("decisions.execution.targets.reference", "decisions.domain.plans", "httpx"),
}


@worker_init.connect
def load_before_forking(sender: object, **kwargs: object) -> None:
    """Import the heavy rooms once; the first incident of the night does not wait for them."""
    name = str(getattr(sender, "hostname", "")).partition("@")[0]
    for module in LOADED_BEFORE.get(name, ()):
        import_module(module)


@worker_before_create_process.connect
def share_with_children(**kwargs: object) -> None:
    """Leave what is loaded by now out of collections: they would write to its pages, and the fork not share them."""
    gc.freeze()
