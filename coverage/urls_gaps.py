"""Addresses of the gap list and of 分类指导."""

from django.urls import path

from coverage.views import gaps, guidance

urlpatterns = [
    path("coverage/gaps/", gaps.gap_list, name="gap-list"),
    path("coverage/gaps/export/", gaps.gap_export, name="gap-export"),
    path("coverage/gaps/assign/", gaps.gap_assign, name="gap-assign"),
    path("coverage/gaps/supervise/", gaps.gap_supervise, name="gap-supervise"),
    path("coverage/gaps/unsupervise/", gaps.gap_unsupervise, name="gap-unsupervise"),
    path("organizations/<int:pk>/unsupervise/", gaps.gap_unsupervise_one, name="gap-unsupervise-one"),
    path("organizations/<int:pk>/gaps/<str:line>/assign/", gaps.gap_assign_one, name="gap-assign-one"),
    path("organizations/<int:pk>/gaps/<str:line>/step/", gaps.gap_step, name="gap-step"),
    path("organizations/<int:pk>/gaps/<str:line>/withdraw/", gaps.gap_withdraw, name="gap-withdraw"),
    path("coverage/guidance/", guidance.guidance_list, name="guidance-list"),
    path("coverage/guidance/export/", guidance.guidance_export, name="guidance-export"),
    path("organizations/<int:pk>/guidance/", guidance.guidance_override, name="guidance-override"),
    path("organizations/<int:pk>/guidance/end/", guidance.guidance_end, name="guidance-end"),
    path("organizations/<int:pk>/measures/", guidance.measure_record, name="measure-record"),
    path("measures/<int:pk>/", guidance.measure_correct, name="measure-correct"),
    path("measures/<int:pk>/remove/", guidance.measure_remove, name="measure-remove"),
]
