"""The environment of every test: nothing here reaches a real broker, and nothing touches the desk's own data folder.

Imported by `tests.settings` before the settings are read.
"""

import os
import tempfile

os.environ.setdefault("DATA_DIR", tempfile.mkdtemp(prefix="desk-tests-"))
os.environ.setdefault("ENV_FILE", os.devnull)
os.environ.setdefault("BROKER_URL", "memory://")
os.environ.setdefault("LIVE_URL", "memory://")
os.environ.setdefault("SECRET_KEY", "only-for-tests-and-nothing-else-0123456789")
os.environ.setdefault("STATICFILES_STORAGE", "django.contrib.staticfiles.storage.StaticFilesStorage")
os.environ.setdefault("LOG_LEVEL", "ERROR")
