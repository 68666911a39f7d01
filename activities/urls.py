"""Addresses of activities, of 开展情况, and of the lists of programmes and kinds."""

from django.urls import path

from activities.views import activities, programmes, summary

urlpatterns = [
    path("activities/", activities.activity_list, name="activity-list"),
    path("activities/export/", activities.activity_export, name="activity-export"),
    path("activities/form/", activities.activity_form_export, name="activity-form-export"),
    path("activities/record/", activities.activity_record, name="activity-record"),
    path("activities/<int:pk>/", activities.activity_detail, name="activity-detail"),
    path("activities/<int:pk>/correct/", activities.activity_correct, name="activity-correct"),
    path("activities/<int:pk>/cancel/", activities.activity_cancel, name="activity-cancel"),
    path("activities/summary/", summary.activity_summary, name="activity-summary"),
    path("activities/summary/export/", summary.activity_summary_export, name="activity-summary-export"),
    path("activities/summary/organizations/", summary.activity_organizations, name="activity-organizations"),
    path(
        "activities/summary/organizations/export/",
        summary.activity_organizations_export,
        name="activity-organizations-export",
    ),
    path("activities/programmes/", programmes.programme_list, name="programme-list"),
    path("activities/programmes/add/", programmes.programme_add, name="programme-add"),
    path("activities/programmes/<int:pk>/correct/", programmes.programme_correct, name="programme-correct"),
    path("activities/programmes/<int:pk>/end/", programmes.programme_end, name="programme-end"),
    path("activities/kinds/add/", programmes.activity_kind_add, name="activity-kind-add"),
    path("activities/kinds/<int:pk>/correct/", programmes.activity_kind_correct, name="activity-kind-correct"),
    path("activities/kinds/<int:pk>/end/", programmes.activity_kind_end, name="activity-kind-end"),
]
