"""What lists of rows under organizations share: the units to choose from, and the working unit put in."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse

from orgs.models import Organization
from orgs.queries_list import filter_units, whole_scope_word
from quannan.base.filters import Choices
from quannan.base.listing import Listed, Result, result_of
from quannan.base.scope import working_scope


def scoped_result(
    request: HttpRequest, listed: Listed, rows: QuerySet, *, choices: Mapping[str, Choices] | None = None, **more: Any
) -> Result:
    """The rows a request asks for, within the working unit where the address names none.

    Args:
        request: filters, order and columns stand in its address.
        listed: a list whose filters read `unit` and the paths of the units.
        rows: everything the account may see of it at the working date.
        choices: further values of filters known only now; `sent_by` gets the units too.
        more: handed to the filters.
    """
    scope, units = working_scope(request), filter_units(request.user)
    query = request.GET.copy()
    if scope.unit and "unit" not in query and any(unit.code == scope.unit for unit in units):
        query["unit"] = scope.unit
    named = [(unit.code, unit.name) for unit in units]
    return result_of(
        request,
        listed,
        rows,
        scope_word=whole_scope_word(request.user),
        choices={"unit": named, "sent_by": named, **(choices or {})},
        query=query,
        paths={unit.code: unit.path for unit in units},
        **more,
    )


def organization_asked(request: HttpRequest) -> dict[str, str]:
    """What a form shows of the organization its link named (?organization=key), nothing where none was.

    Args:
        request: a key out of sight is not found.
    """
    asked = request.GET.get("organization", "")
    if not asked.isdecimal():
        return {}
    row = get_object_or_404(Organization.objects.visible_to(request.user), pk=int(asked[:18]))
    return {"organization": row.name, "target": row.name}


def as_asked(request: HttpRequest, back: str) -> str:
    """Where a form returns to: the organization's page its link came from, else the list.

    Args:
        request: ?organization=key.
        back: address of the list.
    """
    asked = request.GET.get("organization", "")
    return f"{reverse('organization-detail', args=[int(asked[:18])])}?tab=people" if asked.isdecimal() else back
