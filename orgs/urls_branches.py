"""Bodies: list, page, confirmation in bulk, grouping, corrections."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
