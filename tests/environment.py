"""The environment of every test: nothing reaches a real broker, and nothing touches the desk's own data folder."""

import os
import tempfile


def prepare() -> None:
    """Fill in what the caller did not set. Called by `tests.settings` before the product's settings are read."""
    os.environ.setdefault("DATA_DIR", tempfile.mkdtemp(prefix="desk-tests-"))
    os.environ.setdefault("ENV_FILE", os.devnull)
    os.environ.setdefault("BROKER_URL", "memory://")
    os.environ.setdefault("LIVE_URL", "memory://")
    os.environ.setdefault("SECRET_KEY", "only-for-tests-and-nothing-else-0123456789")
    os.environ.setdefault("STATICFILES_STORAGE", "django.contrib.staticfiles.storage.StaticFilesStorage")
    os.environ.setdefault("LOG_LEVEL", "ERROR")
