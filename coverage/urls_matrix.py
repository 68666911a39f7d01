"""Addresses of units beside lines and of the wall."""

from django.urls import path

from coverage.views import matrix, wall

urlpatterns = [
    path("coverage/matrix/", matrix.coverage_matrix, name="coverage-matrix"),
    path("coverage/matrix/export/", matrix.matrix_export, name="coverage-matrix-export"),
    path("coverage/wall/", wall.coverage_wall, name="coverage-wall"),
]
