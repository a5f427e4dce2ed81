"""The Celery application. A message carries an id and nothing else; rules and rights are read again by the task."""

import os

from celery import Celery

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
