"""Reads for lists and frames of the register."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q, QuerySet

from orgs.lines import LINES
from orgs.models import BranchMembership, Code, Figures, Organization, Unit, User
from orgs.models.codes import CodeList
from orgs.permissions import scope_of
from orgs.queries import search_condition
from orgs.validators import normalise_name


@dataclass(frozen=True)
class UnitChoice:
    """One unit as a choice list shows it, indented below its superior."""

    code: str
    name: str
    path: str
    depth: int

    @property
    def indented_name(self) -> str:
        return "　" * self.depth + self.name


def scope_units(user) -> list[UnitChoice]:
    """Units whose subtree the account may choose as its working scope; asked for once a request.

    Args:
        user: the signed-in User.
    """
    kept: list[UnitChoice] | None = user.__dict__.get("_scope_units")
    if kept is None:
        kept = user.__dict__["_scope_units"] = unit_choices(Unit.objects.visible_to(user))
    return kept


def filter_units(user) -> list[UnitChoice]:
    """Units a list can be filtered by; for accounts of single organizations all of them.

    Such accounts see no unit of their own, yet their figures stand under one; the rows stay limited to their sight.

    Args:
        user: the signed-in User.
    """
    return scope_units(user) or unit_choices(Unit.objects.all())


def in_tree(units: Iterable[Unit]) -> list[Unit]:
    """Units with superiors before those below them, each level in its own order.

    Args:
        units: those shown; a superior that is not among them orders nothing.
    """
    found = list(units)
    order = {u.path: (u.order, u.code) for u in found}

    def key(unit: Unit) -> list[tuple[int, str]]:
        parts = unit.path.strip("/").split("/")
        prefixes = ["/" + "/".join(parts[: i + 1]) + "/" for i in range(len(parts))]
        return [order[p] for p in prefixes if p in order]

    return sorted(found, key=key)


def unit_choices(rows: QuerySet[Unit]) -> list[UnitChoice]:
    """Units in use as a choice list, parents before children, each level in its own order.

    Args:
        rows: the units that may be chosen.
    """
    units = in_tree(rows.filter(is_active=True).order_by("path"))
    paths = {u.path for u in units}
    return [
        UnitChoice(u.code, u.name, u.path, sum(1 for p in paths if u.path != p and u.path.startswith(p))) for u in units
    ]


def whole_scope_word(user) -> str:
    """What the account's whole sight is called.

    Args:
        user: the signed-in User.
    """
    scope = scope_of(user)
    if scope.county:
        return "全县"
    return "本单位及下属" if scope.unit_paths else "本组织"


def visible_unit(user, code: str) -> Unit | None:
    """The unit of a code, if the account may see it.

    Args:
        user: the signed-in User.
        code: unit code, "" gives None.
    """
    return Unit.objects.visible_to(user).filter(code=code).first() if code else None


def demo_rows_exist() -> bool:
    """Whether 演示数据 is in the register: its accounts come and go together with its organizations."""
    return User.objects.filter(is_demo=True).exists()


def code_labels(*lists: CodeList) -> dict[str, dict[str, str]]:
    """Labels by code for several code lists, one query.

    Args:
        lists: the lists wanted; all where left out.
    """
    rows = Code.objects.all()
    if lists:
        rows = rows.filter(list_name__in=lists)
    labels: dict[str, dict[str, str]] = {}
    for kind, code, label in rows.values_list("list_name", "code", "label"):
        labels.setdefault(kind, {})[code] = label
    return labels


def figures_at(organization_ids: Iterable[int], as_of: date) -> dict[int, Figures]:
    """The figures in force at a date for some organizations (coverage.md, "Figures at t"), one query.

    Args:
        organization_ids: ids of organizations.
        as_of: the date, inclusive.

    Returns:
        Figures by organization id: the last row up to the date, else the first row of all, carried back.
    """
    rows = Figures.objects.raw(
        """
        SELECT DISTINCT ON (organization_id) * FROM orgs_figures WHERE organization_id = ANY(%s)
        ORDER BY organization_id, (as_of <= %s) DESC,
            CASE WHEN as_of <= %s THEN as_of END DESC, as_of
        """,
        [list(organization_ids), as_of, as_of],
    )
    return {row.organization_id: row for row in rows}


def organizations_named(rows: QuerySet, text: str) -> QuerySet:
    """Rows of Organization found by `search_condition`.

    Args:
        rows: organizations already limited to what the account may see.
        text: what the user typed.
    """
    return rows.filter(search_condition(text)) if text.strip() else rows


@dataclass(frozen=True)
class CoveringBody:
    """One body that covers or covered an organization, as its page lists it."""

    membership: BranchMembership
    form: str

    @property
    def branch(self):
        return self.membership.branch

    @property
    def name(self) -> str:
        return self.branch.name or self.form

    @property
    def last_day(self) -> date | None:
        """至: the last day covered, None while it goes on."""
        end = self.membership.period.upper
        return end - timedelta(days=1) if end else None


def bodies_of(organization: Organization) -> list[CoveringBody]:
    """The bodies that cover or covered an organization, by line and date: three queries.

    Args:
        organization: already checked for visibility.
    """
    rows = (
        organization.memberships.select_related("branch", "branch__confirmed_by")
        .prefetch_related("branch__forms__form")
        .order_by("branch__line", "period")
    )
    found = []
    for row in rows:
        forms = sorted(row.branch.forms.all(), key=lambda f: f.period.lower or date.min)
        found.append(CoveringBody(row, forms[-1].form.label if forms else ""))
    found.sort(key=lambda b: LINES.index(b.branch.line))
    return found


def unit_of(organization: Organization, as_of: date) -> Unit | None:
    """The unit an organization stands under at a date, also after it was closed.

    Args:
        organization: already checked for visibility.
        as_of: the date.
    """
    row = organization.placements.filter(period__contains=as_of).select_related("unit").first()
    return row.unit if row else None


def organizations_coded(user, code: str, name: str) -> list[Organization]:
    """Organizations in an account's sight that bear a code, or a whole name; at most two.

    Args:
        user: the signed-in User.
        code: unified code or old code, already through `normalise_code`.
        name: the whole name as typed.
    """
    rows = Organization.objects.visible_to(user).standing()
    meant = Q(name_key=normalise_name(name)) | Q(uscc=code) | Q(old_code=code)
    return list(rows.filter(meant).order_by("pk")[:2])
