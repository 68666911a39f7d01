"""Addresses of annual reports and of assessments."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("evaluation.urls_rounds")),
    path("", include("evaluation.urls_lists")),
    path("", include("evaluation.urls_behalf")),
    path("", include("evaluation.urls_filing")),
    path("", include("evaluation.urls_review")),
    path("", include("evaluation.urls_filers")),
    path("", include("evaluation.urls_scores")),
]
