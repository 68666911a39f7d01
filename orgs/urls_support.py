"""Instructors, liaisons, recommendations, searches for members."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
