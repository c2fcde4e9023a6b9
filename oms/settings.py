"""The one settings file. What differs between installations comes from the environment.

The defaults run on a laptop. With DEBUG=0 a missing or malformed value stops the
process with one sentence; `manage.py check --deploy` finds what is merely unwise.
docs/operations.md has the table of all variables.
"""

import sys
from pathlib import Path

import dj_database_url
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from oms import logs, postgres, rest
from oms.environment import env, env_bool, env_choice, env_int, env_list, env_zone

BASE_DIR = Path(__file__).resolve().parent.parent


def secret(name: str, development: str) -> str:
    """A value that production must be given and that never has a default there."""
    value = env(name, development if DEBUG else "")
    if not value:
        raise ImproperlyConfigured(
            f"{name} is not set: with DEBUG=0 the environment must give it"
            " (docs/operations.md)."
        )
    return value


# --- What runs, and as what -----------------------------------------------------------

DEBUG = env_bool("DEBUG", default=True)
DEVELOPMENT_SECRET = "insecure-development-key"  # noqa: S105, no secret at all
SECRET_KEY = secret("SECRET_KEY", development=DEVELOPMENT_SECRET)
SECRET_KEY_FALLBACKS = env_list("SECRET_KEY_FALLBACKS")
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]" if DEBUG else "")
CSRF_TRUSTED_ORIGINS = env_list("CSRF_TRUSTED_ORIGINS")

# The kind of this process decides its time limits and how much the queue logs. The
# server entry (oms/wsgi.py) says "web"; otherwise the command's name tells.
SUBCOMMAND = sys.argv[1] if len(sys.argv) > 1 else ""
PROCESS = env_choice(
    "OMS_PROCESS",
    {"runserver": "web", "qcluster": "worker"}.get(SUBCOMMAND, "command"),
    {"web", "worker", "command"},
)

INSTALLED_APPS = [
    "oms.apps.OmsConfig",
    "oms.apps.BackOfficeConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_q",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "oms.core",
    "inventory",
    "channels",
    "orders",
    "fulfillment",
    "returns",
]
MIDDLEWARE = [
    "oms.middleware.RequestIdMiddleware",  # first: all that follows logs with the id
    "django.middleware.security.SecurityMiddleware",
    "oms.middleware.ContentSecurityPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "oms.middleware.PersonMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "oms.urls"
WSGI_APPLICATION = "oms.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Database -------------------------------------------------------------------------

STATEMENT_TIMEOUTS = {"web": 15_000, "worker": 300_000, "command": 0}  # ms; 0 is none


def database() -> dict:
    """The connection, with limits that no statement or waiting lock can pass.

    They travel as start options of each connection, so that they hold wherever the
    database is. Options of the URL stand last and win. Binding parameters on the server
    stays off (Django's default): it would plan each statement of a set anew.
    """
    url = env("DATABASE_URL")
    if not url and not DEBUG:
        raise ImproperlyConfigured(
            "DATABASE_URL is not set: with DEBUG=0 the environment must give it, such"
            " as postgresql://user:password@host:5432/oms."
        )
    try:
        config = dj_database_url.parse(
            url or postgres.start(), conn_max_age=None, conn_health_checks=True
        )
    except postgres.PostgresError as error:
        raise ImproperlyConfigured(str(error)) from error
    except ValueError:
        config = {"ENGINE": ""}
    if config["ENGINE"] != "django.db.backends.postgresql":
        raise ImproperlyConfigured(
            "DATABASE_URL does not name a PostgreSQL database: write"
            " postgresql://user:password@host:5432/oms."
        )
    limits = {
        "lock_timeout": env_int("OMS_LOCK_TIMEOUT", 3_000),
        "idle_in_transaction_session_timeout": env_int("OMS_IDLE_TIMEOUT", 30_000),
        "statement_timeout": env_int(
            "OMS_STATEMENT_TIMEOUT", STATEMENT_TIMEOUTS[PROCESS]
        ),
        "synchronous_commit": env_choice(
            "OMS_SYNCHRONOUS_COMMIT", "on", {"on", "off", "local"}
        ),
    }
    given = config.setdefault("OPTIONS", {})
    wanted = [f"-c {name}={value}" for name, value in limits.items()]
    given["options"] = " ".join([*wanted, given.get("options", "")]).strip()
    given.setdefault("client_encoding", "UTF8")
    given.setdefault("connect_timeout", 10)
    given.setdefault("application_name", f"oms {PROCESS}")  # in pg_stat_activity
    return config


DATABASES = {"default": database()}

# One cache for all processes, in the database; `migrate` makes its table.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "oms_cache",
    }
}

# --- People and sessions --------------------------------------------------------------

AUTH_USER_MODEL = "core.User"
AUTHENTICATION_BACKENDS = ["oms.backends.StaffBackend"]
VALIDATION = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{VALIDATION}.UserAttributeSimilarityValidator"},
    {"NAME": f"{VALIDATION}.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": f"{VALIDATION}.CommonPasswordValidator"},
]
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not DEBUG
LOGIN_URL = "admin:login"

# --- Transport ------------------------------------------------------------------------

SECURE_SSL_REDIRECT = env_bool("SECURE_SSL_REDIRECT", default=not DEBUG)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]  # probes come without TLS
SECURE_HSTS_SECONDS = env_int("SECURE_HSTS_SECONDS", 0 if DEBUG else 31_536_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = env_bool(
    "SECURE_HSTS_INCLUDE_SUBDOMAINS", default=not DEBUG
)
# Only when told: without a proxy that sets it, anybody could send this header.
if proxy_header := env("SECURE_PROXY_SSL_HEADER"):
    SECURE_PROXY_SSL_HEADER = f"HTTP_{proxy_header.upper().replace('-', '_')}", "https"

# --- Language and time ----------------------------------------------------------------

LANGUAGES = [("en", _("English")), ("de", _("German"))]
LANGUAGE_CODE = env_choice("OMS_LANGUAGE", "en", {code for code, _name in LANGUAGES})
LOCALE_PATHS = [BASE_DIR / "oms" / "locale"]
FORMAT_MODULE_PATH = "oms.formats"
USE_TZ = True
TIME_ZONE = env_zone("OMS_TIME_ZONE", "UTC")

# --- Static files ---------------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_STORAGE = "whitenoise.storage.CompressedManifestStaticFilesStorage"
PLAIN_STORAGE = "django.contrib.staticfiles.storage.StaticFilesStorage"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": PLAIN_STORAGE if DEBUG else WHITENOISE_STORAGE},
}
OMS_FILES = Path(env("OMS_FILES", str(BASE_DIR / "var/files")))  # sent by people

# --- The partner API ------------------------------------------------------------------

REST_FRAMEWORK = rest.FRAMEWORK
SPECTACULAR_SETTINGS = rest.SCHEMA

# --- Payment gateways and what else is asked outside ----------------------------------

SANDBOX_URL = env("SANDBOX_URL", "http://127.0.0.1:8801" if DEBUG else "")
OMS_OUTSIDE_TIMEOUT = env_int("OMS_OUTSIDE_TIMEOUT", 5, least=1)  # seconds of one call
# Hosts, or host:port, that webhooks may reach although not public or without TLS.
OMS_WEBHOOK_ALLOWED_HOSTS = env_list("OMS_WEBHOOK_ALLOWED_HOSTS")
OMS_GATEWAYS = [
    "orders.gateways.manual.Manual",
    "orders.gateways.channel.ChannelPaid",
    *(["orders.gateways.sandbox.Sandbox"] if SANDBOX_URL else []),
]

# --- Task queue -----------------------------------------------------------------------

# `retry` must be longer than `timeout` and the wait in memory, or tasks run twice.
Q_CLUSTER = {
    "name": "oms",
    "orm": "default",
    "broker_class": "oms.worker.Broker",
    "workers": env_int("OMS_WORKERS", 2, least=1),
    "timeout": env_int("OMS_TASK_TIMEOUT", 60, least=1),
    "retry": env_int("OMS_TASK_RETRY", 120, least=1),
    "max_attempts": 3,
    "ack_failures": True,
    "bulk": 1,
    "poll": 0.2,
    "queue_limit": 20,
    "recycle": 500,
    "catch_up": False,
    "save_limit": 1000,
}

# --- Parcels --------------------------------------------------------------------------

# Who sells labels; the codes of the classes are what rate tables name.
OMS_CARRIERS = [
    "fulfillment.carriers.rate_table.RateTableCarrier",
    *(["fulfillment.carriers.sandbox.SandboxCarrier"] if SANDBOX_URL else []),
]
# A parcel that nobody has heard of for so many days is looked into.
OMS_SILENT_DAYS = env_int("OMS_SILENT_DAYS", 4, least=1)

# --- Files and mail -------------------------------------------------------------------

# Lists are exported by who has `export_…` of their model, as CSV and XLSX.
IMPORT_EXPORT_EXPORT_PERMISSION_CODE = "export"
# Daily exports may write below this folder only.
OMS_EXPORT_DIR = Path(env("OMS_EXPORT_DIR", str(BASE_DIR / "var" / "exports")))
EMAIL_HOST = env("EMAIL_HOST")
EMAIL_PORT = env_int("EMAIL_PORT", 587, least=1)
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = env("EMAIL_USER"), env("EMAIL_PASSWORD")
EMAIL_USE_TLS = env_bool("EMAIL_USE_TLS", default=True)
EMAIL_TIMEOUT = 20  # seconds
DEFAULT_FROM_EMAIL = env("EMAIL_FROM", "oms@localhost")

# --- Logs -----------------------------------------------------------------------------

LOG_LEVEL = env_choice("LOG_LEVEL", "INFO", {"DEBUG", "INFO", "WARNING", "ERROR"})
LOGGING = logs.configuration(
    level=LOG_LEVEL, plain=DEBUG, queue=LOG_LEVEL if PROCESS == "worker" else "WARNING"
)
