from django.apps import AppConfig


class FundingConfig(AppConfig):
    """经费保障:收到和支出的经费、津贴与人均标准。"""

    name = "funding"
    verbose_name = "经费保障"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        # listeners subscribes to events of the apps below.
        from funding import listeners  # noqa: F401
