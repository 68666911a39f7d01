"""Addresses of filling in and filing."""

from django.urls import path

from evaluation.views import filing, filling, receipts

urlpatterns = [
    path("my-reports/", filing.my_report_list, name="my-report-list"),
    path("reports/<int:pk>/", filing.report_detail, name="report-detail"),
    path("reports/<int:pk>/fill/", filling.report_fill, name="report-fill"),
    path("reports/<int:pk>/whole/", filling.report_whole, name="report-whole"),
    path("reports/<int:pk>/save/", filling.report_save, name="report-save"),
    path("reports/<int:pk>/same/", filling.report_same, name="report-same"),
    path("reports/<int:pk>/sign/", filing.report_sign, name="report-sign"),
    path("reports/<int:pk>/withdraw/", filing.report_withdraw, name="report-withdraw"),
    path("reports/<int:pk>/comments/<int:comment>/answer/", filing.report_answer, name="report-answer"),
    path("reports/<int:pk>/print/", receipts.report_print, name="report-print"),
    path("reports/<int:pk>/versions/<int:number>/", receipts.submission_detail, name="submission-detail"),
    path("reports/<int:pk>/fill/<slug:section>/", filling.report_section, name="report-section"),
    path("reports/<int:pk>/fill/<slug:section>/<slug:code>/", filling.report_question, name="report-question"),
    path("receipts/", receipts.receipt_check, name="receipt-check"),
    path("receipts/<str:receipt>/", receipts.receipt_detail, name="receipt-detail"),
    path("receipts/<str:receipt>/pdf/", receipts.receipt_file, name="receipt-pdf"),
]
