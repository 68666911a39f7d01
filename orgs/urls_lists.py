"""Saved filters, columns, whole-result selection and bulk edits."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
