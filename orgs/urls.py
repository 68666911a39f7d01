"""Addresses of signing in, of writing the register, and of accounts."""

from django.contrib.auth.views import LoginView, LogoutView
from django.urls import include, path

from orgs.forms_accounts import LoginForm
from orgs.views import accounts, bodies, register

urlpatterns = [
    path(
        "login/",
        LoginView.as_view(authentication_form=LoginForm, redirect_authenticated_user=True),
        name="login",
    ),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("password/", accounts.password_change, name="password-change"),
    path("organizations/create/", register.organization_create, name="organization-create"),
    path("organizations/<int:pk>/correct/", register.organization_correct, name="organization-correct"),
    path("organizations/<int:pk>/close/", register.organization_close, name="organization-close"),
    path("organizations/<int:pk>/reopen/", register.organization_reopen, name="organization-reopen"),
    path("organizations/<int:pk>/move/", register.organization_move, name="organization-move"),
    path("organizations/<int:pk>/contact/", register.contact_reveal, name="contact-reveal"),
    path("organizations/<int:pk>/figures/", register.figures_record, name="figures-record"),
    path("organizations/<int:pk>/figures/<int:figures_pk>/", register.figures_correct, name="figures-correct"),
    path("organizations/<int:pk>/exclude/", register.organization_exclude, name="organization-exclude"),
    path(
        "organizations/<int:pk>/exclusions/<int:exclusion_pk>/end/",
        register.organization_include,
        name="organization-include",
    ),
    path("organizations/<int:pk>/bodies/", bodies.body_found, name="body-found"),
    path("organizations/<int:pk>/bodies/join/", bodies.body_join, name="body-join"),
    path("organizations/<int:pk>/bodies/<int:membership_pk>/end/", bodies.body_leave, name="body-leave"),
    path("organizations/<int:pk>/bodies/<int:membership_pk>/confirm/", bodies.body_confirm, name="body-confirm"),
    path("organizations/<int:pk>/bodies/<int:membership_pk>/refuse/", bodies.body_refuse, name="body-refuse"),
    path("accounts/", accounts.user_list, name="user-list"),
    path("accounts/create/", accounts.user_create, name="user-create"),
    path("accounts/<int:pk>/", accounts.user_detail, name="user-detail"),
    path("accounts/<int:pk>/roles/<int:assignment_pk>/remove/", accounts.role_remove, name="role-remove"),
    path("accounts/<int:pk>/disable/", accounts.user_disable, name="user-disable"),
    path("accounts/<int:pk>/enable/", accounts.user_enable, name="user-enable"),
    path("accounts/<int:pk>/password/", accounts.user_reset_password, name="user-reset-password"),
    path("roles/", accounts.role_list, name="role-list"),
    *[
        path("", include(f"orgs.urls_{part}"))
        for part in ("branches", "terms", "people", "support", "leadership", "leads", "reconciliation", "lists")
    ],
]
