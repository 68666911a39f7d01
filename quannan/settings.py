"""All settings, in the order in which one asks for them. Each environment variable is described where it is read.

bin/start and bin/manage need none of them; DEPLOYMENT in docs/ and deploy/ show a production set.
"""

from celery.schedules import crontab
from django.core.exceptions import ImproperlyConfigured

from quannan.base import environ
from quannan.base.keeper import running_environment
from quannan.base.var import ROOT, Var

BASE_DIR = ROOT
# QUANNAN_VAR: the folder for data, keys, logs and uploaded files; default var/ in the project.
VAR = Var.from_environment()
VAR.make()

# --- What kind of installation --------------------------------------------------------------------------------------
# DEBUG=1 only while developing: it shows source code to whoever causes an error.
DEBUG = environ.flag("DEBUG")
SECRET_KEY = environ.text("SECRET_KEY") or VAR.secret("secret-key")
# FIELD_ENCRYPTION_KEYS: Fernet keys for personal fields, the first one writes, all read; default var/secrets/field-key.
FIELD_ENCRYPTION_KEYS = environ.words("FIELD_ENCRYPTION_KEYS") or [VAR.field_key()]
# ALLOWED_HOSTS: names under which browsers reach the program, separated by commas.
ALLOWED_HOSTS = environ.words("ALLOWED_HOSTS", "localhost 127.0.0.1 [::1]")
# CSRF_TRUSTED_ORIGINS: full addresses such as https://quannan.example.gov.cn, when a proxy speaks for us.
CSRF_TRUSTED_ORIGINS = environ.words("CSRF_TRUSTED_ORIGINS")
for origin in CSRF_TRUSTED_ORIGINS:
    if "://" not in origin:
        raise ImproperlyConfigured(f"CSRF_TRUSTED_ORIGINS 中的“{origin}”要写全,如 https://{origin}。")
# TRUSTED_PROXIES: addresses of our own proxies, whose X-Forwarded-For is believed.
TRUSTED_PROXIES = environ.words("TRUSTED_PROXIES")
# HTTPS=1 when browsers reach us by https only: cookies are then sent over nothing else.
HTTPS = environ.flag("HTTPS")
PORT = environ.number("PORT", 8000, 1, 65535)

# --- Apps: an arrow may point down this list's order only from the end towards the beginning ------------------------
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "pgtrigger",
    "pghistory",
    "axes",
    "django_htmx",
    "django_filters",
    "rest_framework",
    "drf_spectacular",
    "quannan.base",
    "orgs",
    "coverage",
    "activities",
    "funding",
    "evaluation",
]
MIDDLEWARE = [
    "quannan.base.middleware.RequestOriginMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "quannan.base.content_security.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "quannan.base.middleware.HistoryMiddleware",
    "orgs.middleware.OneTimePasswordMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "quannan.urls"
WSGI_APPLICATION = "quannan.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
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
                "orgs.context_processors.frame",
            ],
        },
    }
]

# --- Database, cache, broker: from the environment, or the embedded ones that run for this folder -------------------
# DATABASE_URL: postgresql://role:password@host:5432/name. REDIS_URL: redis://:password@host:6379/0.
_embedded = {} if environ.text("DATABASE_URL") and environ.text("REDIS_URL") else running_environment(VAR)
_database_url = environ.text("DATABASE_URL") or _embedded.get("DATABASE_URL", "")
_redis_url = environ.text("REDIS_URL") or _embedded.get("REDIS_URL", "")
if not _database_url or not _redis_url:
    raise ImproperlyConfigured(
        "没有数据库或消息队列可用:请改用 bin/manage 运行命令(它会启动所需的服务),或设置 DATABASE_URL 和 REDIS_URL。"
    )
DATABASES = {
    "default": {**environ.database(_database_url), "CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True},
}
_cache_url, _broker_url = environ.broker(_redis_url)
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": _cache_url,
        "KEY_PREFIX": "quannan",
    }
}

# --- Jobs -----------------------------------------------------------------------------------------------------------
CELERY_BROKER_URL = _broker_url
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# What became of a job stands in its Job row; nobody reads results.
CELERY_TASK_IGNORE_RESULT = True
CELERY_TIMEZONE = "Asia/Shanghai"
CELERY_TASK_ACKS_LATE = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_MAX_TASKS_PER_CHILD = 200
CELERY_TASK_DEFAULT_QUEUE = "quannan"
CELERY_BEAT_SCHEDULE = {
    "jobs whose worker died": {"task": "base.mark_interrupted_jobs", "schedule": 60.0},
    "jobs whose message was lost": {"task": "base.resend_queued_jobs", "schedule": 60.0},
    "files that no row names": {"task": "base.sweep_stray_files", "schedule": crontab(hour=3, minute=10)},
    "names of recommendations a year old": {
        "task": "orgs.wipe_recommendation_names",
        "schedule": crontab(hour=3, minute=50),
    },
    # Just after midnight: a slip is worth nothing after its last day.
    "expired login codes of filers": {
        "task": "evaluation.expire_filer_codes",
        "schedule": crontab(hour=0, minute=5),
    },
    "spans of changed organizations": {"task": "coverage.drain_marks", "schedule": 60.0},
    "organizations found after a round was opened": {
        "task": "evaluation.add_latecomers",
        "schedule": crontab(hour=1, minute=20),
    },
    "reminders of annual reports": {"task": "evaluation.remind", "schedule": crontab(hour=8, minute=0)},
    "spans rebuilt and compared": {"task": "coverage.verify_coverage", "schedule": crontab(hour=2, minute=30)},
}

# --- E-mail: sent only where a server is named ----------------------------------------------------------------------
# EMAIL_HOST, EMAIL_PORT, EMAIL_USER, EMAIL_PASSWORD, EMAIL_TLS=1 or EMAIL_SSL=1, EMAIL_FROM: the office's mail server.
EMAIL_HOST = environ.text("EMAIL_HOST")
EMAIL_PORT = environ.number("EMAIL_PORT", 25, 1, 65535)
EMAIL_HOST_USER = environ.text("EMAIL_USER")
EMAIL_HOST_PASSWORD = environ.text("EMAIL_PASSWORD")
EMAIL_USE_TLS = environ.flag("EMAIL_TLS")
EMAIL_USE_SSL = environ.flag("EMAIL_SSL")
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = environ.text("EMAIL_FROM") or "quannan@localhost"

# --- Accounts and sessions ------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "orgs.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
_validation = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{_validation}.UserAttributeSimilarityValidator", "OPTIONS": {"user_attributes": ["username", "name"]}},
    {"NAME": f"{_validation}.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": f"{_validation}.CommonPasswordValidator"},
    {"NAME": f"{_validation}.NumericPasswordValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "workbench"
LOGOUT_REDIRECT_URL = "login"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_RESET_ON_SUCCESS = True
# The pair: one person's slips lock neither the office's shared address nor the account for everybody else.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "registration/locked.html"
AXES_CLIENT_IP_CALLABLE = "quannan.base.middleware.client_address"
AXES_VERBOSE = False
# A working day, counted from the login, and no longer than the browser is open.
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_COOKIE_AGE = 8 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "quannan.base.error_pages.csrf_failure"

# --- What browsers are told -----------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "default-src": "'self'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data: blob:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
if HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 30 * 24 * 60 * 60

# --- Language, time, files ------------------------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文")]
USE_I18N = True
FORMAT_MODULE_PATH = ["quannan.formats"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
STATIC_URL = "/static/"
# STATIC_ROOT: a folder for collectstatic, where nginx is to serve the files itself.
STATIC_ROOT = environ.text("STATIC_ROOT") or None
# Browser libraries as npm lays them out, the needed folders alone.
STATICFILES_DIRS = [
    BASE_DIR / "static",
    ("npm/tabler", BASE_DIR / "node_modules" / "@tabler" / "core" / "dist" / "css"),
    ("npm/tabler", BASE_DIR / "node_modules" / "@tabler" / "core" / "dist" / "js"),
    ("npm/echarts", BASE_DIR / "node_modules" / "echarts" / "dist"),
]
# Served from where they lie: nothing to collect at a start, and no file to go stale.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
MEDIA_ROOT = VAR.media
MEDIA_URL = ""
FILE_UPLOAD_TEMP_DIR = str(VAR.temporary)
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
# Largest workbook taken, packed; what it may unpack to is limited where it is read.
UPLOAD_MAX_BYTES = 100 * 1024 * 1024

# --- API ------------------------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "quannan.base.api.problem",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "全南县非公有制组织党群工作台账接口",
    "DESCRIPTION": "除年报的回答外只供读取;范围与账号相同。出错时给出 RFC 9457 的问题说明。",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "ENUM_NAME_OVERRIDES": {
        "KindEnum": "orgs.models.organization.Kind.choices",
        "LineEnum": "orgs.lines.Line.choices",
        "PrecisionEnum": "orgs.lines.Precision.choices",
        "ReportStateEnum": "evaluation.models.reports.ReportState.choices",
        "AssessmentStateEnum": "evaluation.models.scores.AssessmentState.choices",
        "MeasuredLineEnum": "coverage.api_comparison.LINES",
    },
}

# --- Log: var/log/app.log, each error under the number that the user's page shows -----------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "{asctime} {levelname} {name} {process} {message}", "style": "{"},
    },
    "handlers": {
        "file": {
            # Watched: logrotate may move it under every process that writes.
            "class": "logging.handlers.WatchedFileHandler",
            "filename": str(VAR.log / "app.log"),
            "formatter": "line",
            "encoding": "utf-8",
            "delay": True,
        },
        "console": {"class": "logging.StreamHandler", "formatter": "line", "level": "ERROR"},
    },
    "root": {"handlers": ["file", "console"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        "django.server": {"handlers": [], "level": "INFO", "propagate": True},
        "django.utils.autoreload": {"level": "WARNING"},
    },
}
