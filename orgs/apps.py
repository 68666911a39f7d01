from django.apps import AppConfig


class OrgsConfig(AppConfig):
    name = "orgs"
    verbose_name = "组织台账"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        # actions names the acts for the audit page, reference subscribes to reference.load.
        from orgs.domain import actions, reference  # noqa: F401
