"""Settings (设置): one file, read from the environment; see docs/operations.md for every variable."""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from pathlib import Path

from csp.constants import NONE, SELF

from gongxin.site.database import database_from_url, sqlite_database
from gongxin.site.secret import secret_key

BASE_DIR = Path(__file__).resolve().parent.parent.parent
TESTING = "pytest" in sys.modules
if TESTING and "GONGXIN_HOME" not in os.environ:
    # The test runner reads the settings before any test file; an office's own store is never its place.
    os.environ["GONGXIN_HOME"] = tempfile.mkdtemp(prefix="gongxin-test-")
GONGXIN_HOME = Path(os.environ.get("GONGXIN_HOME", "var")).resolve()
GONGXIN_HOME.mkdir(parents=True, exist_ok=True)

DEBUG = False
GONGXIN_DEMO = os.environ.get("GONGXIN_DEMO") == "1"
"""A demonstration: the pages say that all data are invented, and GONGXIN_TODAY may set the day."""

GONGXIN_TODAY = os.environ.get("GONGXIN_TODAY") if (GONGXIN_DEMO or TESTING) else None

_PACKAGE = Path(__file__).resolve().parent.parent


def _beside(folder: str) -> Path:
    """Return a folder of data: inside an installed package, or beside it in a checkout."""
    return _PACKAGE / folder if (_PACKAGE / folder).exists() else BASE_DIR / folder


_books = [_beside("lawbook"), *([_beside("sample") / "lawbook"] if GONGXIN_DEMO else [])]
"""The invented city of a demonstration lies in no division of the country: an overlay of its own names them."""

GONGXIN_LAWBOOK = [
    Path(part)
    for part in os.environ.get("GONGXIN_LAWBOOK", ":".join(str(place) for place in _books)).split(":")
    if part
]

SECRET_KEY = secret_key(GONGXIN_HOME)
ALLOWED_HOSTS = os.environ.get("GONGXIN_HOSTS", "localhost,127.0.0.1,[::1],testserver").split(",")
CSRF_TRUSTED_ORIGINS = [origin for origin in os.environ.get("GONGXIN_ORIGINS", "").split(",") if origin]

GONGXIN_FRONTS = [address for address in os.environ.get("GONGXIN_FRONTS", "").split(",") if address]
"""Addresses or networks of the front servers whose word about a client's certificate is taken (docs/operations.md)."""

INSTALLED_APPS = [
    "gongxin.doors.web",
    "gongxin.doors.notices",
    "gongxin.doors.web.apps.StaffSettingsConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "csp",
    "django_htmx",
    "gongxin.spine.access",
    "gongxin.spine.ledger",
    "gongxin.spine.projections",
    "gongxin.spine.proofs",
    "gongxin.spine.outbox",
    "gongxin.spine.cases",
    "gongxin.spine.bodies",
    "gongxin.rooms.intake",
    "gongxin.rooms.resolve",
    "gongxin.rooms.disclosure",
    "gongxin.rooms.measures",
    "gongxin.rooms.oversight",
    "gongxin.rooms.oversight.debtbook",
    "gongxin.rooms.oversight.governments",
    "gongxin.rooms.promises",
    "gongxin.rooms.promises.complaints",
    "gongxin.rooms.remedy",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "gongxin.doors.web.preferences.ChosenLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "gongxin.doors.web.zerobytes.ZeroByteMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "gongxin.site.urls"
ASGI_APPLICATION = "gongxin.site.asgi.application"
WSGI_APPLICATION = "gongxin.site.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "gongxin.doors.web.context.office",
            ]
        },
    }
]

_address = os.environ.get("GONGXIN_DATABASE_URL")
DATABASES = {"default": database_from_url(_address) if _address else sqlite_database(GONGXIN_HOME / "gongxin.sqlite3")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "access.Account"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "web:desk"
LOGOUT_REDIRECT_URL = "web:home"
ACCOUNT_ADAPTER = "gongxin.doors.web.adapter.StaffAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"

# E-mail leaves only where an office has named its server; until then it stays in the process, and the queue shows it.
EMAIL_HOST = os.environ.get("GONGXIN_SMTP_HOST", "")
EMAIL_PORT = int(os.environ.get("GONGXIN_SMTP_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("GONGXIN_SMTP_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("GONGXIN_SMTP_PASSWORD", "")
EMAIL_USE_TLS = os.environ.get("GONGXIN_SMTP_TLS", "") == "1"
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = os.environ.get("GONGXIN_SMTP_FROM", "gongxin@localhost")
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",
    "login_failed": "5/15m/key",
    "signup": "30/h/ip",
    "renew": "30/h/ip",
    "complaint": "30/h/ip",
    "receipt": "60/m/ip",
}
"""Lock-out after wrong passwords is django-axes' duty alone (`doors.web.adapter`), so that one rule decides and its record is
one; `login_failed` is left for the codes of the second factor, which axes does not see."""
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Gongxin"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
# Whoever signs in may write the name in capitals; each way of writing it must not have tries of its own.
AXES_USERNAME_CALLABLE = "gongxin.doors.web.adapter.name_for_lock"
AXES_VERBOSE = False
# Who tried to sign in from where is no business of a page; the lock opens by itself.
AXES_ENABLE_ADMIN = False
AXES_LOCKOUT_TEMPLATE = "web/locked.html"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
_https = os.environ.get("GONGXIN_HTTPS") == "1"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _https
SESSION_COOKIE_AGE = 2 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _https else None

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS = [Path(__file__).resolve().parent.parent / "doors" / "web" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

STATIC_URL = "/static/"
STATIC_ROOT = GONGXIN_HOME / "static"
with contextlib.suppress(OSError):
    # A store on a disk that can only be read is read all the same; whatever writes says so where it does.
    STATIC_ROOT.mkdir(exist_ok=True)
WHITENOISE_USE_FINDERS = True
"""Files are served from the package itself, so that a clone needs no collecting step."""

FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "gongxin.site.uploads.NamelessFileUploadHandler",
]
FILE_UPLOAD_MAX_MEMORY_SIZE = 8 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 32 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": os.environ.get("GONGXIN_LOG", "WARNING")},
}

SILENCED_SYSTEM_CHECKS = ["axes.W003"]
