"""登记名册核对: registers handed in, their findings, and the answers."""

from django.urls import URLPattern, path

from orgs.views import discrepancies, reconciliation

urlpatterns: list[URLPattern] = [
    path("reconciliations/", reconciliation.reconciliation_list, name="reconciliation-list"),
    path("reconciliations/upload/", reconciliation.reconciliation_upload, name="reconciliation-upload"),
    path("reconciliations/template/", reconciliation.reconciliation_template, name="reconciliation-template"),
    path("reconciliations/<uuid:pk>/", reconciliation.reconciliation_detail, name="reconciliation-detail"),
    path("reconciliations/<uuid:pk>/rows/", reconciliation.reconciliation_rows, name="reconciliation-rows"),
    path("reconciliations/discrepancies/", discrepancies.discrepancy_list, name="discrepancy-list"),
    path("reconciliations/discrepancies/export/", discrepancies.discrepancy_export, name="discrepancy-export"),
    path("reconciliations/discrepancies/answer/", discrepancies.discrepancy_answer, name="discrepancy-answer"),
    path("reconciliations/discrepancies/<int:pk>/", discrepancies.discrepancy_detail, name="discrepancy-detail"),
    path("reconciliations/discrepancies/<int:pk>/accept/", discrepancies.discrepancy_accept, name="discrepancy-accept"),
    path("reconciliations/discrepancies/<int:pk>/refuse/", discrepancies.discrepancy_refuse, name="discrepancy-refuse"),
]
