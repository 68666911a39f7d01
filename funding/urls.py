"""Addresses of funds: the ledger, the check of 四(三) and its standard."""

from django.urls import URLPattern, path

from funding.views import check, entries, standards

urlpatterns: list[URLPattern] = [
    path("funds/", entries.fund_list, name="fund-list"),
    path("funds/export/", entries.fund_export, name="fund-export"),
    path("funds/form/", entries.fund_form_export, name="fund-form-export"),
    path("funds/create/", entries.fund_create, name="fund-create"),
    path("funds/<int:pk>/", entries.fund_detail, name="fund-detail"),
    path("funds/<int:pk>/correct/", entries.fund_correct, name="fund-correct"),
    path("funds/<int:pk>/cancel/", entries.fund_cancel, name="fund-cancel"),
    path("funds/check/", check.fund_check, name="fund-check"),
    path("funds/check/export/", check.fund_check_export, name="fund-check-export"),
    path("funds/check/organizations/", check.fund_check_list, name="fund-check-list"),
    path("funds/check/organizations/export/", check.fund_check_list_export, name="fund-check-list-export"),
    path("funds/standards/", standards.fund_standard_list, name="fund-standard-list"),
    path("funds/standards/create/", standards.fund_standard_create, name="fund-standard-create"),
]
