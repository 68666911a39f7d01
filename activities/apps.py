from django.apps import AppConfig


class ActivitiesConfig(AppConfig):
    """活动阵地:开展了什么活动、阵地和机制运行。"""

    name = "activities"
    verbose_name = "活动阵地"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from activities import listeners  # noqa: F401 - subscribes to events of the apps below
