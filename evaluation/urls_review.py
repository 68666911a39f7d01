"""Addresses of the review and of corrections."""

from django.urls import path

from evaluation.views import review

urlpatterns = [
    path("reviews/", review.review_queue, name="review-queue"),
    path("reviews/export/", review.review_export, name="review-export"),
    path("reviews/workload/", review.review_workload, name="review-workload"),
    path("reviews/workload/export/", review.workload_export, name="review-workload-export"),
    path("reviews/bulk/", review.review_bulk, name="review-bulk"),
    path("reviews/<int:pk>/", review.review_detail, name="review-detail"),
    path("reviews/<int:pk>/open/", review.review_open, name="review-open"),
    path("reviews/<int:pk>/comment/", review.review_comment, name="review-comment"),
    path("reviews/comments/<int:pk>/remove/", review.review_uncomment, name="review-uncomment"),
    path("reviews/comments/<int:pk>/settle/", review.review_settle, name="review-settle"),
    path("reviews/<int:pk>/return/", review.review_return, name="review-return"),
    path("reviews/<int:pk>/accept/", review.review_accept, name="review-accept"),
    path("reports/<int:pk>/correct/", review.report_correct, name="report-correct"),
    path("reports/<int:pk>/correct/drop/", review.report_correction_drop, name="report-correction-drop"),
]
