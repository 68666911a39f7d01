from django.apps import AppConfig


class CoverageConfig(AppConfig):
    name = "coverage"
    verbose_name = "覆盖进度"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        # listeners subscribes to the register's events, the other names the jobs of publications.
        from coverage import jobs_publications, listeners  # noqa: F401
