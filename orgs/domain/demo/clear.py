"""Removing the demo county with its history, without touching a real row."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import connection, transaction
from django.db.models import PROTECT, RESTRICT, SET_NULL, Exists, ManyToOneRel, Model, OuterRef, Q
from pghistory.models import Event

from orgs.domain.demo.load import REGISTER, is_loaded, lock_demo
from orgs.models import (
    Appointment,
    Branch,
    BranchForm,
    BranchMembership,
    Candidate,
    CaseMeasure,
    Discrepancy,
    DismissalCase,
    Election,
    EstablishmentPlan,
    Exclusion,
    Figures,
    Instructor,
    Lead,
    LeaderChange,
    LedgerFacts,
    Liaison,
    MemberSearch,
    NotDuplicate,
    Opinion,
    Organization,
    OrganizationMerge,
    Owner,
    Person,
    Placement,
    ProfessionalWorker,
    Recommendation,
    Reconciliation,
    RoleAssignment,
    Unit,
    User,
)
from quannan.base.domain import audit
from quannan.base.errors import Refused
from quannan.base.events import announce
from quannan.base.models import Attachment
from quannan.base.planner import analyze

# Relations whose rows stay when an account goes.
OUTLIVING: tuple[Any, ...] = (PROTECT, RESTRICT, SET_NULL)
# What helps an organization and goes with it.
HELP = (Instructor, Liaison, Recommendation, MemberSearch)


@dataclass(frozen=True)
class Cleared:
    """What a removal took away; all zero where there was no demo row.

    Attributes:
        kept_accounts: demo accounts that real rows name (who uploaded, who confirmed): disabled, not removed.
    """

    organizations: int = 0
    bodies: int = 0
    accounts: int = 0
    kept_accounts: tuple[str, ...] = ()

    @property
    def nothing(self) -> bool:
        return not (self.organizations or self.bodies or self.accounts or self.kept_accounts)


@transaction.atomic
def clear_demo(*, by: User | None, now: datetime) -> Cleared:
    """Removes every demo organization, body, figure and account together with their history; idempotent.

    Bodies that users founded for demo organizations alone go with them; a real body loses only its demo members.
    Spans are not brought up to date here: the triggers leave their marks, and the caller settles them.

    Args:
        by: who asked for it; None for a command. May not be a demo account.
        now: the moment of the act, for the audit trail.

    Raises:
        Refused: a real organization or account depends on a demo row; the sentence names it.
    """
    lock_demo()
    if not is_loaded():
        return Cleared()
    if by is not None and by.is_demo:
        raise Refused("演示账号不能清除演示数据,请用正式账号,或在服务器上运行 bin/manage clear_demo。")
    organizations = list(Organization.objects.filter(is_demo=True).values_list("id", flat=True))
    branches = _bodies_of_the_demo(organizations)
    _refuse_real_dependents(organizations, branches)
    users = list(User.objects.filter(is_demo=True))

    of_organization = Q(organization__in=organizations)
    of_branch = Q(branch__in=branches)
    of_case, of_change = _ids_of_rows(DismissalCase, of_organization), _ids_of_rows(LeaderChange, of_branch)
    LeaderChange.objects.filter(of_branch).delete()
    DismissalCase.objects.filter(of_organization).delete()
    BranchMembership.objects.filter(of_organization | of_branch).delete()
    BranchForm.objects.filter(branch__in=branches).delete()
    Election.objects.filter(branch__in=branches).delete()
    Branch.objects.filter(id__in=branches).delete()
    of_person = Q(person__is_demo=True) | Q(person__organization__in=organizations)
    Candidate.objects.filter(of_person).delete()
    ProfessionalWorker.objects.filter(of_person).delete()
    # Apps above this one keep rows of organizations as well.
    announce("demo.clear", organization_ids=organizations)
    for model in (Figures, LedgerFacts, Exclusion, Placement, EstablishmentPlan, Owner, *HELP):
        model.objects.filter(of_organization).delete()
    people = _remove_people(organizations)
    RoleAssignment.objects.filter(of_organization | Q(user__in=users)).delete()
    OrganizationMerge.objects.filter(Q(kept__in=organizations) | Q(absorbed__in=organizations)).delete()
    NotDuplicate.objects.filter(Q(first__in=organizations) | Q(second__in=organizations)).delete()
    registers = _remove_registers(organizations)
    Lead.objects.filter(is_demo=True).delete()
    # A merged demo record points at another one, and both go.
    Organization.objects.filter(id__in=organizations, merged_into__isnull=False).update(merged_into=None)
    Organization.objects.filter(id__in=organizations).delete()
    kept = _remove_accounts(users)
    _forget_history(organizations, branches, [user.id for user in users], people)
    _forget_leadership(of_case, of_change)
    forget({Discrepancy: Q(reconciliation_id__in=registers) | Q(organization_id__in=organizations)})
    analyze(*REGISTER)
    cleared = Cleared(len(organizations), len(branches), len(users) - len(kept), tuple(kept))
    audit.record(
        action="demo.clear",
        by=by,
        now=now,
        detail={
            "organizations": cleared.organizations,
            "bodies": cleared.bodies,
            "accounts": cleared.accounts,
            "kept_accounts": kept,
        },
    )
    return cleared


def _bodies_of_the_demo(organizations: list[int]) -> list[int]:
    """Bodies loaded with the demo, and those that never covered anybody but demo organizations."""
    memberships = BranchMembership.objects.filter(branch=OuterRef("pk"))
    only_demo = Exists(memberships.filter(organization__in=organizations)) & ~Exists(
        memberships.exclude(organization__in=organizations)
    )
    return list(Branch.objects.filter(Q(is_demo=True) | Q(only_demo)).values_list("id", flat=True))


def _refuse_real_dependents(organizations: list[int], branches: list[int]) -> None:
    membership = (
        BranchMembership.objects.filter(branch__in=branches)
        .exclude(organization__in=organizations)
        .select_related("branch", "organization")
        .first()
    )
    if membership:
        raise Refused(
            f"正式组织“{membership.organization}”由演示的“{membership.branch}”覆盖,清除会丢掉这段覆盖关系。"
            "请先把它改挂到正式的党群组织,再清除演示数据。"
        )
    assignment = (
        RoleAssignment.objects.filter(organization__in=organizations, user__is_demo=False)
        .select_related("user", "organization", "role")
        .first()
    )
    if assignment:
        raise Refused(
            f"正式账号“{assignment.user.username}”的角色“{assignment.role.name}”给的是演示组织"
            f"“{assignment.organization}”。请先改派或删去这个角色,再清除演示数据。"
        )


def _remove_accounts(users: list[User]) -> list[str]:
    """Deletes the accounts; one that real rows name stays, without roles, unable to log in."""
    kept = [user for user in users if _is_named(user)]
    User.objects.filter(id__in=[user.id for user in users if user not in kept]).delete()
    for user in kept:
        user.set_unusable_password()
        user.is_active, user.is_demo = False, False
        # The login name becomes free for another load.
        user.username, user.name = f"{user.username}.{user.id}", f"{user.name}(原演示账号)"
    User.objects.bulk_update(kept, ["password", "is_active", "is_demo", "username", "name"])
    return [user.username for user in kept]


def _is_named(user: User) -> bool:
    """Whether a row that outlives the account says that this account did something: uploaded, confirmed, started."""
    return any(
        relation.related_model._base_manager.filter(**{relation.field.name: user}).exists()
        for relation in User._meta.get_fields(include_hidden=True)
        if isinstance(relation, ManyToOneRel) and relation.on_delete in OUTLIVING
    )


def _remove_registers(organizations: list[int]) -> list[UUID]:
    """Deletes the demo's registers with their files, and what others found of its organizations.

    Returns:
        The ids of the registers.
    """
    registers = Reconciliation.objects.filter(is_demo=True)
    ids, files = list(registers.values_list("pk", flat=True)), list(registers.values_list("attachment", flat=True))
    Discrepancy.objects.filter(Q(reconciliation__in=ids) | Q(organization__in=organizations)).delete()
    registers.delete()
    for attachment in Attachment.objects.filter(pk__in=files).order_by("pk"):
        stored = attachment.file
        transaction.on_commit(partial(stored.storage.delete, str(stored.name)))
        attachment.delete()
    return ids


def _remove_people(organizations: list[int]) -> list[int]:
    """Deletes the demo's people; one that a real row names stays, kept by the county and no demo row any more.

    Returns:
        The ids of those removed.
    """
    people = set(
        Person.objects.filter(Q(is_demo=True) | Q(organization__in=organizations)).values_list("pk", flat=True)
    )
    kept: set[int] = set()
    for relation in Person._meta.get_fields(include_hidden=True):
        if isinstance(relation, ManyToOneRel) and relation.on_delete in OUTLIVING:
            name = relation.field.attname
            rows = relation.related_model._base_manager.filter(**{f"{name}__in": people})
            kept.update(rows.values_list(name, flat=True))
    county = Unit.objects.filter(parent=None).order_by("order", "code").first()
    Person.objects.filter(pk__in=kept).update(is_demo=False, organization=None, unit=county)
    removed = sorted(people - kept)
    Person.objects.filter(pk__in=removed).delete()
    return removed


def _ids_of_rows(model: type[Model], condition: Q) -> list[int]:
    return list(model._base_manager.filter(condition).values_list("pk", flat=True))


def _forget_leadership(cases: list[int], changes: list[int]) -> None:
    """Deletes the history of cases and of changes of leaders, of what belongs to them, and contexts of theirs."""
    forget(
        {
            DismissalCase: Q(pgh_obj_id__in=cases),
            CaseMeasure: Q(case_id__in=cases),
            LeaderChange: Q(pgh_obj_id__in=changes),
            Opinion: Q(change_id__in=changes),
        }
    )


def _forget_history(organizations: list[int], branches: list[int], users: list[int], people: list[int]) -> None:
    """Deletes the history of the removed rows, the removal's own included, and contexts nothing refers to any more."""
    of_organization, of_branch = {"organization_id__in": organizations}, {"branch_id__in": branches}
    conditions: dict[type[Model], Q] = {
        Organization: Q(pgh_obj_id__in=organizations),
        Branch: Q(pgh_obj_id__in=branches) | Q(is_demo=True),
        BranchForm: Q(**of_branch),
        BranchMembership: Q(**of_branch) | Q(**of_organization),
        Election: Q(**of_branch),
        EstablishmentPlan: Q(**of_organization),
        Placement: Q(**of_organization),
        Figures: Q(**of_organization),
        LedgerFacts: Q(**of_organization),
        Exclusion: Q(**of_organization),
        RoleAssignment: Q(user_id__in=users) | Q(**of_organization),
        Person: Q(pgh_obj_id__in=people),
        Appointment: Q(**of_branch),
        Candidate: Q(person_id__in=people),
        ProfessionalWorker: Q(person_id__in=people),
        Owner: Q(**of_organization),
        Lead: Q(is_demo=True),
        OrganizationMerge: Q(kept_id__in=organizations) | Q(absorbed_id__in=organizations),
        NotDuplicate: Q(first_id__in=organizations) | Q(second_id__in=organizations),
        **dict.fromkeys(HELP, Q(**of_organization)),
    }
    forget(conditions)


def forget(conditions: dict[type[Model], Q]) -> None:
    """Deletes history, and contexts nothing refers to any more.

    Args:
        conditions: tracked model → which rows of its history.
    """
    contexts: set[object] = set()
    for model, condition in conditions.items():
        events = apps.get_model(model._meta.app_label, f"{model.__name__}Event")._base_manager.filter(condition)
        contexts.update(events.exclude(pgh_context=None).values_list("pgh_context_id", flat=True).distinct())
        events.delete()
    if contexts:
        _forget_contexts(list(contexts))


def _forget_contexts(contexts: list[object]) -> None:
    tables = [model._meta.db_table for model in apps.get_models() if issubclass(model, Event)]
    unused = " AND ".join(f"NOT EXISTS (SELECT FROM {table} e WHERE e.pgh_context_id = c.id)" for table in tables)
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM pghistory_context c WHERE c.id = ANY(%s::uuid[]) AND {unused}", [contexts])
