"""Addresses of the accounts of filers."""

from django.urls import path

from evaluation.views import filers, filers_many

urlpatterns = [
    path("filers/", filers_many.filer_list, name="filer-list"),
    path("filers/export/", filers_many.filer_export, name="filer-export"),
    path("filers/issue/", filers_many.filer_issue, name="filer-issue"),
    path("filers/slips/", filers_many.filer_slips, name="filer-slips"),
    path("filers/reset/", filers_many.filer_reset_many, name="filer-reset-many"),
    path("filers/<int:pk>/issue/", filers.filer_issue_one, name="filer-issue-one"),
    path("filers/<int:pk>/reset/", filers.filer_reset, name="filer-reset"),
    path("filers/<int:pk>/hand-over/", filers.filer_hand_over, name="filer-hand-over"),
    path("filers/<int:pk>/end/", filers.filer_end, name="filer-end"),
    path("my-hand-over/", filers.my_hand_over, name="my-hand-over"),
]
