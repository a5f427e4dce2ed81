"""The product's own settings, read in the tests' environment."""

from tests import environment

environment.prepare()

from rollback_site.settings import *  # noqa: E402,F403  (the environment comes first)

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
