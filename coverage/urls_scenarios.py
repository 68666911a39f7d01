"""Addresses of 情景推演 and of the versions of standards."""

from django.urls import path

from coverage.views import scenario_gaps, scenarios, standards_edit

urlpatterns = [
    path("coverage/scenarios/", scenarios.scenario_list, name="scenario-list"),
    path("coverage/scenarios/export/", scenarios.scenario_export, name="scenario-export"),
    path("coverage/scenarios/create/", scenarios.scenario_create, name="scenario-create"),
    path("coverage/scenarios/<int:pk>/", scenarios.scenario_detail, name="scenario-detail"),
    path("coverage/scenarios/<int:pk>/change/", scenarios.scenario_change, name="scenario-change"),
    path("coverage/scenarios/<int:pk>/assume/", scenarios.scenario_assume, name="scenario-assume"),
    path("coverage/scenarios/<int:pk>/pick/", scenarios.scenario_pick, name="scenario-pick"),
    path("coverage/scenarios/<int:pk>/untick/", scenarios.scenario_untick, name="scenario-untick"),
    path("coverage/scenarios/<int:pk>/copy/", scenarios.scenario_copy, name="scenario-copy"),
    path("coverage/scenarios/<int:pk>/delete/", scenarios.scenario_delete, name="scenario-delete"),
    path("coverage/scenarios/<int:pk>/assign/", scenario_gaps.scenario_assign, name="scenario-assign"),
    path("coverage/scenarios/<int:pk>/export/", scenarios.scenario_figures_export, name="scenario-figures-export"),
    path("coverage/scenarios/<int:pk>/ticks/export/", scenarios.scenario_ticks_export, name="scenario-ticks-export"),
    path("standards/scale/version/", standards_edit.scale_version, name="scale-version"),
    path("standards/scale/<int:pk>/words/", standards_edit.scale_words, name="scale-words"),
    path("standards/<str:line>/version/", standards_edit.standard_version, name="standard-version"),
    path("standards/<int:pk>/words/", standards_edit.standard_words, name="standard-words"),
]
