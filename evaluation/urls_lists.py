"""Addresses of the lists of reports, of those not filed, of completeness and burden."""

from django.urls import path

from evaluation.views import completeness, report_lists

urlpatterns = [
    path("reports/", report_lists.report_list, name="report-list"),
    path("reports/export/", report_lists.report_export, name="report-export"),
    path("reports/late/", report_lists.report_late_list, name="report-late-list"),
    path("reports/late/export/", report_lists.report_late_export, name="report-late-export"),
    path("reports/late/grant/", report_lists.report_grant_late, name="report-grant-late"),
    path("reports/late/print/", report_lists.report_late_print, name="report-late-print"),
    path("reports/late/<int:pk>/", report_lists.report_late_organization, name="report-late-organization"),
    path("reports/completeness/", completeness.report_completeness, name="report-completeness"),
    path("reports/completeness/export/", completeness.completeness_export, name="report-completeness-export"),
    path("reports/burden/", completeness.report_burden, name="report-burden"),
    path("reports/burden/export/", completeness.burden_export, name="report-burden-export"),
]
