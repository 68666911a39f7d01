"""Leads, duplicates and merging."""

from django.urls import URLPattern, path

from orgs.views import duplicates, leads

urlpatterns: list[URLPattern] = [
    path("leads/", leads.lead_list, name="lead-list"),
    path("leads/export/", leads.lead_export, name="lead-export"),
    path("leads/create/", leads.lead_create, name="lead-create"),
    path("leads/<int:pk>/", leads.lead_detail, name="lead-detail"),
    path("leads/<int:pk>/correct/", leads.lead_correct, name="lead-correct"),
    path("leads/<int:pk>/convert/", leads.lead_convert, name="lead-convert"),
    path("leads/<int:pk>/link/", leads.lead_link, name="lead-link"),
    path("leads/<int:pk>/drop/", leads.lead_drop, name="lead-drop"),
    path("leads/<int:pk>/reopen/", leads.lead_reopen, name="lead-reopen"),
    path("leads/<int:pk>/contact/", leads.lead_contact, name="lead-contact"),
    path("duplicates/", duplicates.duplicate_list, name="duplicate-list"),
    path("duplicates/export/", duplicates.duplicate_export, name="duplicate-export"),
    path("duplicates/<int:first_pk>/<int:second_pk>/", duplicates.duplicate_pair, name="duplicate-pair"),
    path("duplicates/<int:first_pk>/<int:second_pk>/reject/", duplicates.duplicate_reject, name="duplicate-reject"),
    path("duplicates/settled/<int:pk>/again/", duplicates.duplicate_again, name="duplicate-again"),
    path("organizations/<int:pk>/merge/", duplicates.organization_merge, name="organization-merge"),
    path("merges/", duplicates.merge_list, name="merge-list"),
    path("merges/export/", duplicates.merge_export, name="merge-export"),
    path("merges/<int:pk>/undo/", duplicates.merge_undo, name="merge-undo"),
]
