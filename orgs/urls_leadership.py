"""Changes of leaders with opinions, and cases of dismissed leaders."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
