"""Addresses of rounds, of the forms with their questions, and of reminders."""

from django.urls import path

from evaluation.views import reminders, report_forms, rounds

urlpatterns = [
    path("rounds/", rounds.round_list, name="round-list"),
    path("rounds/export/", rounds.round_export, name="round-export"),
    path("rounds/create/", rounds.round_create, name="round-create"),
    path("rounds/<int:pk>/", rounds.round_detail, name="round-detail"),
    path("rounds/<int:pk>/edit/", rounds.round_edit, name="round-edit"),
    path("rounds/<int:pk>/open/", rounds.round_open, name="round-open"),
    path("rounds/<int:pk>/dates/", rounds.round_move_date, name="round-move-date"),
    path("rounds/<int:pk>/add/", rounds.round_add, name="round-add"),
    path("rounds/<int:pk>/remind/", rounds.round_remind, name="round-remind"),
    path("report-forms/", report_forms.report_form_list, name="report-form-list"),
    path("report-forms/<int:pk>/", report_forms.report_form_detail, name="report-form-detail"),
    path("report-forms/<int:pk>/edit/", report_forms.form_edit, name="form-edit"),
    path("report-forms/<int:pk>/copy/", report_forms.form_copy, name="form-copy"),
    path("report-forms/<int:pk>/print/", report_forms.form_print, name="form-print"),
    path("report-forms/sections/<int:pk>/add/", report_forms.question_add, name="question-add"),
    path("report-forms/questions/<int:pk>/", report_forms.question_edit, name="question-edit"),
    path("report-forms/questions/<int:pk>/retire/", report_forms.question_retire, name="question-retire"),
    path("reminders/", reminders.reminder_list, name="reminder-list"),
    path("reminders/read/", reminders.reminders_read, name="reminders-read"),
    path("reminders/<int:pk>/read/", reminders.reminder_read, name="reminder-read"),
]
