"""Bodies: list, page, confirmation in bulk, grouping, corrections."""

from django.urls import URLPattern, path

from orgs.views import branch_acts, branches

urlpatterns: list[URLPattern] = [
    path("branches/", branches.branch_list, name="branch-list"),
    path("branches/export/", branches.branch_export, name="branch-export"),
    path("branches/decide/", branches.branch_decide, name="branch-decide"),
    path("branches/found/", branch_acts.branch_found, name="branch-found"),
    path("branches/grouping/", branch_acts.branch_grouping, name="branch-grouping"),
    path("branches/<int:pk>/", branches.branch_detail, name="branch-detail"),
    path("branches/<int:pk>/confirm/", branch_acts.branch_confirm, name="branch-confirm"),
    path("branches/<int:pk>/refuse/", branch_acts.branch_refuse, name="branch-refuse"),
    path("branches/<int:pk>/correct/", branch_acts.branch_correct, name="branch-correct"),
    path("branches/<int:pk>/members/", branch_acts.branch_join, name="branch-join"),
    path("branches/<int:pk>/members/<int:membership_pk>/end/", branch_acts.branch_leave, name="branch-leave"),
    path("branches/<int:pk>/form/", branch_acts.branch_form, name="branch-form"),
    path("branches/<int:pk>/dissolve/", branch_acts.branch_dissolve, name="branch-dissolve"),
    path("branches/<int:pk>/ungroup/", branch_acts.branch_ungroup, name="branch-ungroup"),
]
