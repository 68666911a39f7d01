"""Addresses of annual reports."""

from django.urls import URLPattern, URLResolver

from evaluation import urls_lists

urlpatterns: list[URLPattern | URLResolver] = [*urls_lists.urlpatterns]
