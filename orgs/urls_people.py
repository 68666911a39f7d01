"""People, posts, the talent pool, professional workers, owners."""

from django.urls import URLPattern, path

from orgs.views import appointments, owners, people, talent

urlpatterns: list[URLPattern] = [
    path("people/appointments/", appointments.appointment_list, name="appointment-list"),
    path("people/appointments/export/", appointments.appointment_export, name="appointment-export"),
    path("people/appointments/form/", appointments.appointment_form_export, name="appointment-form-export"),
    path("people/appointments/new/", appointments.appointment_pick, name="appointment-pick"),
    path("people/appointments/new/<int:pk>/", appointments.appointment_begin, name="appointment-begin"),
    path("people/appointments/<int:pk>/end/", appointments.appointment_end, name="appointment-end"),
    path("people/appointments/<int:pk>/correct/", appointments.appointment_correct, name="appointment-correct"),
    path("people/appointments/cross/", appointments.cross_posting_page, name="cross-posting"),
    path("people/appointments/cross/export/", appointments.cross_posting_export, name="cross-posting-export"),
    path("people/tenure/", appointments.tenure_list, name="tenure-list"),
    path("people/tenure/export/", appointments.tenure_export, name="tenure-export"),
    path("people/<int:pk>/", people.person_detail, name="person-detail"),
    path("people/<int:pk>/correct/", people.person_correct, name="person-correct"),
    path("people/<int:pk>/reveal/", people.person_reveal, name="person-reveal"),
    path("people/talent/", talent.candidate_list, name="candidate-list"),
    path("people/talent/export/", talent.candidate_export, name="candidate-export"),
    path("people/talent/new/", talent.candidate_enter, name="candidate-enter"),
    path("people/talent/<int:pk>/correct/", talent.candidate_correct, name="candidate-correct"),
    path("people/talent/<int:pk>/choose/", talent.candidate_choose, name="candidate-choose"),
    path("people/talent/<int:pk>/withdraw/", talent.candidate_withdraw, name="candidate-withdraw"),
    path("people/talent/<int:pk>/release/", talent.candidate_release, name="candidate-release"),
    path("people/professionals/", talent.professional_list, name="professional-list"),
    path("people/professionals/export/", talent.professional_export, name="professional-export"),
    path("people/professionals/new/", talent.professional_hire, name="professional-hire"),
    path("people/professionals/<int:pk>/end/", talent.professional_end, name="professional-end"),
    path("organizations/<int:pk>/owners/new/", owners.owner_record, name="owner-record"),
    path("owners/<int:pk>/correct/", owners.owner_correct, name="owner-correct"),
    path("owners/<int:pk>/end/", owners.owner_end, name="owner-end"),
    path("owners/<int:pk>/reveal/", owners.owner_reveal, name="owner-reveal"),
]
