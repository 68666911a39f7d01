"""Writing what an import has planned: all of it in one transaction, or nothing."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, models
from django.db.models import F

from orgs.domain.ledger import write_ledger, write_reasons
from orgs.domain.naming import naming_fields
from orgs.domain.register_plan import FIGURE_FIELDS, ORGANIZATION_FIELDS, BodyOp, FormOp, Plan, RowPlan
from orgs.models import Branch, BranchForm, BranchMembership, Figures, Organization, Placement
from orgs.models.bodies import Composition
from orgs.validators import normalise_name
from quannan.base.bulk import CHEAP_ROWS, copy_rows, made_ahead, period, reserve_ids, update_rows
from quannan.base.domain import audit
from quannan.base.encryption import cipher

audit.name_actions({"register.import": "导入台账"})

# Two imports at once would both find an organization missing and both create it.
_LOCK = 360_729_001

Progress = Callable[[int, int], None]

_ORGANIZATION_COLUMNS = (
    "id",
    *ORGANIZATION_FIELDS,
    "name_key",
    "search_text",
    "sort_key",
)
_ENCRYPTED = ("contact_name", "contact_phone")
_UPDATABLE = (
    "uscc",
    "old_code",
    "name",
    "name_key",
    "search_text",
    "sort_key",
    "former_names",
    "kind",
    "registration_type",
    "industry",
    "registered_on",
    "registered_precision",
    *_ENCRYPTED,
    "remark",
)


def lock_register() -> None:
    """Let no second import begin before this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def apply_plan(*, plan: Plan, now: datetime, progress: Progress | None = None) -> None:
    """Write a plan made under ``lock_register`` in the same transaction.

    Args:
        plan: what to write; bodies come in unconfirmed.
        now: the moment of writing.
        progress: called with (steps done, steps); whatever it raises undoes everything.
    """
    step = _Steps(progress)
    writer = _Writer(plan, now)
    # Names in pinyin and encrypted contacts cost as much as the server's work on all else: they are made beside it, and
    # the new organizations go in last. That rows point at them before is checked at the end of the transaction.
    with made_ahead(writer.new_organizations()) as organizations:
        for write in (
            writer.organization_changes,
            writer.placements,
            writer.figures,
            writer.joint_bodies,
            writer.own_bodies,
            writer.body_changes,
            writer.ledger,
            lambda: writer.organizations(organizations),
        ):
            step()
            write()
    step()


class _Steps:
    def __init__(self, progress: Progress | None) -> None:
        self.progress, self.done = progress, 0

    def __call__(self) -> None:
        if self.progress is not None:
            self.progress(self.done, 9)
        self.done += 1


def _encrypted(text: str) -> str:
    return cipher().encrypt(text.encode()).decode("ascii") if text else text


class _Writer:
    """One plan being written; ``ids`` grows by the organizations that are created."""

    def __init__(self, plan: Plan, now: datetime) -> None:
        self.plan = plan
        self.now = now
        self.rows = [row for row in plan.rows if row.writes]

    def new_organizations(self) -> Iterator[tuple[Any, ...]]:
        """Gives the new organizations their keys, and makes their rows as they are taken."""
        new = [row for row in self.rows if row.organization is not None]
        for row, identity in zip(new, reserve_ids(Organization, len(new)), strict=True):
            row.organization_id = identity
        return map(self._organization, new)

    def organizations(self, rows: Iterator[Sequence[Any]]) -> None:
        # The search index takes thousands of names as they come, and is put in order by autovacuum: until then a search
        # takes some milliseconds more, and nobody waits here for what is done better at leisure.
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL gin_pending_list_limit = '64MB'")
        copy_rows(
            Organization,
            _ORGANIZATION_COLUMNS,
            rows,
            {
                "former_names": [],
                "closed_precision": "",
                "closed_state": "",
                "is_demo": False,
                "version": 1,
                "created_at": self.now,
                "updated_at": self.now,
            },
        )

    def _organization(self, row: RowPlan) -> tuple[Any, ...]:
        assert row.organization is not None
        values = dict(zip(ORGANIZATION_FIELDS, row.organization, strict=True))
        for name in _ENCRYPTED:
            values[name] = _encrypted(values[name])
        derived = naming_fields(values["name"], [], values["uscc"], values["old_code"])
        return (
            row.organization_id,
            *values.values(),
            derived["name_key"],
            derived["search_text"],
            derived["sort_key"],
        )

    def organization_changes(self) -> None:
        changed = {row.organization_id: row.fields for row in self.rows if row.fields}
        if not changed:
            return
        rows = []
        found = Organization.objects.filter(pk__in=list(changed)).select_for_update(of=("self",))
        for organization in found.iterator(chunk_size=2000):
            fields = changed[organization.pk] or {}
            name = fields.get("name", organization.name)
            if name != organization.name and organization.name not in organization.former_names:
                organization.former_names = [*organization.former_names, organization.name]
            for field, value in fields.items():
                setattr(organization, field, value)
            derived = naming_fields(name, organization.former_names, organization.uscc, organization.old_code)
            for field, value in derived.items():
                setattr(organization, field, value)
            for field in _ENCRYPTED:
                setattr(organization, field, _encrypted(getattr(organization, field)))
            values = (getattr(organization, field) for field in _UPDATABLE)
            rows.append((organization.pk, *values, organization.version + 1, self.now))
        update_rows(Organization, (*_UPDATABLE, "version", "updated_at"), rows)

    def placements(self) -> None:
        with_place = [(row.organization_id, row.placement) for row in self.rows if row.placement]
        update_rows(
            Placement,
            ("unit",),
            ((op.correct, op.unit_id) for _, op in with_place if op.correct is not None),
        )
        ending = {op.end: op.since for _, op in with_place if op.end is not None}
        _end_periods(Placement, ending)
        copy_rows(
            Placement,
            ("organization", "unit", "period"),
            ((organization, op.unit_id, period(op.since)) for organization, op in with_place if op.correct is None),
            piece=CHEAP_ROWS,
        )

    def figures(self) -> None:
        ops = [(row.organization_id, row.figures) for row in self.rows if row.figures]
        update_rows(
            Figures,
            (*FIGURE_FIELDS, "source"),
            ((op.id, *op.values, self.plan.source) for _, op in ops if op.id is not None),
        )
        copy_rows(
            Figures,
            ("organization", *FIGURE_FIELDS),
            ((organization, *op.values) for organization, op in ops if op.id is None),
            {
                "as_of": self.plan.as_of,
                "as_of_precision": "day",
                "source": self.plan.source,
                "note": "",
                "created_at": self.now,
            },
            piece=CHEAP_ROWS,
        )

    def joint_bodies(self) -> None:
        new = [body for body in self.plan.joint.values() if body.id is None]
        for body, identity in zip(new, reserve_ids(Branch, len(new)), strict=True):
            body.id = identity
        self._found(
            ("id", "line", "name", "name_key", "founded_on", "founded_precision"),
            (
                (body.id, body.line, body.name, normalise_name(body.name), body.founded_on, body.precision)
                for body in new
            ),
            {"composition": Composition.JOINT_AREA, "is_provisional": False},
        )
        self._forms((body.id, body.form_id) for body in new)
        founded = {body.id for body in new}
        earlier = [body for body in self.plan.joint.values() if body.earlier and body.id not in founded]
        update_rows(
            Branch,
            ("founded_on", "founded_precision"),
            ((body.id, body.founded_on, body.precision) for body in earlier),
        )
        self._versions({body.id for body in earlier})

    def own_bodies(self) -> None:
        """Bodies of one organization, provisional ones, and every new membership."""
        ops = [(row.organization_id, op) for row in self.rows for op in row.bodies]
        own = [op for _, op in ops if op.joint is None]
        identities = list(reserve_ids(Branch, len(own)))
        area, single = Composition.JOINT_AREA.value, Composition.OWN.value
        self._found(
            ("id", "line", "composition", "founded_on", "founded_precision", "is_provisional"),
            (
                (identity, op.line, area if op.provisional else single, op.since, op.precision, op.provisional)
                for identity, op in zip(identities, own, strict=True)
            ),
            {"name": "", "name_key": ""},
        )
        self._forms((identity, op.form_id) for identity, op in zip(identities, own, strict=True))
        copy_rows(
            BranchMembership,
            ("branch", "organization", "period", "from_precision"),
            self._memberships(ops, iter(identities)),
            {"to_precision": "day", "end_reason": "", "source": self.plan.source, "created_at": self.now},
            piece=CHEAP_ROWS,
        )

    def _memberships(
        self, ops: list[tuple[int | None, BodyOp]], identities: Iterator[int]
    ) -> Iterator[tuple[Any, ...]]:
        for organization, op in ops:
            branch = next(identities) if op.joint is None else self.plan.joint[op.joint].id
            yield branch, organization, period(op.since), op.precision

    def body_changes(self) -> None:
        self._form_changes()
        dates = [op for row in self.rows for op in row.dates]
        update_rows(
            Branch,
            ("founded_on", "founded_precision"),
            ((op.branch_id, op.since, op.precision) for op in dates if op.branch_id is not None),
        )
        update_rows(
            BranchMembership,
            ("period", "from_precision"),
            ((op.membership_id, period(op.since, op.until), op.precision) for op in dates),
        )
        ends = [op for row in self.rows for op in row.ends]
        update_rows(
            BranchMembership,
            ("period", "end_reason"),
            ((op.membership_id, period(op.since, op.until), "导入的表中为无,经确认") for op in ends),
        )
        update_rows(
            Branch,
            ("dissolved_on", "dissolved_reason"),
            ((op.branch_id, op.until, "导入的表中为无,经确认") for op in ends if op.branch_id is not None),
        )

        self._versions({op.branch_id for op in dates} | {op.branch_id for op in ends})
        self._versions({op.branch_id for row in self.rows for op in row.forms})

    def _versions(self, touched: set[int | None]) -> None:
        """A form opened before the import is stale afterwards."""
        known = sorted(pk for pk in touched if pk is not None)
        if known:
            Branch.objects.filter(pk__in=known).update(version=F("version") + 1)

    def ledger(self) -> None:
        """What ledger forms say besides, and why there is no party body."""
        facts = [(row.organization_id, row.ledger) for row in self.rows if row.ledger]
        write_ledger(ops=facts, as_of=self.plan.as_of, source=self.plan.source, now=self.now)
        reasons = [(row.organization_id, row.reason) for row in self.rows if row.reason]
        write_reasons(ops=reasons, as_of=self.plan.as_of, now=self.now)

    def _form_changes(self) -> None:
        ops = [op for row in self.rows for op in row.forms]
        if not ops:
            return
        in_force = {
            form.branch_id: form
            for form in BranchForm.objects.filter(
                branch__in=[op.branch_id for op in ops], period__contains=self.plan.as_of
            )
        }
        in_place: list[FormOp] = []
        dated: list[FormOp] = []
        for op in ops:
            now_here = op.since is None or in_force[op.branch_id].period.lower == op.since
            (in_place if now_here else dated).append(op)
        update_rows(BranchForm, ("form",), ((in_force[op.branch_id].pk, op.form_id) for op in in_place))
        until = {op.branch_id: in_force[op.branch_id].period.upper for op in dated}
        _end_periods(BranchForm, {in_force[op.branch_id].pk: op.since for op in dated})
        copy_rows(
            BranchForm,
            ("branch", "form", "period"),
            ((op.branch_id, op.form_id, period(op.since, until[op.branch_id])) for op in dated),
        )

    def _found(self, fields: tuple[str, ...], bodies: Iterator[tuple[Any, ...]], same: dict[str, Any]) -> None:
        copy_rows(
            Branch,
            fields,
            bodies,
            {
                **same,
                "dissolved_reason": "",
                "source": self.plan.source,
                "is_demo": False,
                "version": 1,
                "created_at": self.now,
            },
            piece=CHEAP_ROWS,
        )

    def _forms(self, bodies: Iterator[tuple[int | None, int]]) -> None:
        copy_rows(BranchForm, ("branch", "form"), bodies, {"period": period(None)}, piece=CHEAP_ROWS)


def _end_periods(model: type[models.Model], ending: dict[int, Any]) -> None:
    """End the periods of these rows on the days given: the first day no longer counted."""
    found = model._default_manager.filter(pk__in=list(ending)).values_list("pk", "period")
    update_rows(model, ("period",), [(pk, period(span.lower, ending[pk])) for pk, span in found])
