"""Addresses of jobs, audit trail and attachments."""

from django.urls import path

from quannan.base import views

urlpatterns = [
    path("jobs/", views.job_list, name="job-list"),
    path("jobs/<uuid:pk>/", views.job_detail, name="job-detail"),
    path("jobs/<uuid:pk>/progress/", views.job_progress, name="job-progress"),
    path("jobs/<uuid:pk>/resume/", views.job_resume, name="job-resume"),
    path("jobs/<uuid:pk>/abandon/", views.job_abandon, name="job-abandon"),
    path("jobs/<uuid:pk>/cancel/", views.job_cancel, name="job-cancel"),
    path("audit/", views.audit_list, name="audit-list"),
    path("audit/export/", views.audit_export, name="audit-export"),
    path("attachments/<uuid:pk>/", views.attachment_download, name="attachment-download"),
]
