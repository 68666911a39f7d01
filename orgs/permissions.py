"""Who may see which rows and do which acts: the scope of an account, and one predicate per act."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from orgs.lines import LINES

NOBODY = Q(pk__in=())


@dataclass(frozen=True)
class Scope:
    """How far an account sees.

    Attributes:
        county: sees everything in the county.
        unit_paths: the paths of units whose subtrees it sees.
        organization_ids: the organizations it sees one by one.
        lines: the lines it may edit county-wide.
    """

    county: bool
    unit_paths: tuple[str, ...]
    organization_ids: frozenset[int]
    lines: frozenset[str]

    @property
    def nothing(self) -> bool:
        return not (self.county or self.unit_paths or self.organization_ids)

    def units_q(self, prefix: str = "") -> Q:
        """The condition on units.

        Args:
            prefix: lookup path to the unit, "" on Unit itself, "unit__" from elsewhere.
        """
        if self.county:
            return Q()
        condition = NOBODY if not prefix else Q(**{f"{prefix}pk__in": ()})
        for path in self.unit_paths:
            condition |= Q(**{f"{prefix}path__startswith": path})
        return condition

    def organizations_q(self, on: date | None = None) -> Q:
        """The condition on organizations: placed in the subtree on the day, or the account's own.

        Args:
            on: the day whose placement counts; today where left out.
        """
        if self.county:
            return Q()
        condition = Q(pk__in=self.organization_ids)
        if self.unit_paths:
            from orgs.models import Placement

            placed = Placement.objects.filter(
                self.units_q("unit__"), organization=OuterRef("pk"), period__contains=on or today()
            )
            condition |= Q(Exists(placed))
        return condition

    def spans_q(self) -> Q:
        """The condition on rows that carry `unit` and `organization_id`, such as coverage spans and their cells."""
        if self.county:
            return Q()
        return self.units_q("unit__") | Q(organization_id__in=self.organization_ids)


def today() -> date:
    """Today's date in Asia/Shanghai."""
    return timezone.localdate()


def first_day_after(last_day: date | None) -> date | None:
    """Turns 至, the last day included, into the stored first day no longer counted."""
    return None if last_day is None else last_day + timedelta(days=1)


def scope_of(user) -> Scope:
    """The scope that follows from an account's role assignments.

    Args:
        user: a User; anonymous and inactive ones see nothing.
    """
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return Scope(False, (), frozenset(), frozenset())
    cached = user.__dict__.get("_scope")
    if cached is None:
        cached = user.__dict__["_scope"] = _scope(user.assignments)
    return cached


def scope_for(user, capability: str) -> Scope:
    """The scope of those roles alone that give a capability: a role that only reads widens none that acts.

    Args:
        user: a User; anonymous and inactive ones see nothing.
        capability: a code such as "recommendations.receive".
    """
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return Scope(False, (), frozenset(), frozenset())
    return _scope([a for a in user.assignments if capability in a.role.capabilities])


def scope_where(user, gives: Callable[[Any], bool]) -> Scope:
    """The scope of those roles alone that apps above this one accept, such as those for one line.

    Args:
        user: a User; anonymous and inactive ones see nothing.
        gives: told a RoleAssignment with its role.
    """
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return Scope(False, (), frozenset(), frozenset())
    return _scope([a for a in user.assignments if gives(a)])


def scope_for_line(user, line: str) -> Scope:
    """The scope of those roles alone that may change bodies of a line.

    Args:
        user: a User; anonymous and inactive ones see nothing.
        line: code of `Line`.
    """
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return Scope(False, (), frozenset(), frozenset())
    return _scope([a for a in user.assignments if _edits(a, line)])


def _edits(assignment, line: str) -> bool:
    given = assignment.role.capabilities
    return "register.edit" in given or ("bodies.edit_line" in given and line in assignment.lines)


def scope_in_line(user, capability: str, line: str) -> Scope:
    """The scope of those roles alone that give a capability for a line: a department's for its own, others' for all.

    Args:
        user: a User; anonymous and inactive ones see nothing.
        capability: a code such as "funds.edit".
        line: code of `Line`.
    """
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return Scope(False, (), frozenset(), frozenset())
    return _scope([a for a in user.assignments if capability in a.role.capabilities and line in lines_given(a)])


def lines_given(assignment) -> tuple[str, ...]:
    """The lines that a role assignment is for: those of a department that keeps bodies of its lines, else all.

    Args:
        assignment: a RoleAssignment with its role.
    """
    given = assignment.role.capabilities
    of_department = "bodies.edit_line" in given and "register.edit" not in given
    return tuple(assignment.lines) if of_department else LINES


def _scope(assignments) -> Scope:
    county, paths, own, lines = False, set(), set(), set()
    for a in assignments:
        if a.role.scope == "county":
            county = True
        elif a.role.scope == "unit" and a.unit_id:
            paths.add(a.unit.path)
        elif a.role.scope == "organization" and a.organization_id:
            own.add(a.organization_id)
        lines.update(a.lines)
    return Scope(county, tuple(sorted(paths)), frozenset(own), frozenset(lines))


def may_edit_register(user) -> bool:
    """May change organizations, their figures and exclusions, within the account's scope."""
    return user.can("register.edit")


def may_edit_line(user, line: str) -> bool:
    """May change bodies of a line: the register's keepers all lines, a line department its own."""
    return user.can("register.edit") or (
        user.can("bodies.edit_line") and line in scope_for(user, "bodies.edit_line").lines
    )


def may_confirm_line(user, line: str) -> bool:
    """May confirm bodies of a line: its department, and the owner office."""
    return user.can("bodies.confirm_all") or line in scope_for(user, "bodies.confirm").lines


def may_confirm_some_line(user) -> bool:
    """May confirm bodies of at least one line."""
    return user.can("bodies.confirm_all") or bool(scope_for(user, "bodies.confirm").lines)


def may_reveal_contact(user) -> bool:
    return user.can("contact.reveal")


def may_import_register(user) -> bool:
    return user.can("register.import")


def may_manage_accounts(user) -> bool:
    return user.can("accounts.manage")


def may_see_register(user) -> bool:
    """May open lists and pages of organizations; which ones is the scope's affair."""
    return user.can("register.view")


def may_export_register(user) -> bool:
    return user.can("register.export")


def may_see_coverage(user) -> bool:
    return user.can("coverage.view")


def may_see_standards(user) -> bool:
    return user.can("standards.view")


def may_see_system(user) -> bool:
    return user.can("system.view")


def may_see_people(user) -> bool:
    """May open posts, instructors and liaisons; which ones is the scope's affair."""
    return user.can("people.view")


def may_reveal_person(user) -> bool:
    """May look at one person's phone or political status in plain text, for a reason that is logged."""
    return user.can("people.reveal")


def may_edit_talent(user) -> bool:
    """May enter people into 党群人才库 and choose from it."""
    return user.can("talent.edit")


def may_edit_support(user) -> bool:
    """May keep instructors, liaisons and professional workers within the scope."""
    return user.can("support.edit")


def may_see_leads(user) -> bool:
    """May open 登记/招商线索 of the units in sight."""
    return user.can("leads.view")


def may_edit_leads(user) -> bool:
    return user.can("leads.view") and user.can("register.edit")


def may_see_reconciliations(user) -> bool:
    """May open 登记名册核对 and its findings; which ones is the scope's affair."""
    return user.can("reconciliation.view")


def may_hand_in_registers(user) -> bool:
    """May upload a register of another authority to be compared."""
    return user.can("reconciliation.view") and user.can("register.import")


def may_answer_discrepancies(user) -> bool:
    """May accept and refuse findings: what is accepted is written to the register by the usual acts."""
    return user.can("reconciliation.view") and user.can("register.edit")


def may_merge(user) -> bool:
    """May merge two records of one organization, and undo it."""
    return user.can("duplicates.merge")


def may_edit_some_line(user) -> bool:
    """May edit bodies of at least one line."""
    return user.can("register.edit") or (user.can("bodies.edit_line") and bool(scope_of(user).lines))


def concerns_own_organization(user, organization_id: int) -> bool:
    """Whether the account belongs to this organization: such accounts see no case and no opinion about it."""
    return organization_id in scope_of(user).organization_ids


def may_see_cases(user) -> bool:
    """May open cases of dismissed leaders; never those of the account's own organization (domain.md, Personal data)."""
    return user.can("cases.view")


def may_edit_cases(user) -> bool:
    """May record cases and measures: the owner office, and the department whose line is the union."""
    return user.can("cases.edit") and (user.can("bodies.confirm_all") or "union" in scope_of(user).lines)


def may_see_complainant(user) -> bool:
    """A complainant's name is for the owner office and the union only (domain.md, Personal data)."""
    return user.can("cases.complainant") and (user.can("bodies.confirm_all") or "union" in scope_of(user).lines)


def may_see_recommendations(user) -> bool:
    """May open 推优; names are another question."""
    return user.can("recommendations.view")


def may_recommend(user, line: str) -> bool:
    """May record a recommendation of a line's body."""
    return user.can("recommendations.edit") and may_edit_line(user, line)


def may_receive_recommendations(user) -> bool:
    """Speaks for the party body: accepts, files or declines a recommendation, and reads its name."""
    return user.can("recommendations.receive")


def may_record_searches(user) -> bool:
    """May record 排查 counts within the scope."""
    return user.can("searches.edit")


def may_see_all_searches(user) -> bool:
    """The owner office sees every unit's counts by organization; others their own unit's, and sums."""
    return user.can("searches.view_all")


def searching_unit_ids(user) -> set[int]:
    """The very units for which the account records 排查: their superiors see no count of an organization either."""
    return {a.unit_id for a in user.assignments if a.unit_id and "searches.edit" in a.role.capabilities}


def may_see_search_sums(user) -> bool:
    """May open the sums of 排查 by unit, in which small numbers are hidden."""
    return user.can("searches.sums")


def may_keep_term_rules(user) -> bool:
    """May set how long terms of office last: the owner office, which keeps the whole county's register."""
    return scope_for(user, "register.edit").county


def may_bulk_edit(user) -> bool:
    return user.can("register.bulk") and user.can("register.edit")


def may_share_filters(user) -> bool:
    return user.can("filters.share")


def may_see_leader_changes(user) -> bool:
    """May open changes of leaders with the opinions given; never those that touch an organization of its own."""
    return user.can("changes.view")


def may_give_opinion(user, opinion) -> bool:
    """May speak for the body whose opinion this is: the owner office, the unit's office, or the line's department.

    Args:
        user: the signed-in User.
        opinion: an Opinion; for that of the superior party committee with its unit.
    """
    if opinion.line:
        return user.can("opinions.line") and opinion.line in scope_for(user, "opinions.line").lines
    if opinion.unit_id is not None:
        return any(opinion.unit.path.startswith(path) for path in scope_for(user, "opinions.unit").unit_paths)
    return user.can("opinions.owner")


def may_give_some_opinion(user) -> bool:
    """May speak for one of the bodies that are asked before a leader changes."""
    return user.can("changes.view") and any(user.can(f"opinions.{who}") for who in ("owner", "unit", "line"))


def may_assign_gaps(user) -> bool:
    """Who hands gaps to units, with a responsible leader and a deadline, within the scope of that role."""
    return user.can("gaps.assign")


def may_supervise_gaps(user) -> bool:
    """Who puts an organization under 挂牌督办 and takes it off."""
    return user.can("gaps.supervise")


def may_edit_guidance(user) -> bool:
    """Who overrides a class (三(一)1) and records what was done."""
    return user.can("guidance.edit")


def may_edit_standards(user) -> bool:
    """Who changes standards, rules of scale and milestones: the owner department."""
    return user.can("standards.edit")


def may_use_scenarios(user) -> bool:
    """Who reckons what-if scenarios, within their sight."""
    return user.can("scenarios.use")


def may_see_publications(user) -> bool:
    """Who sees published figures, within their sight."""
    return user.can("publications.view")


def may_freeze_figures(user) -> bool:
    """Who freezes a date's figures as 上报."""
    return user.can("publications.freeze")


def may_compare_units(user) -> bool:
    """Who sees units beside one another: county roles and units; there is no league for single organizations."""
    scope = scope_of(user)
    return user.can("coverage.view") and (scope.county or bool(scope.unit_paths))
