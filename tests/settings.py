"""The product's own settings, read in the tests' environment."""

from rollback_site.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
