"""Saved filters, columns, whole-result selection and bulk edits."""

from django.urls import URLPattern, path

from orgs.views import saved_filters, search

urlpatterns: list[URLPattern] = [
    path("search/", search.search, name="search"),
    path("filters/save/", saved_filters.saved_filter_save, name="saved-filter-save"),
    path("filters/<int:pk>/", saved_filters.saved_filter_rename, name="saved-filter-rename"),
    path("filters/<int:pk>/delete/", saved_filters.saved_filter_delete, name="saved-filter-delete"),
]
