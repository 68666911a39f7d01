"""What the lists about people have in common."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict

from orgs.models.codes import CodeList
from orgs.permissions import may_export_register, may_see_people
from orgs.queries import codes
from orgs.queries_list import filter_units, whole_scope_word
from quannan.base.listing import Listed, Result, result_of
from quannan.base.scope import working_scope

FULL_TIME = {True: "yes", False: "no"}


def may_export_people(user) -> bool:
    return may_see_people(user) and may_export_register(user)


def unit_query(request: HttpRequest) -> QueryDict:
    """The parameters of the address, with the working unit put in where the address names none.

    Args:
        request: a list's request.
    """
    scope = working_scope(request)
    query = request.GET.copy()
    if scope.unit and "unit" not in query and any(u.code == scope.unit for u in filter_units(request.user)):
        query["unit"] = scope.unit
    return query


def people_result(request: HttpRequest, listed: Listed, rows: QuerySet, **choices: Any) -> Result:
    """A list about people as asked for.

    Args:
        request: the list's request.
        listed: the list, its `prepare` complete.
        rows: everything the account may see of it at the working date.
        choices: values of further filters, by filter name.
    """
    units = filter_units(request.user)
    return result_of(
        request,
        listed,
        rows,
        scope_word=whole_scope_word(request.user),
        choices={
            "unit": [(u.code, u.indented_name) for u in units],
            "source": list(codes(CodeList.LEADER_SOURCE).items()),
            **choices,
        },
        query=unit_query(request),
        paths={u.code: u.path for u in units},
    )
