"""Why organizations differ between two sides: read from what the history tables kept after the older one was frozen.

Two things can move a figure: what is known (a fact entered, changed or removed since) and the day (facts dated between
the two days). Of what is known, only that counts which says something else of the newer day than before; of the days,
only facts that say something else of the one than of the other. So whatever moved has at least one cause, and one that
has none is told as such. The number of queries does not depend on how many organizations differ.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from coverage.domain.cause_sources import (
    BRANCH,
    FIGURES,
    MEMBERSHIP,
    OF_BODIES,
    OWNED,
    TELLS_LEAVING,
    Names,
    Source,
    Values,
)
from coverage.domain.differences import Cause, CauseKind, Comparison, Difference
from coverage.domain.publications import history_of
from coverage.domain.published_figures import rule_in_force
from coverage.models import ALL, LINE_LABELS, STATE_COLUMNS, Measure
from orgs.lines import LINES, MASS_LINES
from orgs.models import BodyForm, Branch, Code, Organization, Unit, User
from orgs.models.codes import CodeList
from orgs.permissions import scope_for
from quannan.base.models import Job

SYSTEM = "系统"
_EVENT = ("pgh_id", "pgh_obj_id", "pgh_label", "pgh_created_at", "pgh_context__metadata")
_ORDER = list(CauseKind)
_WEIGHED = ("measure", "obliged_from", "permitted_from", "zero_state")
_SCALE = ("employees_with_revenue", "revenue_yuan", "employees_alone")


@dataclass
class _Told:
    """A cause before the names of who wrote it are known."""

    kind: CauseKind
    words: str
    event: Values | None


def find_causes(comparison: Comparison, *, user: Any) -> None:
    """Gives every difference its causes; about thirty queries whatever their number.

    Args:
        comparison: as `compare` gives it; its differences are written.
        user: the signed-in User, None for the whole county. Of an organization that has left the account's units no
            more is told than that it left.
    """
    if comparison.differences:
        _Reader(comparison, user).read()


class _Reader:
    def __init__(self, comparison: Comparison, user: Any) -> None:
        self.comparison = comparison
        self.ids = [d.organization_id for d in comparison.differences]
        self.by_id = {d.organization_id: d for d in comparison.differences}
        self.old_marks = comparison.old.marks
        self.new_marks: dict[str, int] | None = comparison.new.marks if comparison.new else None
        self.days = (comparison.old_as_of, comparison.new_as_of)
        self.low, self.high = min(self.days), max(self.days)
        self.limited = user is not None and not scope_for(user, "publications.view").county
        self.found: dict[int, list[_Told]] = defaultdict(list)
        self.dated: set[tuple[str, int]] = set()
        self.new_bodies: set[int] = set()
        self.names = Names(
            units=dict(Unit.objects.values_list("pk", "name")),
            forms=dict(BodyForm.objects.values_list("pk", "label")),
            states=dict(Code.objects.filter(list_name=CodeList.OPERATING_STATE).values_list("code", "label")),
        )

    def read(self) -> None:
        written = {source.label: self.window(source) for source in OWNED}
        branches = {source.label: self.window_of_bodies(source) for source in OF_BODIES}
        touched = {row[self.body_key(s)] for s in OF_BODIES for row in branches[s.label]}
        # A body that was entered since is told by the memberships that came with it.
        self.new_bodies = {r["pgh_obj_id"] for r in branches[BRANCH.label] if r["pgh_label"] == "insert"}
        members = self.members(touched)
        self.name_bodies(touched | {row["branch_id"] for row in written[MEMBERSHIP.label]})
        for source in OWNED:
            self.knowledge(source, written[source.label], lambda row, s=source: (row[s.owner],))
        for source in OF_BODIES:
            self.knowledge(source, branches[source.label], lambda row, s=source: members.get(row[self.body_key(s)], ()))
        self.merges()
        self.rules()
        if self.low != self.high:
            self.dates()
        self.tell()

    def body_key(self, source: Source) -> str:
        return "pgh_obj_id" if source is BRANCH else "branch_id"

    def columns(self, source: Source) -> list[str]:
        own = [*source.fields] + ([source.owner] if source.owner else [])
        return [*dict.fromkeys((*_EVENT, *own))]

    def after_freezing(self, label: str) -> Any:
        """The history rows of a table written after the older side was frozen, and before the newer one."""
        rows = history_of(label).objects.filter(pgh_id__gt=self.old_marks[label])
        return rows if self.new_marks is None else rows.filter(pgh_id__lte=self.new_marks[label])

    def window(self, source: Source) -> list[Values]:
        rows = self.after_freezing(source.label).filter(**{f"{source.owner}__in": self.ids})
        return list(rows.order_by("pgh_id").values(*self.columns(source)))

    def window_of_bodies(self, source: Source) -> list[Values]:
        return list(self.after_freezing(source.label).order_by("pgh_id").values(*self.columns(source)))

    def before(self, source: Source, keys: Collection[int]) -> dict[int, Values]:
        """The last history row of each object up to the older freezing."""
        rows = history_of(source.label).objects.filter(
            pgh_obj_id__in=list(keys), pgh_id__lte=self.old_marks[source.label]
        )
        last = rows.order_by("pgh_obj_id", "-pgh_id").distinct("pgh_obj_id").values(*self.columns(source))
        return {row["pgh_obj_id"]: row for row in last if row["pgh_label"] != "delete"}

    def members(self, branches: Collection[int]) -> dict[int, list[int]]:
        """The differing organizations that each body covers on the newer day, by any version of their membership."""
        rows = history_of(MEMBERSHIP.label).objects.filter(
            branch_id__in=list(branches), organization_id__in=self.ids, period__contains=self.days[1]
        )
        found: dict[int, list[int]] = defaultdict(list)
        for branch, organization in rows.order_by().values_list("branch_id", "organization_id").distinct():
            found[branch].append(organization)
        return found

    def name_bodies(self, keys: Collection[int]) -> None:
        wanted = list(set(keys) - set(self.names.bodies))
        events = history_of(BRANCH.label).objects.filter(pgh_obj_id__in=wanted).order_by("pgh_id")
        self.names.bodies |= {pk: (line, name) for pk, line, name in events.values_list("pgh_obj_id", "line", "name")}
        rows = Branch.objects.filter(pk__in=wanted).order_by("pk")
        self.names.bodies |= {pk: (line, name) for pk, line, name in rows.values_list("pk", "line", "name")}

    def knowledge(self, source: Source, rows: Iterable[Values], owners: Any) -> None:
        """What was entered, changed or removed since, and says something else of the newer day."""
        chains: dict[int, list[Values]] = defaultdict(list)
        for row in rows:
            chains[row["pgh_obj_id"]].append(row)
        earlier = self.before(source, chains) if chains else {}
        for key, chain in chains.items():
            first = earlier.get(key)
            last = None if chain[-1]["pgh_label"] == "delete" else chain[-1]
            concerned = {
                owner
                for owner in dict.fromkeys(o for row in chain for o in owners(row))
                if owner in self.by_id and self.counts(source, self.by_id[owner], first, last)
            }
            previous = first
            for row in chain:
                now = None if row["pgh_label"] == "delete" else row
                for told in self.step(source, previous, now, row):
                    if told.kind == CauseKind.DATES:
                        self.dated.add((source.label, key))
                    for owner in concerned:
                        self.found[owner].append(told)
                previous = now

    def counts(self, source: Source, difference: Difference, first: Values | None, last: Values | None) -> bool:
        """Whether the row says something else of the newer day than before."""
        if self.limited and difference.new is None and source.label not in TELLS_LEAVING:
            return False
        if source is FIGURES:
            return self.figures_count(difference, first, last)
        day = self.days[1]
        return (source.at(first, day) if first else None) != (source.at(last, day) if last else None)

    def figures_count(self, difference: Difference, first: Values | None, last: Values | None) -> bool:
        """Whether the row is or was the one in force; the first of all is carried back to days before it."""
        if difference.new is None:
            return False
        used = difference.new["figures_as_of"]
        if last is not None and last["as_of"] == used:
            return True
        if first is None or (last is not None and last["as_of"] == first["as_of"]):
            return False
        day, was = self.days[1], first["as_of"]
        return bool(used is None or (was > used if was <= day else used > day and was < used))

    def step(self, source: Source, before: Values | None, after: Values | None, event: Values) -> Iterator[_Told]:
        if before is None and after is None:
            return
        if not source.owner and before is None and event[self.body_key(source)] in self.new_bodies:
            return
        if before is not None and after is not None:
            if source.owner and before[source.owner] != after[source.owner]:
                # It went over from another record: the merge tells it.
                return
            if all(before[name] == after[name] for name in source.fields):
                return
        words = source.words(before, after, self.names)
        if words:
            yield _Told(self.kind(source, before, after, event), words, event)

    def kind(self, source: Source, before: Values | None, after: Values | None, event: Values) -> CauseKind:
        if before is None and after is not None and event["pgh_label"] == "insert":
            return self.dated_kind(source.first_day(after))
        if before is not None and after is not None and source.ends and source.only_ended(before, after):
            end = source.end(after)
            assert end is not None
            return self.dated_kind(end)
        return CauseKind.CORRECTION

    def dated_kind(self, day: date) -> CauseKind:
        return CauseKind.DATES if self.low < day <= self.high else CauseKind.LATE

    def merges(self) -> None:
        rows = list(
            self.after_freezing("orgs.OrganizationMerge")
            .order_by("pgh_id")
            .values(*_EVENT, "kept_id", "absorbed_id", "undone_at")
        )
        wanted = {row[name] for row in rows for name in ("kept_id", "absorbed_id")}
        # Merged records are told as well: that is what the cause is about.
        named = Organization._base_manager.filter(pk__in=wanted).order_by("pk")
        self.names.organizations = dict(named.values_list("pk", "name"))
        begun = {row["pgh_obj_id"] for row in rows if row["pgh_label"] == "insert"}
        undone = {row["pgh_obj_id"] for row in rows if row["undone_at"]}
        for row in rows:
            if row["pgh_obj_id"] in begun & undone:
                continue
            other = {row["kept_id"]: row["absorbed_id"], row["absorbed_id"]: row["kept_id"]}
            for owner in other:
                if owner in self.by_id and row["pgh_label"] != "delete":
                    name = self.names.organizations.get(other[owner], "另一条记录")
                    act = "撤回与" if row["undone_at"] else "与"
                    self.found[owner].append(_Told(CauseKind.CORRECTION, f"{act}“{name}”的合并", row))

    def rules(self) -> None:
        """Standards, the rule of scale and forms of bodies that differ between the two sides, and whom they move."""
        old, new = self.comparison.old.rules, self.comparison.new_rules
        lines, scale = self.changed_standards(old, new), self.changed_scale(old, new)
        forms = {f["code"]: f for f in old["forms"]}
        recast = {
            f["line"]: f"“{f['label']}”{'计为' if f['is_body'] else '不再计为'}组织"
            for f in new["forms"]
            if f["code"] in forms and forms[f["code"]]["is_body"] != f["is_body"]
        }
        if not (lines or scale or recast):
            return
        authors = {name: self.last_of(f"coverage.{name}") for name in ("Standard", "ScaleRule")}
        for difference in self.comparison.differences:
            if difference.old is None or difference.new is None:
                continue
            moved = {line for line in (*LINES, ALL) if difference.changed(STATE_COLUMNS[line])}
            concerned = moved | (set(MASS_LINES) if ALL in moved else set())
            told = self.found[difference.organization_id]
            for line in LINES:
                if line in concerned and line in lines:
                    told.append(_Told(CauseKind.RULE, lines[line], authors["Standard"].get(line)))
                if line in concerned and line in recast:
                    told.append(_Told(CauseKind.RULE, recast[line], None))
            if scale and difference.changed("scale"):
                told.append(_Told(CauseKind.RULE, scale, authors["ScaleRule"].get("")))

    def changed_standards(self, old: dict[str, Any], new: dict[str, Any]) -> dict[str, str]:
        was = {rule["line"]: rule for rule in rule_in_force(old["standards"], self.days[0])}
        is_ = {rule["line"]: rule for rule in rule_in_force(new["standards"], self.days[1])}
        return {
            line: f"{LINE_LABELS[line]}组建标准:{_standard(was.get(line))}→{_standard(is_.get(line))}"
            for line in LINES
            if _weight(was.get(line), _WEIGHED) != _weight(is_.get(line), _WEIGHED)
        }

    def changed_scale(self, old: dict[str, Any], new: dict[str, Any]) -> str:
        was = next(iter(rule_in_force(old["scale_rules"], self.days[0])), None)
        is_ = next(iter(rule_in_force(new["scale_rules"], self.days[1])), None)
        return "" if _weight(was, _SCALE) == _weight(is_, _SCALE) else f"规模标准:{_scale(was)}→{_scale(is_)}"

    def last_of(self, label: str) -> dict[str, Values]:
        """The last change of each rule in the time between, by line; "" for the rule of scale."""
        lined = label == "coverage.Standard"
        columns = (*_EVENT, "line") if lined else _EVENT
        rows = self.after_freezing(label).order_by("pgh_id").values(*columns)
        return {row["line"] if lined else "": row for row in rows}

    def dates(self) -> None:
        """Facts that say something else of the one day than of the other."""
        rows = {source.label: self.latest(source, **{f"{source.owner}__in": self.ids}) for source in OWNED}
        members: dict[int, list[int]] = defaultdict(list)
        for row in rows[MEMBERSHIP.label]:
            if any(day in row["period"] for day in self.days):
                members[row["branch_id"]].append(row["organization_id"])
        rows[BRANCH.label] = self.latest(BRANCH, pgh_obj_id__in=list(members))
        form = OF_BODIES[1]
        rows[form.label] = self.latest(form, branch_id__in=list(members))
        self.name_bodies(members)
        for source in (*OWNED, *OF_BODIES):
            for row in rows[source.label]:
                if (source.label, row["pgh_obj_id"]) in self.dated:
                    continue
                owners = (row[source.owner],) if source.owner else members[row[self.body_key(source)]]
                for owner in owners:
                    difference = self.by_id.get(owner)
                    if difference is not None and self.divides(source, difference, row):
                        self.found[owner].append(_Told(CauseKind.DATES, source.words(None, row, self.names), row))

    def latest(self, source: Source, **which: Any) -> list[Values]:
        """Each object as the newer side knew it."""
        rows = history_of(source.label).objects.filter(**which)
        if self.new_marks is not None:
            rows = rows.filter(pgh_id__lte=self.new_marks[source.label])
        last = rows.order_by("pgh_obj_id", "-pgh_id").distinct("pgh_obj_id").values(*self.columns(source))
        return [row for row in last if row["pgh_label"] != "delete"]

    def divides(self, source: Source, difference: Difference, row: Values) -> bool:
        if self.limited and difference.new is None and source.label not in TELLS_LEAVING:
            return False
        if source is FIGURES:
            sides = [side["figures_as_of"] if side else None for side in (difference.old, difference.new)]
            return bool(sides[0] != sides[1] and row["as_of"] in sides and self.low < row["as_of"] <= self.high)
        return bool(source.at(row, self.days[0]) != source.at(row, self.days[1]))

    def tell(self) -> None:
        """Puts the causes to their organizations, with who wrote them and why."""
        metadata = [t.event["pgh_context__metadata"] or {} for told in self.found.values() for t in told if t.event]
        people = {m["user"] for m in metadata if m.get("user")}
        users = {pk: name or login for pk, name, login in _pairs(User, people, "name", "username")}
        jobs = {str(pk): title for pk, title in _pairs(Job, {m["job"] for m in metadata if m.get("job")}, "title")}
        for owner, told in self.found.items():
            causes = [_cause(one, users, jobs) for one in told]
            causes.sort(key=lambda c: (_ORDER.index(c.kind), c.at is not None, c.at))
            self.by_id[owner].causes = list(dict.fromkeys(causes))


def _cause(told: _Told, users: dict[int, str], jobs: dict[str, str]) -> Cause:
    if told.event is None:
        return Cause(told.kind, told.words)
    context = told.event["pgh_context__metadata"] or {}
    why = context.get("reason", "") or jobs.get(str(context.get("job", "")), "")
    return Cause(told.kind, told.words, told.event["pgh_created_at"], users.get(context.get("user", 0), SYSTEM), why)


def _pairs(model: Any, keys: Collection[Any], *names: str) -> list[tuple[Any, ...]]:
    return list(model.objects.filter(pk__in=list(keys)).order_by("pk").values_list("pk", *names))


def _weight(rule: dict[str, Any] | None, names: Iterable[str]) -> tuple[Any, ...] | None:
    return None if rule is None else tuple(rule[name] for name in names)


def _standard(rule: dict[str, Any] | None) -> str:
    if rule is None:
        return "没有标准"
    measure = Measure(rule["measure"])
    if measure == Measure.ABOVE_SCALE:
        return measure.label
    permitted = f",{rule['permitted_from']} 人起可建" if rule["permitted_from"] is not None else ""
    return f"{measure.label} {rule['obliged_from']} 人起应建{permitted}"


def _scale(rule: dict[str, Any] | None) -> str:
    if rule is None:
        return "没有标准"
    revenue = f"{float(rule['revenue_yuan']) / 10000:g}"
    return f"{rule['employees_with_revenue']} 人且 {revenue} 万元,或 {rule['employees_alone']} 人"
