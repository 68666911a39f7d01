"""Addresses of the comparison of two dates."""

from django.urls import path

from coverage.views import comparison

urlpatterns = [
    path("coverage/comparison/", comparison.coverage_comparison, name="coverage-comparison"),
    path("coverage/comparison/export/", comparison.comparison_export, name="coverage-comparison-export"),
    path("coverage/comparison/form/", comparison.comparison_form, name="coverage-comparison-form"),
]
