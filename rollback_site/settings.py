"""One file, in the order a reader asks: where am I, who may come, database, Celery, limits, logs.

There is no dev or prod file: the environment is the difference. `.env.example` lists every variable.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from csp.constants import NONE, SELF, UNSAFE_INLINE

from rollback_site import env, run_dir
from rollback_site.bells import BELLS as BELLS

BASE_DIR = Path(__file__).resolve().parent.parent
env.read_file(Path(env.text("ENV_FILE", str(BASE_DIR / ".env"))))
DATA_DIR = Path(env.text("DATA_DIR", str(BASE_DIR / "var"))).resolve()
with suppress(OSError):  # `up` says what to do about it
    DATA_DIR.mkdir(parents=True, exist_ok=True)
RUN_DIR = Path(env.text("RUN_DIR", str(run_dir.beside(DATA_DIR))))

DEBUG = env.flag("DEBUG", False)
SECRET_KEY = env.secret_key(DATA_DIR)
PORT = env.port("PORT", 8000)
PUBLIC_URL = env.url("PUBLIC_URL", f"http://127.0.0.1:{PORT}", ("http", "https"))
_public = urlsplit(PUBLIC_URL)
ALLOWED_HOSTS = env.names("ALLOWED_HOSTS", f"{_public.hostname},127.0.0.1,localhost,[::1]")
CSRF_TRUSTED_ORIGINS = [f"{_public.scheme}://{_public.netloc}"]
IS_HTTPS = _public.scheme == "https"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "csp",
    "decisions",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "rollback_site.urls"
WSGI_APPLICATION = "rollback_site.wsgi.application"
ASGI_APPLICATION = "rollback_site.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "decisions.web.shell.shell",
            ],
            "builtins": ["django.templatetags.static", "decisions.web.words"],
        },
    }
]

LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "fleet"
LOGOUT_REDIRECT_URL = "sign-in"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]

# Memory-hard, in the standard library, and quick enough for eight people at the first start.
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]

# Cookies know hosts and no ports: two desks on one machine would sign each other out.
SESSION_COOKIE_NAME = "__Host-session" if IS_HTTPS else f"session-{_public.port or 80}"
CSRF_COOKIE_NAME = "__Host-csrf" if IS_HTTPS else f"csrf-{_public.port or 80}"
SESSION_COOKIE_AGE = int(env.number("SESSION_HOURS", 12, least=1, most=100_000) * 3600)
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = IS_HTTPS
CSRF_COOKIE_HTTPONLY = True
SECURE_HSTS_SECONDS = 31_536_000 if IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = IS_HTTPS
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if env.text("PROXY_SSL_HEADER"):
    SECURE_PROXY_SSL_HEADER = (env.text("PROXY_SSL_HEADER"), "https")

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        # Plotly sets style attributes on the elements it draws; scripts stay strict.
        "style-src": [SELF, UNSAFE_INLINE],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

DATABASES = {"default": env.database("DATABASE_URL", f"sqlite:///{quote(str(DATA_DIR / 'desk.sqlite3'))}")}

LANGUAGE_CODE = "en"
USE_I18N = False
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "rollback_site.plotly_static.PlotlyFinder",
]
STATICFILES_STORAGE_NAME = env.text("STATICFILES_STORAGE", "whitenoise.storage.CompressedManifestStaticFilesStorage")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": STATICFILES_STORAGE_NAME},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True

_BROKERS = ("redis", "rediss", "redis+socket", "amqp", "amqps", "memory")
BROKER_URL = env.url("BROKER_URL", f"redis+socket://{RUN_DIR / 'valkey.sock'}", _BROKERS)
LIVE_URL = env.url("LIVE_URL", BROKER_URL.replace("redis+socket://", "unix://"), ("unix", *_BROKERS))
CELERY_BROKER_URL = BROKER_URL
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A broker that is down is tried twice, at once: the sweeper rings again, and nobody waits seconds for a press to be
# answered. Workers keep their own patience.
_IMPATIENT = {"max_retries": 1, "interval_start": 0, "interval_step": 0.1, "interval_max": 0.2}
CELERY_BROKER_TRANSPORT_OPTIONS = (
    {"visibility_timeout": 900, "unacked_restore_interval": 5, "unacked_restore_throttle": 1, **_IMPATIENT}
    if BROKER_URL.startswith("redis")
    else {}
)
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_TIME_LIMIT = 600
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_DEFAULT_QUEUE = "rest"
# Looking at targets may wait for one that hangs; the urgent slot never does.
CELERY_TASK_ROUTES = {"execution.look": {"queue": "rest"}, "execution.*": {"queue": "urgent"}}

# Product limits. Durations are seconds, so that tests can shrink them.
SCRAPE_TICK_SECONDS = env.number("SCRAPE_TICK_SECONDS", 1, least=0.05)
SCRAPE_TIMEOUT_SECONDS = env.number("SCRAPE_TIMEOUT_SECONDS", 5, least=0.05)
SCRAPE_BYTES = int(env.number("SCRAPE_BYTES", 4 * 1024 * 1024, least=1024))
SCRAPE_SERIES = int(env.number("SCRAPE_SERIES", 20_000, least=1))
SWEEP_SECONDS = env.number("SWEEP_SECONDS", 1, least=0.05)
LEASE_SECONDS = env.number("LEASE_SECONDS", 30, least=0.1)
TARGET_TIMEOUT_SECONDS = env.number("TARGET_TIMEOUT_SECONDS", 5, least=0.05)
READ_BACK_SECONDS = env.number("READ_BACK_SECONDS", 3, least=0)
LOOK_SECONDS = env.number("LOOK_SECONDS", 3, least=0.05)
SAMPLE_KEEP_SECONDS = env.number("SAMPLE_KEEP_SECONDS", 30 * 86_400, least=60)
SAMPLE_FULL_SECONDS = env.number("SAMPLE_FULL_SECONDS", 2 * 86_400, least=60)
ASSESSMENT_FULL_SECONDS = env.number("ASSESSMENT_FULL_SECONDS", 3 * 3600, least=600)
BELL_KEEP_SECONDS = env.number("BELL_KEEP_SECONDS", 86_400, least=600)
BURN_SCALE = env.number("BURN_SCALE", 1, least=0.0001)
SAMPLE_COARSE_SECONDS = env.number("SAMPLE_COARSE_SECONDS", 60, least=1)

EXAMPLE_PORT = env.port("EXAMPLE_PORT", 8101)
EXAMPLE_URL = env.url("EXAMPLE_URL", f"http://127.0.0.1:{EXAMPLE_PORT}", ("http", "https"))

CELERY_BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    "monitoring.scrape": {"task": "monitoring.scrape", "schedule": SCRAPE_TICK_SECONDS},
    "journal.ring": {"task": "journal.ring", "schedule": SWEEP_SECONDS},
    "execution.sweep": {"task": "execution.sweep", "schedule": SWEEP_SECONDS},
    "execution.look": {"task": "execution.look", "schedule": LOOK_SECONDS},
    "assessment.sweep": {"task": "assessment.sweep", "schedule": 5 * SWEEP_SECONDS},
    "monitoring.look": {"task": "monitoring.look", "schedule": 15.0},
    "monitoring.compare": {"task": "monitoring.compare", "schedule": 10 * SWEEP_SECONDS},
    "monitoring.count_alarms": {"task": "monitoring.count_alarms", "schedule": 60.0},
    "monitoring.retain": {"task": "monitoring.retain", "schedule": 60.0},
    "assessment.retain": {"task": "assessment.retain", "schedule": 300.0},
    "journal.forget": {"task": "journal.forget", "schedule": 300.0},
}
for _entry in CELERY_BEAT_SCHEDULE.values():
    _entry["options"] = {"expires": max(float(_entry["schedule"]), 1.0)}

_LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "rollback_site.logs.JsonLines"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": env.choice("LOG_LEVEL", "INFO", _LOG_LEVELS)},
    "loggers": {
        "httpx": {"level": "WARNING"},
        "celery.app.trace": {"level": "WARNING"},
        "celery.worker.request": {"level": "WARNING"},
        "celery.worker.strategy": {"level": "WARNING"},
        "celery.beat": {"level": "WARNING"},
    },
}
