from django.apps import AppConfig


class EvaluationConfig(AppConfig):
    """考核评比:年报、考核、述职与表彰。"""

    name = "evaluation"
    verbose_name = "考核评比"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        # listeners subscribes to events of the apps below, jobs names the kinds of job.
        from evaluation import jobs, jobs_behalf, jobs_filers, listeners  # noqa: F401
        from orgs.queries_waiting import home_shows

        home_shows(
            waiting="evaluation.queries_home.waiting_reports", standing="evaluation.queries_home.standing_reports"
        )
