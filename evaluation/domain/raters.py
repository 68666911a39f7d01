"""Who may rate which assessment as whom, and which indicators."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q

from evaluation.models import Assessment, Indicator, Rater
from evaluation.permissions_scores import lines_rated
from orgs.models import Organization, Unit
from orgs.permissions import Scope, scope_for

NOBODY = Q(pk__in=())
# The capability behind each rater of an organization's sheet; a unit rates itself by rate_unit.
CAPABILITIES = {
    Rater.SELF: "assessments.own",
    Rater.UNIT: "assessments.rate_unit",
    Rater.COUNTY: "assessments.rate_county",
}


def _of_organizations(scope: Scope) -> Q:
    if scope.nothing:
        return NOBODY
    standing = Organization.objects.standing()
    return Q(organization__in=standing.filter(scope.organizations_q()))


def _of_units(scope: Scope) -> Q:
    return NOBODY if scope.nothing else Q(unit__in=Unit.objects.filter(scope.units_q()))


def reached_q(by: Any, capability: str) -> Q:
    """The condition on assessments that the roles giving a capability reach today.

    Args:
        by: the acting User, None for the system.
        capability: such as "assessments.confirm".
    """
    if by is None:
        return Q()
    scope = scope_for(by, capability)
    return _of_organizations(scope) | _of_units(scope)


def own_units(by: Any) -> list[int]:
    """Keys of the units an account rates as themselves: those it is assigned to, not the ones below them.

    Args:
        by: the acting User.
    """
    given = by.assignments if by.is_active else ()
    capability = CAPABILITIES[Rater.UNIT]
    return sorted({one.unit_id for one in given if one.unit_id and capability in one.role.capabilities})


def rated_q(by: Any, rater: str) -> Q:
    """The condition on assessments that an account may rate as somebody, whatever their state.

    Args:
        by: the acting User, None for the system.
        rater: code of `Rater`.
    """
    if by is None:
        return Q()
    scope = scope_for(by, CAPABILITIES[Rater(rater)])
    if rater == Rater.SELF:
        return _of_organizations(scope) | Q(unit__in=own_units(by))
    organizations = _of_organizations(scope)
    return organizations if rater == Rater.UNIT else organizations | _of_units(scope)


def raters_open_to(by: Any, assessment: Assessment) -> list[Rater]:
    """As whom an account may rate one assessment; a query each.

    Args:
        by: the acting User, None for the system.
        assessment: which.
    """
    raters = [Rater.SELF, Rater.COUNTY] if assessment.unit_id else list(Rater)
    rows = Assessment.objects.filter(pk=assessment.pk)
    return [rater for rater in raters if rows.filter(rated_q(by, rater)).exists()]


def possible_raters(by: Any) -> list[Rater]:
    """As whom an account's roles let it rate anybody.

    Args:
        by: the acting User, None for the system.
    """
    if by is None:
        return list(Rater)
    given = {rater for rater, capability in CAPABILITIES.items() if by.can(capability)}
    if own_units(by):
        given.add(Rater.SELF)
    return [rater for rater in Rater if rater in given]


def rated_by(by: Any, rater: str, indicators: Iterable[Indicator]) -> list[Indicator]:
    """The indicators an account rates as somebody: for the county a line's department only those of its lines.

    Args:
        by: the acting User, None for the system.
        rater: code of `Rater`.
        indicators: of one scheme.
    """
    if by is None or rater != Rater.COUNTY:
        return list(indicators)
    lines = lines_rated(by)
    return [indicator for indicator in indicators if indicator.line in lines]
