from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class BaseConfig(AppConfig):
    """What every app stands on: jobs, audit, attachments, workbooks, embedded services."""

    name = "quannan.base"
    label = "base"
    verbose_name = "系统"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Every process that starts a job has to know the broker, not the worker alone.
        from quannan.celery import app

        app.set_default()
        # Web and worker alike have to know the kinds of job and the words of the audit trail.
        autodiscover_modules("jobs", "imports")
        # The jobs of every import.
        from quannan.base import import_jobs  # noqa: F401
