"""Saved filters as a list page shows them: links, never results."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpRequest, QueryDict

from quannan.base.models import SavedFilter


@dataclass(frozen=True)
class SavedLink:
    """One saved filter and the address it leads to."""

    saved: SavedFilter
    query: str
    own: bool


def kept_query(text: str, parameters: Iterable[str]) -> str:
    """The part of an address that a saved filter keeps: known parameters with a value.

    Args:
        text: a query string.
        parameters: names the list knows.
    """
    known = set(parameters)
    kept = QueryDict(mutable=True)
    for name, values in QueryDict(text).lists():
        if name in known and any(values):
            kept.setlist(name, [value for value in values if value])
    return kept.urlencode()


def saved_links(request: HttpRequest, list_name: str, parameters: Iterable[str]) -> list[SavedLink]:
    """The account's own saved filters of a list and the shared ones, at the date of the page: one query.

    Args:
        request: the page's request.
        list_name: URL name of the list.
        parameters: names the list knows; others that were saved once are dropped.
    """
    parameters = tuple(parameters)
    rows = SavedFilter.objects.visible_to(request.user).filter(list_name=list_name).select_related("user")
    day = request.GET.get("as_of", "")
    links = []
    for row in rows:
        query = QueryDict(kept_query(row.query, parameters), mutable=True)
        if day:
            query["as_of"] = day
        links.append(SavedLink(row, query.urlencode(), row.user_id == request.user.pk))
    return links
