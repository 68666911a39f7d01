"""Addresses of 导入."""

from django.urls import path

from quannan.base import views_imports

urlpatterns = [
    path("", views_imports.import_list, name="import-list"),
    path("export/", views_imports.import_export, name="import-export"),
    path("template/<slug:code>/", views_imports.import_template, name="import-template"),
    path("<uuid:pk>/", views_imports.import_detail, name="import-detail"),
    path("<uuid:pk>/reading/", views_imports.import_reading, name="import-reading"),
    path("<uuid:pk>/undo/", views_imports.import_undo, name="import-undo"),
    path("<uuid:pk>/write/", views_imports.import_write, name="import-write"),
]
