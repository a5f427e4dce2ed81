"""The product's own settings, read in the tests' environment."""

from tests import environment

environment.prepare()

from rollback_site.settings import *  # noqa: E402,F403  (the environment comes first)

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):  # noqa: F405
    # A file, as in production: threads with connections of their own queue for it, which they cannot do in memory.
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "tests.sqlite3")}  # noqa: F405

# Whitenoise warns about a folder that is not there; in production `up` has filled it.
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # noqa: F405
