"""The Celery application of the beat process alone: it rings tasks by name, and so loads neither tasks nor models."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rollback_site.settings")

app = Celery("rollback_desk", fixups=[], set_as_current=False)
app.config_from_object("django.conf:settings", namespace="CELERY")
