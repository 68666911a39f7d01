"""Instructors, liaisons, recommendations, searches for members."""

from django.urls import URLPattern, path

from orgs.views import instructors, liaisons, recommendations, searches

urlpatterns: list[URLPattern] = [
    path("instructors/", instructors.instructor_list, name="instructor-list"),
    path("instructors/export/", instructors.instructor_export, name="instructor-export"),
    path("instructors/form/", instructors.instructor_form_export, name="instructor-form-export"),
    path("instructors/create/", instructors.instructor_create, name="instructor-create"),
    path("instructors/assign/", instructors.instructor_assign, name="instructor-assign"),
    path("instructors/assign/send/", instructors.instructor_send_many, name="instructor-send-many"),
    path("instructors/<int:pk>/recall/", instructors.instructor_recall, name="instructor-recall"),
    path("liaisons/", liaisons.liaison_list, name="liaison-list"),
    path("liaisons/export/", liaisons.liaison_export, name="liaison-export"),
    path("liaisons/form/", liaisons.liaison_form_export, name="liaison-form-export"),
    path("liaisons/create/", liaisons.liaison_create, name="liaison-create"),
    path("liaisons/units/create/", liaisons.liaison_unit_create, name="liaison-unit-create"),
    path("liaisons/<int:pk>/end/", liaisons.liaison_end, name="liaison-end"),
    path("liaisons/<int:pk>/move/", liaisons.liaison_move, name="liaison-move"),
    path("recommendations/", recommendations.recommendation_list, name="recommendation-list"),
    path("recommendations/export/", recommendations.recommendation_export, name="recommendation-export"),
    path("recommendations/counts/", recommendations.recommendation_counts, name="recommendation-counts"),
    path(
        "recommendations/counts/export/",
        recommendations.recommendation_counts_export,
        name="recommendation-counts-export",
    ),
    path("recommendations/create/", recommendations.recommendation_create, name="recommendation-create"),
    path("recommendations/<int:pk>/accept/", recommendations.recommendation_accept, name="recommendation-accept"),
    path("recommendations/<int:pk>/file/", recommendations.recommendation_file, name="recommendation-file"),
    path("recommendations/<int:pk>/decline/", recommendations.recommendation_decline, name="recommendation-decline"),
    path("searches/", searches.search_list, name="search-list"),
    path("searches/sums/", searches.search_sums_page, name="search-sums"),
    path("searches/create/", searches.search_create, name="search-create"),
    path("searches/<int:pk>/correct/", searches.search_correct, name="search-correct"),
]
