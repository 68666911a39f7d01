"""What a row says about bodies, against the bodies the register has."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator

from orgs.domain.register_plan import BodyOp, DateOp, EndOp, FormOp, JointBody, Plan, RowPlan
from orgs.imports.checks import DATE_FIELDS, FORM_FIELDS, joint_name
from orgs.imports.maps import KnownMembership, KnownOrganization, RegisterMaps
from orgs.lines import LINES, Line, Precision
from orgs.models import BodyForm
from orgs.validators import normalise_name
from quannan.base.imports import Change
from quannan.base.workbook.cells import NONE, FuzzyDate
from quannan.base.workbook.declare import Row

_LABELS = {line.value: line.label for line in Line}
_FINENESS = {Precision.DAY: 0, Precision.MONTH: 1, Precision.YEAR: 2, Precision.BY: 3}


class BodyPlanner:
    """Adds to a plan what the rows say about bodies.

    ``endings``: (row number, line) whose warning 登记为已建,表中为无 was answered with yes.
    """

    def __init__(self, plan: Plan, maps: RegisterMaps, endings: Collection[tuple[int, str]]) -> None:
        self.plan = plan
        self.maps = maps
        self.endings = frozenset(endings)
        self._mechanism = next((form for form in maps.lists.forms if form.line == Line.MECHANISM), None)

    def plan_row(self, row: Row, known: KnownOrganization | None, target: RowPlan) -> Iterator[Change]:
        """Plan every line of one row; yields what changes, adds warnings to the row."""
        held_by_line: dict[str, list[KnownMembership]] = {}
        if known is not None:
            for membership in self.maps.memberships.get(known.id, ()):
                held_by_line.setdefault(membership.line, []).append(membership)
        for line in LINES:
            form, founded = self._said(row, line)
            held = held_by_line.get(line, [])
            if form is NONE:
                yield from self._none(row, line, held, target)
            elif isinstance(form, BodyForm):
                yield from self._body(row, line, form, founded, held, known, target)

    def _said(self, row: Row, line: str) -> tuple[object, FuzzyDate | None]:
        """The form and founding date a row gives for a line; a date alone speaks only for 一会三组."""
        founded = row[DATE_FIELDS[line]]
        if line not in FORM_FIELDS:
            if founded is NONE:
                return NONE, None
            return (self._mechanism, founded) if isinstance(founded, FuzzyDate) else (None, None)
        return row[FORM_FIELDS[line]], founded if isinstance(founded, FuzzyDate) else None

    def _since(self, founded: FuzzyDate | None) -> tuple[dt.date, str]:
        """The day a founding date is taken for, so that no rate is overstated (coverage.md, Time)."""
        if founded is None:
            return self.plan.as_of, Precision.BY.value
        return min(founded.last(), self.plan.as_of), founded.precision

    def _active(self, membership: KnownMembership) -> bool:
        return membership.active_on(self.plan.as_of)

    def _counts(self, membership: KnownMembership) -> bool:
        form = self.maps.lists.form_by_id.get(membership.form_id or 0)
        return form is None or form.is_body

    def _none(self, row: Row, line: str, held: list[KnownMembership], target: RowPlan) -> Iterator[Change]:
        """无: nothing to do if the register has none; else a warning, and on a yes the end."""
        active = [membership for membership in held if self._active(membership) and self._counts(membership)]
        if not active:
            return
        field = f"{line}_date" if line == Line.MECHANISM else f"{line}_form"
        if (row.number, line) not in self.endings:
            row.report(
                row.warning(field, "registered_but_none", "登记为已建,表中为无,请核对;确已撤销的请确认结束。", "无")
            )
            return
        for membership in active:
            if membership.since >= self.plan.as_of:
                row.report(
                    row.warning(
                        field, "cannot_end_before_beginning", "登记的成立时间不早于截止日期,不能在这一天结束。", "无"
                    )
                )
                continue
            own = None if membership.joint else membership.branch_id
            target.ends += (EndOp(membership.id, own, membership.since, self.plan.as_of),)
            yield Change(_LABELS[line], self._words(membership), "无")

    def _body(
        self,
        row: Row,
        line: str,
        form: BodyForm,
        founded: FuzzyDate | None,
        held: list[KnownMembership],
        known: KnownOrganization | None,
        target: RowPlan,
    ) -> Iterator[Change]:
        alike = [membership for membership in held if self._counts(membership) == form.is_body]
        name = joint_name(row, line)
        same = self._same(alike, form, founded, name)
        if same is not None:
            yield from self._known_body(row, line, form, founded, name, same, known, target)
            return
        rivals = [
            membership
            for membership in alike
            if self._active(membership) or (membership.form_id == form.id and membership.since > self.plan.as_of)
        ]
        if rivals:
            self._ask(row, line, form, rivals[0])
            return
        yield self._new_body(line, form, founded, name, target)

    def _same(
        self, held: list[KnownMembership], form: BodyForm, founded: FuzzyDate | None, name: str | None
    ) -> KnownMembership | None:
        """The membership that the row speaks of: same line and founding date; of several, the best."""
        if not held:
            return None
        fitting = []
        for membership in held:
            active = self._active(membership)
            if founded is None:
                if not active:
                    continue
            elif not membership.may_mean(founded.first(), founded.last()):
                continue
            joint = form.is_joint or name is not None
            other_form = membership.form_id != form.id
            coarser = founded is not None and membership.precision != founded.precision
            apart = (
                name is None or membership.name_key != normalise_name(name),
                not active,
                other_form or coarser,
                membership.joint != joint,
                other_form,
            )
            fitting.append((apart, membership))
        return min(fitting, key=lambda fit: fit[0])[1] if fitting else None

    def _known_body(
        self,
        row: Row,
        line: str,
        form: BodyForm,
        founded: FuzzyDate | None,
        name: str | None,
        same: KnownMembership,
        known: KnownOrganization | None,
        target: RowPlan,
    ) -> Iterator[Change]:
        field = f"{line}_form" if line != Line.MECHANISM else f"{line}_date"
        if same.until is not None and same.until <= self.plan.as_of:
            row.report(
                row.warning(
                    field, "body_ended", f"台账中这个组织已于{same.until}结束,表中仍为已建,请核对。", form.label
                )
            )
            return
        if name is not None and same.name_key != normalise_name(name):
            registered = f"“{same.name}”" if same.name else "未归并的联合组织" if same.joint else "本单位单独组织"
            row.report(
                row.warning(
                    f"{line}_name",
                    "joint_body_differs",
                    f"台账中是{registered},表中的名称不同,没有改动。请核对后在党群组织页归并或更正。",
                    name,
                )
            )
            return
        # Without a name, what has the register's form and date is the register's body however it is composed.
        if (form.is_joint or name is not None) != same.joint and form.id != same.form_id:
            self._ask(row, line, form, same)
            return
        if founded is not None and _FINENESS[Precision(founded.precision)] < _FINENESS[Precision(same.precision)]:
            since, precision = self._since(founded)
            own = None if same.joint and not same.provisional else same.branch_id
            target.dates += (DateOp(same.id, own, since, same.until, precision),)
            yield Change(f"{_LABELS[line]}成立时间", str(same.since), str(since))
        if form.id != same.form_id and not (same.joint and not same.provisional):
            figures = self.maps.figures.get(known.id) if known else None
            if figures is not None and figures.last > self.plan.as_of:
                row.report(
                    row.warning(
                        field,
                        "older_form_differs",
                        f"台账中为{self._words(same)},本表较旧,没有改动。请核对。",
                        form.label,
                    )
                )
                return
            # What this very date said before is put right; what an earlier date said stays true of it.
            in_place = figures is None or figures.first >= self.plan.as_of
            target.forms += (FormOp(same.branch_id, form.id, None if in_place else self.plan.as_of),)
            yield Change(f"{_LABELS[line]}形式", self._words(same), form.label)

    def _ask(self, row: Row, line: str, form: BodyForm, held: KnownMembership) -> None:
        """The register's body stands; what the form says of another is for a person to decide."""
        field = f"{line}_date"
        words = self._words(held)
        if held.form_id == form.id:
            row.report(
                row.warning(
                    field,
                    "founding_differs",
                    f"台账中为{words},表中的成立时间不同,没有改动。若台账有误,请在党群组织页更正。",
                )
            )
        else:
            row.report(
                row.warning(
                    field,
                    "body_differs",
                    f"台账中为{words},表中是“{form.label}”且成立时间不同,没有改动。请确认是新建还是更正。",
                )
            )

    def _new_body(
        self, line: str, form: BodyForm, founded: FuzzyDate | None, name: str | None, target: RowPlan
    ) -> Change:
        since, precision = self._since(founded)
        key = None
        if name is not None:
            key = (line, normalise_name(name))
            self._join(key, name, form, since, precision)
        provisional = form.is_joint and key is None
        target.bodies += (BodyOp(line, form.id, since, precision, key, provisional),)
        shown = f"{name or form.label}({since})"
        return Change(_LABELS[line], "", f"{shown},待归并" if provisional else shown)

    def _join(self, key: tuple[str, str], name: str, form: BodyForm, since: dt.date, precision: str) -> None:
        """A joint body is as old as the first of its members."""
        body = self.plan.joint.get(key)
        if body is None:
            body = self.maps.joint.get(key)
            if body is None:
                body = JointBody(key[0], name, form.id, since, precision)
            self.plan.joint[key] = body
        if since < body.founded_on:
            body.founded_on, body.precision, body.earlier = since, precision, True

    def _words(self, held: KnownMembership) -> str:
        form = self.maps.lists.form_by_id.get(held.form_id or 0)
        words = held.name or (form.label if form else _LABELS[held.line])
        return f"{words}({held.since})"
