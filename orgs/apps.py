from django.apps import AppConfig


class OrgsConfig(AppConfig):
    name = "orgs"
    verbose_name = "组织台账"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from orgs.domain import reference  # noqa: F401 - subscribes to reference.load
