"""The same rows by django-import-export, in the best form each of its two modes can reasonably be given.

What both modes do here: every cell through the program's own cleaner, so that both sides understand the same wordings;
the checks that refuse a row (code, unit, parts of a whole, form and date, dates); every fault of a row listed, with its
column; organizations, their placement, figures and bodies with memberships written, joint bodies once for all their
rows; the columns derived from the name; contacts encrypted. History and dirty marks are made by the database's triggers.

What neither does: a form without an as-of date refused; warnings and hints; a row compared with the bodies and figures
that the register already has (a second import would write both again); subtotals told from data; the audit entry.

The default mode, as its handbook has it: one save a row, the instance looked up by its code, the unit by a foreign key
widget, what hangs on the organization saved by a hook after it, a savepoint and a difference in HTML for every row. What
the database refuses is listed with its row.

The bulk mode: `use_bulk`, no differences, the units and the known organizations loaded once, everything that hangs on
the organizations written batch by batch. What the database refuses is listed for the batch, not for the row.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import tablib
from django.core.exceptions import ValidationError
from django.utils import timezone
from import_export import fields, resources, widgets
from import_export.instance_loaders import BaseInstanceLoader

from bench.workbooks import AS_OF
from orgs.domain.naming import naming_fields
from orgs.domain.units import UnitResolver
from orgs.imports import register_form
from orgs.imports.maps import CodeLists
from orgs.lines import LINES, Line, Precision
from orgs.models import Branch, BranchForm, BranchMembership, Figures, Organization, Placement, Unit
from orgs.models.bodies import Composition
from orgs.validators import normalise_name, validate_uscc
from quannan.base.workbook.cells import NONE, CellError, FuzzyDate, is_blank
from quannan.base.workbook.declare import Column

_FIGURES = ("employees", "women", "league_members", "full_members", "annual_revenue_yuan")
_PLAIN = ("registration_type", "industry", "contact_name", "contact_phone", "remark")
# Where a column's value cannot stand under its own name on the instance.
_ATTRIBUTES = {"registered_on": "registered"}
_FIELDS = {attribute: field for field, attribute in _ATTRIBUTES.items()}


class CellWidget(widgets.Widget):
    """Reads a cell by the cleaner of the form's column."""

    def __init__(self, column: Column) -> None:
        super().__init__()
        self.column = column

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        if is_blank(value):
            if self.column.blank is not None:
                raise ValueError(self.column.blank[1])
            return "" if self.column.field in _PLAIN else None
        try:
            return self.column.clean(value)
        except CellError as error:
            raise ValueError(error.message) from error

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return "" if value is None else str(value)


class KnownUnitWidget(widgets.Widget):
    """The unit by its name, out of all of them loaded once."""

    def __init__(self) -> None:
        super().__init__()
        self.resolver = UnitResolver.load()
        self.units = {unit.pk: unit for unit in Unit.objects.all()}

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        found = self.resolver.resolve(str(value or ""))
        if found is None:
            raise ValueError("系统里没有这个主管党(工)委。")
        return self.units[found.id]


class UnitWidget(widgets.ForeignKeyWidget):
    """The unit by its name, asked of the database for every row."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        try:
            return super().clean(value, row, **kwargs)
        except Unit.DoesNotExist as error:
            raise ValueError("系统里没有这个主管党(工)委。") from error


class KnownOrganizations(BaseInstanceLoader):
    """The organizations of all codes of the file, by one query."""

    def __init__(self, resource: Any, dataset: Any = None) -> None:
        super().__init__(resource, dataset)
        at = dataset.headers.index("uscc")
        codes = [str(row[at]) for row in dataset if row[at]]
        self.known = {found.uscc: found for found in Organization.objects.filter(uscc__in=codes)}

    def get_instance(self, row: Any) -> Organization | None:
        return self.known.get(str(row["uscc"] or ""))


class RegisterResource(resources.ModelResource):
    """The default mode."""

    class Meta:
        model = Organization
        fields: tuple[str, ...] = ()
        import_id_fields = ("uscc",)
        use_transactions = True

    def __init__(self) -> None:
        super().__init__()
        self.columns = register_form(CodeLists.load()).printed
        for column in self.columns:
            if column.field != "ordinal":
                attribute = _ATTRIBUTES.get(column.field, column.field)
                self.fields[column.field] = fields.Field(
                    attribute=attribute, column_name=column.field, widget=self.widget(column)
                )
        self.seen: set[str] = set()
        self.joint: dict[tuple[str, str], Branch] = {}
        self.now = timezone.now()

    def widget(self, column: Column) -> widgets.Widget:
        return UnitWidget(Unit, "name") if column.field == "unit" else CellWidget(column)

    def get_import_fields(self) -> list[fields.Field]:
        return list(self.fields.values())

    def validate_instance(
        self, instance: Any, import_validation_errors: Any = None, validate_unique: bool = True
    ) -> None:
        errors = dict(import_validation_errors or {})
        for name, message in self.faults(instance, errors):
            errors.setdefault(name, ValidationError(message))
        if errors:
            raise ValidationError(errors)

    def faults(self, found: Any, refused: dict[str, Any]) -> Iterable[tuple[str, str]]:
        """What is wrong with a row beyond its cells."""
        try:
            validate_uscc(found.uscc or "")
        except ValidationError as error:
            yield "uscc", error.messages[0]
        if found.uscc in self.seen:
            yield "uscc", "与前面一行是同一个代码。"
        self.seen.add(found.uscc)
        for part in ("women", "league_members", "full_members"):
            if {part, "employees"} & set(refused):
                continue
            count = getattr(found, part)
            if count is not None and found.employees is not None and count > found.employees:
                yield part, "不能多于从业人员数。"
        registered = getattr(found, "registered", None)
        if registered is None:
            yield "registered", "新增的组织须填登记日期。"
        for line in LINES:
            form, founded = _said(found, line)
            at = f"{line}_form" if line != Line.MECHANISM else f"{line}_date"
            if isinstance(founded, FuzzyDate) and founded.first() > AS_OF:
                yield f"{line}_date", "日期晚于截止日期。"
            if {at, f"{line}_date"} & set(refused) or line == Line.MECHANISM:
                continue
            if form not in (None, NONE) and founded is None:
                yield f"{line}_date", "填了组织形式却没有成立时间。"
            if form is None and founded is not None:
                yield at, "填了成立时间却没有组织形式。"
            joint = form not in (None, NONE) and (form.is_joint or getattr(found, f"{line}_name", None))
            if isinstance(founded, FuzzyDate) and isinstance(registered, FuzzyDate) and form is not None and not joint:
                if founded.last() < registered.first():
                    yield f"{line}_date", "成立时间早于单位登记日期。"

    def before_save_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
        instance.registered_on = instance.registered.first()
        instance.registered_precision = instance.registered.precision
        for name, value in naming_fields(instance.name, [], instance.uscc, None).items():
            setattr(instance, name, value)

    def after_save_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
        if not self._meta.use_bulk:
            self.placement(instance).save(force_insert=True)
            self.figures(instance).save(force_insert=True)
            for branch, form, since in self.bodies(instance):
                if branch.pk is None:
                    branch.save(force_insert=True)
                    BranchForm.objects.create(branch=branch, form=form, period=(None, None))
                self.membership(branch, instance, since).save(force_insert=True)

    def placement(self, found: Any) -> Placement:
        return Placement(organization=found, unit=found.unit, period=(None, None))

    def figures(self, found: Any) -> Figures:
        values = {name: getattr(found, name) for name in _FIGURES}
        return Figures(organization=found, as_of=AS_OF, source="F0", **values)

    def bodies(self, found: Any) -> Iterable[tuple[Branch, Any, FuzzyDate]]:
        """(body, form, founded) of each line the row names a body of; a joint one is the same object for all its rows."""
        for line in LINES:
            form, founded = _said(found, line)
            if form in (None, NONE) or founded is None:
                continue
            name = getattr(found, f"{line}_name", None) or ""
            key = (line, normalise_name(name))
            branch = self.joint.get(key) if name else None
            if branch is None:
                branch = Branch(
                    line=line,
                    name=name,
                    name_key=key[1],
                    composition=Composition.JOINT_AREA if name or form.is_joint else Composition.OWN,
                    founded_on=founded.last(),
                    founded_precision=founded.precision,
                    is_provisional=form.is_joint and not name,
                    source="F0",
                )
                if name:
                    self.joint[key] = branch
            yield branch, form, founded

    def membership(self, branch: Branch, found: Any, since: FuzzyDate) -> BranchMembership:
        return BranchMembership(
            branch=branch,
            organization=found,
            period=(since.last(), None),
            from_precision=Precision(since.precision),
            source="F0",
        )


class BulkResource(RegisterResource):
    """The bulk mode."""

    class Meta:
        use_bulk = True
        batch_size = 1000
        skip_diff = True
        instance_loader_class = KnownOrganizations

    def widget(self, column: Column) -> widgets.Widget:
        return KnownUnitWidget() if column.field == "unit" else CellWidget(column)

    def bulk_create(
        self,
        using_transactions: bool,
        dry_run: bool,
        raise_errors: bool,
        batch_size: int | None = None,
        result: Any = None,
    ) -> None:
        created = list(self.create_instances)
        super().bulk_create(using_transactions, dry_run, raise_errors, batch_size=batch_size, result=result)
        if not created or created[0].pk is None:
            return
        Placement.objects.bulk_create([self.placement(found) for found in created])
        Figures.objects.bulk_create([self.figures(found) for found in created])
        told = [(found, *body) for found in created for body in self.bodies(found)]
        new = {id(branch): (branch, form) for _, branch, form, _ in told if branch.pk is None}
        Branch.objects.bulk_create([branch for branch, _ in new.values()])
        BranchForm.objects.bulk_create(
            [BranchForm(branch=branch, form=form, period=(None, None)) for branch, form in new.values()]
        )
        BranchMembership.objects.bulk_create(
            [self.membership(branch, found, since) for found, branch, _, since in told]
        )


def _said(found: Any, line: str) -> tuple[Any, Any]:
    """The form and the founding date that a row gives for a line."""
    founded = getattr(found, f"{line}_date", None)
    if line == Line.MECHANISM:
        return (_mechanism() if isinstance(founded, FuzzyDate) else None), founded
    return getattr(found, f"{line}_form", None), founded


_known_mechanism: list[Any] = []


def _mechanism() -> Any:
    if not _known_mechanism:
        _known_mechanism.extend(form for form in CodeLists.load().forms if form.line == Line.MECHANISM)
    return _known_mechanism[0]


def load(path: Path, *, bulk: bool, dry_run: bool) -> tuple[dict[str, int], set[tuple[int, str]]]:
    """One import of a plain workbook.

    Args:
        path: a workbook with one header row of field names.
        bulk: the bulk mode, else the default one.
        dry_run: everything is done and undone again, as its preview does.

    Returns:
        how many rows came to what, and (row as the spreadsheet numbers it, field) of every fault listed.

    Raises:
        RuntimeError: when the import broke instead of listing.
    """
    with path.open("rb") as stream:
        dataset = tablib.Dataset().load(stream.read(), format="xlsx")
    result = (BulkResource() if bulk else RegisterResource()).import_data(dataset, dry_run=dry_run)
    broken = [error for row in result.row_errors() for error in row[1]] + list(result.base_errors)
    if broken:
        raise RuntimeError(repr(broken[0].error))
    faults = {(row.number + 1, _FIELDS.get(name, name)) for row in result.invalid_rows for name in row.error.error_dict}
    return dict(result.totals), faults
