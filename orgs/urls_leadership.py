"""Changes of leaders with opinions, and cases of dismissed leaders."""

from django.urls import path

from orgs.views import cases, leader_changes

urlpatterns = [
    path("leader-changes/", leader_changes.change_list, name="leader-change-list"),
    path("leader-changes/export/", leader_changes.change_export, name="leader-change-export"),
    path("leader-changes/<int:pk>/", leader_changes.change_detail, name="leader-change-detail"),
    path("leader-changes/<int:pk>/effect/", leader_changes.change_effect, name="leader-change-effect"),
    path("leader-changes/<int:pk>/withdraw/", leader_changes.change_withdraw, name="leader-change-withdraw"),
    path("leader-changes/<int:pk>/opinions/<int:opinion_pk>/", leader_changes.opinion_give, name="opinion-give"),
    path("bodies/<int:branch_pk>/leader-change/", leader_changes.change_request, name="leader-change-request"),
    path("cases/", cases.case_list, name="case-list"),
    path("cases/export/", cases.case_export, name="case-export"),
    path("cases/open/", cases.case_open, name="case-open"),
    path("cases/<int:pk>/", cases.case_detail, name="case-detail"),
    path("cases/<int:pk>/correct/", cases.case_correct, name="case-correct"),
    path("cases/<int:pk>/measures/", cases.case_measure, name="case-measure"),
    path("cases/<int:pk>/measures/<int:measure_pk>/", cases.case_measure_correct, name="case-measure-correct"),
    path("cases/<int:pk>/close/", cases.case_close, name="case-close"),
    path("cases/<int:pk>/reopen/", cases.case_reopen, name="case-reopen"),
    path("cases/<int:pk>/complainant/", cases.complainant_reveal, name="complainant-reveal"),
]
