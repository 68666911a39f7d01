"""Addresses of schemes, assessments and their results."""

from django.urls import path

from evaluation.views import assessments, schemes

urlpatterns = [
    path("schemes/", schemes.scheme_list, name="scheme-list"),
    path("schemes/create/", schemes.scheme_create, name="scheme-create"),
    path("schemes/<int:pk>/", schemes.scheme_detail, name="scheme-detail"),
    path("schemes/<int:pk>/edit/", schemes.scheme_edit, name="scheme-edit"),
    path("schemes/<int:pk>/copy/", schemes.scheme_copy, name="scheme-copy"),
    path("schemes/<int:pk>/bands/", schemes.scheme_bands, name="scheme-bands"),
    path("schemes/<int:pk>/open/", schemes.scheme_open, name="scheme-open"),
    path("schemes/<int:pk>/close/", schemes.scheme_close, name="scheme-close"),
    path("schemes/<int:pk>/indicators/add/", schemes.indicator_add, name="indicator-add"),
    path("indicators/<int:pk>/", schemes.indicator_edit, name="indicator-edit"),
    path("indicators/<int:pk>/move/", schemes.indicator_move, name="indicator-move"),
    path("indicators/<int:pk>/remove/", schemes.indicator_remove, name="indicator-remove"),
    path("assessments/", assessments.assessment_list, name="assessment-list"),
    path("assessments/export/", assessments.assessment_export, name="assessment-export"),
    path("assessments/form/", assessments.assessment_form, name="assessment-form"),
    path("assessments/confirm/", assessments.assessment_confirm, name="assessment-confirm"),
    path("assessments/summary/", assessments.assessment_summary, name="assessment-summary"),
    path("assessments/summary/export/", assessments.assessment_summary_export, name="assessment-summary-export"),
    path("assessments/<int:pk>/", assessments.assessment_detail, name="assessment-detail"),
    path("assessments/<int:pk>/print/", assessments.assessment_print, name="assessment-print"),
    path("assessments/<int:pk>/rate/<slug:rater>/", assessments.assessment_rate, name="assessment-rate"),
    path("assessments/<int:pk>/reopen/", assessments.assessment_reopen, name="assessment-reopen"),
    path("my-assessments/", assessments.my_assessment_list, name="my-assessment-list"),
]
