"""Addresses of 摸底表导入."""

from django.urls import path

from orgs import import_views

urlpatterns = [
    path("", import_views.import_list, name="import-list"),
    path("template/", import_views.import_template, name="import-template"),
    path("<uuid:pk>/", import_views.import_detail, name="import-detail"),
    path("<uuid:pk>/write/", import_views.import_write, name="import-write"),
]
