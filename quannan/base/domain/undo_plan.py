"""Working out what taking one job back may delete and restore, subject by subject; nothing is written here."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.utils import timezone

from quannan.base.domain import undo_history as history
from quannan.base.domain import undo_relations as relations
from quannan.base.domain.undo_history import DELETE, INSERT, Later, Model, Touched, quoted, table
from quannan.base.models import Job
from quannan.base.undoing import SYSTEM, Through, UndoRules, UndoSubject


@dataclass(frozen=True, slots=True)
class _Needs:
    """A row that can go back only where another one does.

    Attributes:
        row: the row.
        other: the other one.
        ties: whether the other one's staying merely keeps the row, and does not refuse it.
        sentence: why it is refused.
    """

    row: Touched
    other: Touched
    ties: bool
    sentence: str


class UndoPlan:
    """What a job wrote and what becomes of it: `touched`, then `look`, then `going` and `subjects`.

    A row goes back where nothing has changed it since, where its earlier state is known and can stand beside what
    is there now, where nothing that stays points at it, and where all subjects to which it belongs go back.
    """

    def __init__(self, job_id: str | uuid.UUID, rules: UndoRules, by: Any = None) -> None:
        """Reads what the job touched: one query a tracked model.

        Args:
            job_id: the job to be taken back; one that is done.
            rules: those of its kind of import.
            by: the account that takes it back, None for the system.

        Raises:
            LookupError: the job wrote a model of which the rules say nothing.
        """
        self.job_id = str(job_id)
        self.rules, self.by = rules, by
        self.events = history.tracked_models()
        self.rows: dict[Model, dict[Any, Touched]] = {}
        self.park: dict[relations.Rule, list[Any]] = {}
        self._refused: dict[Any, list[str]] = {}
        self._needs: list[_Needs] = []
        self._held: list[tuple[Touched, str]] = []
        self._after: dict[Touched, list[Touched]] = defaultdict(list)
        self._parkable: list[tuple[relations.Rule, Touched, Touched]] = []
        if contexts := history.contexts_of(job_id):
            for model, event in self.events.items():
                rows = history.touched_rows(event, model, contexts, self._columns(model))
                if found := {row.pk: row for row in rows}:
                    self.rows[model] = found
        for model in self.rows:
            if model._meta.label not in rules.subjects:
                raise LookupError(f"the rules of this undo say nothing of {model._meta.label}")

    def look(self) -> None:
        """Works out what goes back, from the tables as they are now."""
        edited = self._take_in_changes()
        self._find_subjects()
        self._ask_the_kind()
        for row, sentence in edited:
            self._refuse(row, sentence)
        for model, rows in self.rows.items():
            for row in rows.values():
                if row.act != DELETE and row.before is None:
                    self._refuse(row, self.rules.unknown(model._meta.label))
        self._take_in_pointers()
        self._take_in_earlier_states()
        self._settle()
        while circle := self._circle():
            for row in circle:
                self._refuse(row, self.rules.clashes(row.model._meta.label))
            self._settle()
        for rule, _, holder in self._going_pairs():
            self.park.setdefault(rule, []).append(holder.pk)

    def going(self, act: str) -> dict[Model, list[Touched]]:
        """The rows that go back by one act, table by table; parents stand before the rows that name them.

        Args:
            act: DELETE, RESTORE or INSERT.
        """
        found = {
            model: [r for r in self.rows[model].values() if r.act == act and not r.kept] for model in self._order()
        }
        return {model: rows for model, rows in found.items() if rows}

    def waves(self, rows: Collection[Touched]) -> Iterator[list[Touched]]:
        """Rows to be restored in such an order that none meets another one that has still to make room for it.

        Args:
            rows: of one table.
        """
        waiting = dict.fromkeys(rows)
        while waiting:
            wave = [row for row in waiting if not any(other in waiting for other in self._after.get(row, ()))]
            if not wave:
                raise AssertionError("rows that wait for one another were refused before")
            yield wave
            for row in wave:
                del waiting[row]

    def subjects(self) -> tuple[UndoSubject, ...]:
        """The rows of the file by name, with the reasons of those that are refused: one query."""
        wanted = {subject for row in self._all() for subject in row.subjects}
        model: Any = apps.get_model(self.rules.subject)
        name, order = quoted(self.rules.subject_name), quoted(self.rules.subject_order)
        key, kind, events = history.key(model), history.key_type(model), table(self.events[model])
        named = history.select(
            f"""
            WITH wanted AS (SELECT unnest(%s::{kind}[]) AS id)
            SELECT w.id, coalesce(t.{name}, e.{name})
            FROM wanted w
            LEFT JOIN {table(model)} t ON t.{key} = w.id
            LEFT JOIN LATERAL (
                SELECT {name}, {order} FROM {events} WHERE t.{key} IS NULL AND pgh_obj_id = w.id
                ORDER BY pgh_id DESC LIMIT 1
            ) e ON true
            ORDER BY coalesce(t.{order}, e.{order}), w.id
            """,
            [sorted(wanted)],
        )
        return tuple(UndoSubject(pk, said or "", tuple(self._refused.get(pk, ()))) for pk, said in named)

    def _all(self) -> Iterator[Touched]:
        return (row for rows in self.rows.values() for row in rows.values())

    def _columns(self, model: Model) -> list[str]:
        """Which values of a model's rows say to whom they, or others through them, belong."""
        wanted: dict[str, None] = {}
        for label, where in self.rules.subjects.items():
            if isinstance(where, str):
                if label == model._meta.label:
                    wanted[where] = None
                continue
            for through in where:
                if label == model._meta.label:
                    wanted[through.column] = None
                if through.by == model._meta.label:
                    wanted |= dict.fromkeys((through.by_column, through.subject))
        return list(wanted)

    def _take_in_changes(self) -> list[tuple[Touched, str]]:
        """Drops what was taken back before; gives what somebody has changed since, with the sentence."""
        changes = {model: history.changed_since(self.events[model], rows.values()) for model, rows in self.rows.items()}
        said = history.metadata_of(change for by_key in changes.values() for some in by_key.values() for change in some)
        edited: list[tuple[Touched, Later]] = []
        for model, by_key in changes.items():
            rows = self.rows[model]
            for pk, some in by_key.items():
                standing = history.still_standing(some, said, self.job_id)
                if standing is None:
                    del rows[pk]
                elif standing:
                    edited.append((rows[pk], standing[-1]))
        self.rows = {model: rows for model, rows in self.rows.items() if rows}
        return self._in_words(edited, said)

    def _in_words(
        self, edited: list[tuple[Touched, Later]], said: Mapping[uuid.UUID | None, Mapping[str, Any]]
    ) -> list[tuple[Touched, str]]:
        told = [said.get(change.context, {}) for _, change in edited]
        accounts: Any = get_user_model()._default_manager
        people = accounts.in_bulk({one["user"] for one in told if one.get("user")})
        jobs = Job.objects.filter(pk__in={one["job"] for one in told if one.get("job")})
        kinds = {str(pk): kind for pk, kind in jobs.values_list("pk", "kind")}
        return [
            (
                row,
                self.rules.changed(
                    row.model._meta.label,
                    who=str(people.get(one.get("user"), SYSTEM)),
                    on=timezone.localdate(change.at),
                    deleted=change.deleted,
                    job_kind=kinds.get(str(one.get("job")), ""),
                ),
            )
            for (row, change), one in zip(edited, told, strict=True)
        ]

    def _find_subjects(self) -> None:
        """To whom each row belongs; what ties rows to several is itself a row of the job."""
        for model, rows in self.rows.items():
            where = self.rules.subjects[model._meta.label]
            if isinstance(where, str):
                for row in rows.values():
                    row.subjects = (row.columns[where],)
                continue
            tied: dict[Any, dict[Any, None]] = defaultdict(dict)
            column = where[0].column
            for through in where:
                for other in self.rows.get(apps.get_model(through.by), {}).values():
                    tied[other.columns[through.by_column]][other.columns[through.subject]] = None
            untied = {row.columns[column] for row in rows.values()} - set(tied)
            for through in where:
                for value, subject in self._tied_by_others(model, apps.get_model(through.by), through, untied):
                    tied[value][subject] = None
            for row in rows.values():
                row.subjects = tuple(tied.get(row.columns[column], ()))

    def _tied_by_others(self, model: Model, by: Any, where: Through, values: set[Any]) -> list[tuple[Any, Any]]:
        """To whom rows belong that the job did not tie to anybody: by the ties as they were, one query.

        A tie that the job made and that was taken back is none.
        """
        if not values:
            return []
        column, subject, kind = quoted(where.by_column), quoted(where.subject), history.key_type(model)
        return history.select(
            f"""
            SELECT DISTINCT e.{column}, e.{subject} FROM {table(self.events[by])} e
            WHERE e.{column} = ANY(%s::{kind}[]) AND NOT EXISTS (
                SELECT FROM {table(self.events[by])} mine JOIN pghistory_context c ON c.id = mine.pgh_context_id
                WHERE mine.{column} = e.{column} AND c.metadata ->> 'job' = %s
            ) ORDER BY 1, 2
            """,
            [sorted(values), self.job_id],
        )

    def _ask_the_kind(self) -> None:
        """What the kind of import itself refuses, such as a subject that has been decided upon since."""
        if self.rules.refusals is None or not self.rows:
            return
        subjects = {subject for row in self._all() for subject in row.subjects}
        keys = {model._meta.label: list(rows) for model, rows in self.rows.items()}
        for subject, sentence in self.rules.refusals(subjects, keys, self.by).items():
            self._refused.setdefault(subject, []).append(sentence)

    def _take_in_pointers(self) -> None:
        """What points at a row that would be deleted: rows of the job go or stay with it, others keep it."""
        all_pointers = relations.pointers()
        for model, rows in self.rows.items():
            made = [row for row in rows.values() if row.act == DELETE]
            if not made:
                continue
            stays = self.rules.stays_with.get(model._meta.label, frozenset())
            for pointer in all_pointers:
                if pointer.target is not model:
                    continue
                label = pointer.model._meta.label
                mine = self.rows.get(pointer.model, {})
                sentence, ties, part = self.rules.depends(label), label in stays, label in self.rules.parts
                for pk, target in relations.pointing_at(pointer, [row.pk for row in made]):
                    row, other = rows[target], mine.get(pk)
                    if other is not None:
                        # Of the same subjects: they are refused together without being told.
                        if ties or part or not row.subjects or row.subjects != other.subjects:
                            self._needs.append(_Needs(row, other, ties, sentence))
                        if part:
                            self._needs.append(_Needs(other, row, True, sentence))
                    elif ties:
                        row.kept = True
                    elif len(row.subjects) == 1:
                        self._refuse(row, sentence)
                    else:
                        self._held.append((row, sentence))

    def _take_in_earlier_states(self) -> None:
        """Whether what was can stand beside what is, and whether what it names is still there."""
        for model, rows in self.rows.items():
            befores = [row.before for row in rows.values() if row.before is not None]
            if not befores:
                continue
            event = self.events[model]
            for rule in relations.rules_between_rows(model):
                for pk, holder in relations.clashing(rule, event, befores):
                    self._take_in_clash(rule, rows[pk], rows.get(holder))
            for pointer in relations.pointers():
                if pointer.model is not model:
                    continue
                again = self.rows.get(pointer.target, {})
                sentence = self.rules.missing(pointer.target._meta.label)
                for pk, target in relations.gone(pointer, event, befores):
                    other = again.get(target)
                    if other is not None and other.act == INSERT:
                        self._needs.append(_Needs(rows[pk], other, False, sentence))
                    else:
                        self._refuse(rows[pk], sentence)

    def _take_in_clash(self, rule: relations.Rule, row: Touched, holder: Touched | None) -> None:
        sentence = self.rules.clashes(row.model._meta.label)
        if holder is None:
            self._refuse(row, sentence)
            return
        self._needs.append(_Needs(row, holder, False, sentence))
        if holder.act != DELETE and row.act != INSERT:
            if rule.parkable is not None:
                self._parkable.append((rule, row, holder))
            else:
                self._after[row].append(holder)

    def _refuse(self, row: Touched, sentence: str) -> None:
        row.kept = True
        for subject in row.subjects:
            reasons = self._refused.setdefault(subject, [])
            if sentence not in reasons:
                reasons.append(sentence)

    def _settle(self) -> None:
        """Carries every refusal on to what belongs together, until nothing more follows.

        What depends on a shared row matters only where nothing else keeps the row.
        """
        self._spread()
        while held := [(row, sentence) for row, sentence in self._held if not row.kept]:
            for row, sentence in held:
                self._refuse(row, sentence)
            self._spread()

    def _spread(self) -> None:
        settled = False
        while not settled:
            settled = True
            for row in self._all():
                if not row.kept and any(subject in self._refused for subject in row.subjects):
                    row.kept, settled = True, False
            for need in self._needs:
                if not need.other.kept or need.row.kept:
                    continue
                settled = False
                if need.ties:
                    need.row.kept = True
                else:
                    self._refuse(need.row, need.sentence)

    def _going_pairs(self) -> Iterable[tuple[relations.Rule, Touched, Touched]]:
        return (pair for pair in self._parkable if not (pair[1].kept or pair[2].kept))

    def _circle(self) -> list[Touched]:
        """Rows that each wait for another one to make room; none where an order can be found."""
        waiting = {row: {o for o in others if not o.kept} for row, others in self._after.items() if not row.kept}
        while ready := [row for row, others in waiting.items() if not others & set(waiting)]:
            for row in ready:
                del waiting[row]
        return list(waiting)

    def _order(self) -> list[Model]:
        """The tables touched, each after those it points at."""
        names: dict[Model, set[Model]] = {model: set() for model in self.rows}
        for pointer in relations.pointers():
            if pointer.model in names and pointer.target in names and pointer.target is not pointer.model:
                names[pointer.model].add(pointer.target)
        ordered: list[Model] = []
        while names:
            ready = [model for model, needed in names.items() if not needed - set(ordered)] or list(names)
            ordered += ready
            for model in ready:
                del names[model]
        return ordered
