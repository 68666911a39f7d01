"""Addresses of activities, their summary and the lists of programmes and kinds."""

from django.urls import path

from activities.views import activities

urlpatterns = [
    path("activities/", activities.activity_list, name="activity-list"),
]
