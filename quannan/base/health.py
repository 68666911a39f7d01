"""Whether the program can work, for the supervisor, a proxy or the administrator's watch."""

from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, HttpResponse


def health(request: HttpRequest) -> HttpResponse:
    """Answers `ok` once the database and the cache answer; an error page with 500 otherwise. Tells nothing else."""
    with connection.cursor() as cursor:
        cursor.execute("select 1")
    cache.get("health")
    return HttpResponse("ok\n", content_type="text/plain")
