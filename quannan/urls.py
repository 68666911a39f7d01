"""All addresses of the program; every app brings its own."""

from django.urls import URLPattern, URLResolver, include, path

from quannan.base.health import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health, name="health"),
    path("", include("quannan.base.urls")),
    path("api/v1/", include("quannan.api")),
    path("imports/", include("quannan.base.urls_imports")),
    path("", include("orgs.urls")),
    path("", include("coverage.urls")),
    path("", include("funding.urls")),
    path("", include("activities.urls")),
    path("", include("evaluation.urls")),
]

handler400 = "quannan.base.error_pages.bad_request"
handler403 = "quannan.base.error_pages.permission_denied"
handler404 = "quannan.base.error_pages.page_not_found"
handler500 = "quannan.base.error_pages.server_error"
