"""All addresses of the program; every app brings its own."""

from django.urls import URLPattern, URLResolver, path

from quannan.base.health import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health, name="health"),
]

handler400 = "quannan.base.error_pages.bad_request"
handler403 = "quannan.base.error_pages.permission_denied"
handler404 = "quannan.base.error_pages.page_not_found"
handler500 = "quannan.base.error_pages.server_error"
