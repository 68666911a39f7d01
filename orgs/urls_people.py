"""People, posts, the talent pool, professional workers, owners."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
