"""Addresses of filing on behalf by workbook."""

from django.urls import path

from evaluation.views import behalf

urlpatterns = [
    path("reports/behalf/", behalf.report_behalf, name="report-behalf"),
    path("reports/behalf/template/<int:pk>/", behalf.report_behalf_template, name="report-behalf-template"),
    path("reports/behalf/<uuid:pk>/", behalf.report_behalf_result, name="report-behalf-result"),
    path("reports/behalf/<uuid:pk>/write/", behalf.report_behalf_write, name="report-behalf-write"),
]
