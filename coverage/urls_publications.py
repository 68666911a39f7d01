"""Addresses of published figures."""

from django.urls import path

from coverage.views import publication_differences as differences
from coverage.views import publications

urlpatterns = [
    path("coverage/publications/", publications.publication_list, name="publication-list"),
    path("coverage/publications/export/", publications.publication_list_export, name="publication-list-export"),
    path("coverage/publications/freeze/", publications.publication_freeze, name="publication-freeze"),
    path("coverage/publications/organizations/", publications.published_list, name="published-organizations"),
    path("coverage/publications/organizations/export/", publications.published_export, name="published-export"),
    path("coverage/publications/differences/", differences.publication_differences, name="publication-differences"),
    path(
        "coverage/publications/differences/export/",
        differences.publication_differences_export,
        name="publication-differences-export",
    ),
    path("coverage/publications/<int:pk>/", publications.publication_detail, name="publication-detail"),
    path("coverage/publications/<int:pk>/export/", publications.publication_export, name="publication-export"),
    path("coverage/publications/<int:pk>/file/", publications.publication_file_job, name="publication-file-job"),
    path("coverage/publications/<int:pk>/compare/", publications.publication_compare, name="publication-compare"),
    path("coverage/publications/<int:pk>/verify/", publications.publication_verify, name="publication-verify"),
    path("coverage/publications/<int:pk>/withdraw/", publications.publication_withdraw, name="publication-withdraw"),
]
