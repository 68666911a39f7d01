"""Elections, terms, and why bodies are lacking."""

from django.urls import path

from orgs.views import plans, terms

urlpatterns = [
    path("terms/", terms.term_calendar, name="term-calendar"),
    path("terms/export/", terms.term_export, name="term-export"),
    path("terms/rules/", terms.term_rule_list, name="term-rule-list"),
    path("terms/rules/create/", terms.term_rule_add, name="term-rule-add"),
    path("terms/rules/<int:pk>/", terms.term_rule_change, name="term-rule-change"),
    path("branches/<int:pk>/elections/", terms.election_record, name="election-record"),
    path("branches/<int:pk>/elections/<int:election_pk>/", terms.election_correct, name="election-correct"),
    path("branches/<int:pk>/elections/<int:election_pk>/extend/", terms.term_extend, name="term-extend"),
    path("organizations/<int:pk>/plans/<str:line>/", plans.plan_record, name="plan-record"),
]
