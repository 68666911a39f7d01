"""What stands in the way of deleting and restoring rows: keys that point at them, and constraints they would break."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import models
from django.db.models import F
from django.db.models.constraints import BaseConstraint

from quannan.base.domain.undo_history import Model, key, key_type, quoted, select, table
from quannan.base.span_box import SpanBox


@dataclass(frozen=True, slots=True)
class Pointer:
    """A foreign key that the database keeps.

    Attributes:
        model: the table that has it.
        column: its column.
        target: the table it points at.
    """

    model: Model
    column: str
    target: Model


def pointers() -> list[Pointer]:
    """All foreign keys of the program that the database keeps.

    A key without a constraint is a note of something that need not be there: history, the audit trail, derived
    figures. Those follow by themselves.
    """
    found = []
    for model in apps.get_models(include_auto_created=True):
        columns: Any = model._meta.local_concrete_fields if model._meta.managed and not model._meta.proxy else ()
        for column in columns:
            if isinstance(column, models.ForeignKey) and _kept(column):
                found.append(Pointer(model, str(column.column), _target(column)))
    return found


def _kept(column: Any) -> bool:
    """Whether the database keeps a foreign key."""
    return bool(column.db_constraint)


def _target(column: Any) -> Model:
    """The table a foreign key points at."""
    target: Model = column.remote_field.model._meta.concrete_model
    return target


def pointing_at(pointer: Pointer, keys: Collection[Any]) -> list[tuple[Any, Any]]:
    """(key of the row that points, key of the row pointed at): one query.

    Args:
        pointer: which foreign key.
        keys: of the rows pointed at.
    """
    return [
        (pk, target)
        for pk, target in select(
            f"SELECT {key(pointer.model)}, {quoted(pointer.column)} FROM {table(pointer.model)}"
            f" WHERE {quoted(pointer.column)} = ANY(%s::{key_type(pointer.target)}[]) ORDER BY 1",
            [list(keys)],
        )
    ]


def gone(pointer: Pointer, event: Model, befores: Collection[int]) -> list[tuple[Any, Any]]:
    """(key of a row to be restored, key that it had and that is no longer in the other table): one query.

    Args:
        pointer: a foreign key of the rows' table.
        event: the model of their history rows.
        befores: numbers of the history rows that are to be restored.
    """
    return [
        (pk, target)
        for pk, target in select(
            f"SELECT e.pgh_obj_id, e.{quoted(pointer.column)} FROM {table(event)} e"
            f" LEFT JOIN {table(pointer.target)} t ON t.{key(pointer.target)} = e.{quoted(pointer.column)}"
            f" WHERE e.pgh_id = ANY(%s::bigint[]) AND e.{quoted(pointer.column)} IS NOT NULL"
            f" AND t.{key(pointer.target)} IS NULL ORDER BY 1",
            [list(befores)],
        )
    ]


@dataclass(frozen=True, slots=True)
class Rule:
    """What two rows of a table may not share: (column, operator) pairs that all hold between two rows that clash.

    Attributes:
        model: the table.
        terms: the pairs.
        parkable: the one column that may be null meanwhile, where two rows change places; None where there is none.
    """

    model: Model
    terms: tuple[tuple[str, str], ...]
    parkable: str | None = None


def rules_between_rows(model: Model) -> list[Rule]:
    """The unique and exclusion constraints of a table over plain columns and without a condition.

    Others are left to the database, which refuses the whole undo.

    Args:
        model: the table.
    """
    meta = model._meta
    found = [
        Rule(model, ((str(column.column), "="),), str(column.column) if column.null else None)
        for column in meta.local_concrete_fields
        if column.unique and not column.primary_key
    ]
    for constraint in meta.constraints:
        terms = _terms(constraint)
        if terms and getattr(constraint, "condition", None) is None:
            found.append(Rule(model, tuple((_column(model, name), operator) for name, operator in terms)))
    return found


def _column(model: Model, name: str) -> str:
    column: Any = model._meta.get_field(name)
    return str(column.column)


def _terms(constraint: BaseConstraint) -> list[tuple[str, str]]:
    if isinstance(constraint, models.UniqueConstraint):
        return [] if constraint.expressions else [(name, "=") for name in constraint.fields]
    if isinstance(constraint, ExclusionConstraint):
        named: list[tuple[Any, str]] = []
        for part, operator in constraint.expressions:
            if isinstance(part, SpanBox):
                named += [(part.key, "="), (part.period, str(operator))]
            else:
                named.append((vars(part)["name"] if isinstance(part, F) else part, str(operator)))
        return named if all(isinstance(name, str) for name, _ in named) else []
    return []


def clashing(rule: Rule, event: Model, befores: Collection[int]) -> Iterator[tuple[Any, Any]]:
    """(key of a row to be restored, key of another row that it would clash with as that one is now): one query.

    Args:
        rule: what two rows may not share.
        event: the model of the table's history rows.
        befores: numbers of the history rows that are to be restored.
    """
    between = " AND ".join(f"t.{quoted(column)} {operator} e.{quoted(column)}" for column, operator in rule.terms)
    yield from select(
        f"SELECT e.pgh_obj_id, t.{key(rule.model)} FROM {table(event)} e JOIN {table(rule.model)} t ON {between}"
        f" AND t.{key(rule.model)} <> e.pgh_obj_id WHERE e.pgh_id = ANY(%s::bigint[]) ORDER BY 1, 2",
        [list(befores)],
    )
