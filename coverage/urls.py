"""Addresses of the workbench, the register's list and pages, and the figures."""

from django.urls import include, path

from coverage import urls_matrix
from coverage.views import (
    annual,
    bulk,
    bulletin,
    dashboard,
    organization,
    plans,
    register,
    register_form,
    standards,
    statistics,
    workbench,
)

urlpatterns = [
    path("", workbench.workbench, name="workbench"),
    path("scope/", workbench.scope_keep, name="scope-keep"),
    path("organizations/", register.organization_list, name="organization-list"),
    path("organizations/export/", register.organization_export, name="organization-export"),
    path("organizations/form/", register_form.register_form_export, name="register-form-export"),
    path("organizations/ledger/<str:form>/", register_form.ledger_export, name="ledger-export"),
    path("organizations/annual-form/", annual.annual_form_export, name="annual-form-export"),
    path("organizations/bulk/", bulk.organization_bulk, name="organization-bulk"),
    path("organizations/<int:pk>/", organization.organization_detail, name="organization-detail"),
    path("organizations/<int:pk>/annual-form/", annual.annual_form, name="annual-form"),
    path("coverage/", dashboard.coverage_dashboard, name="coverage-dashboard"),
    path("coverage/trend.json", dashboard.coverage_trend, name="coverage-trend"),
    path("coverage/trend/table/", dashboard.coverage_trend_table, name="coverage-trend-table"),
    path("coverage/trend/export/", dashboard.trend_export, name="coverage-trend-export"),
    path("coverage/export/", dashboard.dashboard_export, name="coverage-dashboard-export"),
    path("coverage/bulletin/", bulletin.coverage_bulletin, name="coverage-bulletin"),
    path("coverage/bulletin/word/", bulletin.bulletin_word, name="coverage-bulletin-word"),
    path("coverage/organizations/", register.coverage_organizations, name="coverage-organizations"),
    path("coverage/organizations/export/", register.coverage_export, name="coverage-export"),
    path("coverage/statistics/", statistics.statistics_form, name="statistics-form"),
    path("coverage/statistics/export/", statistics.statistics_export, name="statistics-export"),
    path("plans/", plans.plan_list, name="plan-list"),
    path("plans/export/", plans.plan_export, name="plan-export"),
    path("plans/bulk/", plans.plan_bulk, name="plan-bulk"),
    path("standards/", standards.standard_list, name="standard-list"),
    path("system/", standards.system_status, name="system-status"),
    path("", include("coverage.urls_publications")),
    path("", include("coverage.urls_milestones")),
    path("", include("coverage.urls_gaps")),
    path("", include("coverage.urls_scenarios")),
    path("", include("coverage.urls_comparison")),
]
urlpatterns += urls_matrix.urlpatterns
