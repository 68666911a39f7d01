from django.apps import AppConfig


class CoverageConfig(AppConfig):
    name = "coverage"
    verbose_name = "覆盖进度"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from coverage import listeners  # noqa: F401 - subscribes to the register's events
