"""Elections, terms, and why bodies are lacking."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
