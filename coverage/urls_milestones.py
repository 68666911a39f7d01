"""Addresses of milestones, and of the nightly comparison started by hand."""

from django.urls import path

from coverage.views import milestone_edit, milestones, standards

urlpatterns = [
    path("coverage/milestones/", milestones.milestone_list, name="milestone-list"),
    path("coverage/milestones/export/", milestones.milestones_export, name="milestone-list-export"),
    path("coverage/milestones/add/", milestone_edit.milestone_create, name="milestone-create"),
    path("coverage/milestones/<int:pk>/", milestones.milestone_detail, name="milestone-detail"),
    path("coverage/milestones/<int:pk>/export/", milestones.milestone_export, name="milestone-export"),
    path("coverage/milestones/<int:pk>/change/", milestone_edit.milestone_change, name="milestone-change"),
    path("coverage/milestones/<int:pk>/retire/", milestone_edit.milestone_retire, name="milestone-retire"),
    path("coverage/milestones/<int:pk>/restore/", milestone_edit.milestone_restore, name="milestone-restore"),
    path("coverage/milestones/<int:pk>/split/", milestone_edit.milestone_split, name="milestone-split"),
    path("system/verify/", standards.system_verify, name="system-verify"),
]
