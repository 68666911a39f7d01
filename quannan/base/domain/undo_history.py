"""What the history tables know of one job: the rows it touched, what they were before, and who changed them since."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import connection, models
from pghistory.models import Context, Event

Model = type[models.Model]

DELETE, RESTORE, INSERT = "delete", "restore", "insert"
# The key under which the context of an undo names the job that it takes back.
UNDOES = "undoes"
# A history row's number in a form for which there is no index. Right after an import the planner does not know how few
# rows of one object there are: it would read all later numbers instead, once for every object.
_PLAINLY = "(e.pgh_id + 0)"


@dataclass(slots=True, eq=False)
class Touched:
    """One row that a job wrote.

    Attributes:
        model: its table.
        pk: its key.
        act: what takes it back: DELETE it, RESTORE its columns, INSERT it again.
        before: number of the history row that holds what it was before the job; None where none does.
        last: number of the job's last history row of it.
        columns: values after the job of the columns that were asked for.
        subjects: keys of the subjects to which it belongs.
        kept: whether it stays as it is.
    """

    model: Model
    pk: Any
    act: str
    before: int | None
    last: int
    columns: Mapping[str, Any]
    subjects: tuple[Any, ...] = ()
    kept: bool = False


@dataclass(frozen=True, slots=True)
class Later:
    """One change of a row after a job."""

    pk: Any
    at: datetime
    deleted: bool
    context: uuid.UUID | None


def quoted(name: str) -> str:
    """A name as SQL takes it.

    Args:
        name: of a table or column.
    """
    return connection.ops.quote_name(name)


def table(model: Model) -> str:
    """The model's table as SQL takes it.

    Args:
        model: any.
    """
    return quoted(model._meta.db_table)


def key(model: Model) -> str:
    """The column of the model's primary key as SQL takes it.

    Args:
        model: any.
    """
    return quoted(str(model._meta.pk.column))


def key_type(model: Model) -> str:
    """The type of the model's keys in SQL.

    Args:
        model: any.
    """
    return str(model._meta.pk.rel_db_type(connection))


def tracked_models() -> dict[Model, Model]:
    """Every model with a history → the model of its history rows, in the order of their labels."""
    models_and_events: Any = [(e.pgh_tracked_model, e) for e in apps.get_models() if issubclass(e, Event)]
    return dict(sorted(models_and_events, key=lambda pair: pair[0]._meta.label))


def select(sql: str, params: Sequence[Any]) -> list[tuple[Any, ...]]:
    """All rows of a query.

    Args:
        sql: the statement.
        params: its parameters.
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


def contexts_of(job_id: str | uuid.UUID) -> list[uuid.UUID]:
    """The contexts under which a job wrote: one for each attempt.

    Args:
        job_id: the job.
    """
    return list(Context.objects.filter(metadata__job=str(job_id)).values_list("id", flat=True).order_by("id"))


def touched_rows(
    event: Model, model: Model, contexts: Collection[uuid.UUID], columns: Sequence[str]
) -> Iterator[Touched]:
    """Every row of a table that was written under the contexts and that taking back would change.

    One query, and one more where the job wrote rows that were there before. Neither leaves the planner a choice that
    depends on how many rows the tables have: right after an import it does not know that yet.

    Args:
        event: the model of the history rows.
        model: the tracked model.
        contexts: of the job.
        columns: which values are wanted beside.
    """
    told = "".join(f", {quoted(column)}" for column in columns)
    rows = [
        (pk, first, last, began, ended, values)
        for number, pk, first, last, began, ended, *values in select(
            f"""
            SELECT row_number() OVER (PARTITION BY pgh_obj_id ORDER BY pgh_id DESC),
                   pgh_obj_id, first_value(pgh_id) OVER forth, pgh_id, first_value(pgh_label) OVER forth, pgh_label{told}
            FROM {table(event)} WHERE pgh_context_id = ANY(%s::uuid[])
            WINDOW forth AS (PARTITION BY pgh_obj_id ORDER BY pgh_id) ORDER BY pgh_obj_id, pgh_id
            """,
            [[str(context) for context in contexts]],
        )
        if number == 1 and (began, ended) != ("insert", "delete")
    ]
    before = _states_before(event, model, {pk: first for pk, first, _, began, *_ in rows if began != "insert"})
    for pk, _, last, began, ended, values in rows:
        act = DELETE if began == "insert" else INSERT if ended == "delete" else RESTORE
        yield Touched(model, pk, act, before.get(pk), last, dict(zip(columns, values, strict=True)))


def _states_before(event: Model, model: Model, firsts: Mapping[Any, int]) -> dict[Any, int]:
    """Numbers of the last history rows before the ones given, by the keys of the rows they are of."""
    if not firsts:
        return {}
    return {
        found[0]: found[1]
        for found in select(
            f"""
            SELECT m.obj, max(e.pgh_id) FROM unnest(%s::{key_type(model)}[], %s::bigint[]) AS m(obj, first)
            JOIN {table(event)} e ON e.pgh_obj_id = m.obj AND {_PLAINLY} < m.first GROUP BY m.obj ORDER BY m.obj
            """,
            [list(firsts), list(firsts.values())],
        )
    }


def changed_since(event: Model, rows: Collection[Touched]) -> dict[Any, list[Later]]:
    """All that was written of these rows after the job, by their keys, in the order of writing: one query.

    Args:
        event: the model of the history rows.
        rows: rows of one table.
    """
    found: dict[Any, list[Later]] = defaultdict(list)
    kind = key_type(next(iter(rows)).model)
    for pk, label, context, at in select(
        f"""
        SELECT e.pgh_obj_id, e.pgh_label, e.pgh_context_id, e.pgh_created_at
        FROM unnest(%s::{kind}[], %s::bigint[]) AS m(obj, last)
        JOIN {table(event)} e ON e.pgh_obj_id = m.obj AND {_PLAINLY} > m.last
        ORDER BY e.pgh_id
        """,
        [[row.pk for row in rows], [row.last for row in rows]],
    ):
        found[pk].append(Later(pk, at, label == "delete", context))
    return dict(found)


def metadata_of(changes: Iterable[Later]) -> dict[uuid.UUID | None, Mapping[str, Any]]:
    """What the contexts of these changes say, by their keys: one query.

    Args:
        changes: of any tables.
    """
    wanted = {change.context for change in changes if change.context is not None}
    return {None: {}, **dict(Context.objects.filter(pk__in=wanted).values_list("id", "metadata"))}


def still_standing(
    changes: Iterable[Later], said: Mapping[uuid.UUID | None, Mapping[str, Any]], job_id: str
) -> list[Later] | None:
    """What of the changes still holds: those of a job that was itself taken back do not, nor does the taking back.

    Args:
        changes: all that was written of one row after the job, in the order of writing.
        said: what their contexts say.
        job_id: the job.

    Returns:
        None where the job itself has been taken back for this row.
    """
    standing: list[Later] = []
    for change in changes:
        undone = said.get(change.context, {}).get(UNDOES)
        if undone == job_id:
            return None
        if undone is None:
            standing.append(change)
        else:
            standing = [earlier for earlier in standing if said.get(earlier.context, {}).get("job") != undone]
    return standing
