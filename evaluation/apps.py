from django.apps import AppConfig


class EvaluationConfig(AppConfig):
    """考核评比:年报、考核、述职与表彰。"""

    name = "evaluation"
    verbose_name = "考核评比"
