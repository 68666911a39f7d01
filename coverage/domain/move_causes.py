"""Why an organization entered or left the eligible set of a line, or became or ceased to be covered between two days.

A line counts an organization when several things hold together: it is registered, not under an exclusion, stands under
the unit looked at, belongs to the population, reaches the standard, and is covered by a body. Each of these that
differs between the days is a cause, and is worded from the dated rows between them. Nothing is guessed: a move of
which no dated row tells the cause says so.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import F, Q

from coverage.domain.comparison import GAINED, LINE_STEP, LOST, line_of_move
from coverage.domain.verdicts import COUNT_WORDS
from coverage.models import (
    ALL,
    COVERED,
    ELIGIBLE,
    STATE_COLUMNS,
    UNKNOWN,
    Measure,
    Population,
    ScaleRule,
    Span,
    Standard,
    State,
)
from coverage.models import BUILT as BUILT_STATES
from orgs.lines import MASS_LINES, Line
from orgs.models import BranchForm, BranchMembership, Code, Exclusion, Figures, Organization, Placement, Unit
from orgs.models.bodies import Composition
from orgs.models.codes import CodeList

UNKNOWN_CAUSE = "原因不明"
SCALE_WORDS = {True: "规模以上", False: "规模以下", None: "规模不明"}


@dataclass(frozen=True)
class Cause:
    """One cause: its kind in a word, and the fact in a sentence."""

    kind: str
    text: str

    @property
    def is_unknown(self) -> bool:
        return self.kind == UNKNOWN_CAUSE


NOTHING_FOUND = Cause(
    UNKNOWN_CAUSE, "原因不明:两天之间的登记、数字、标准和组织里都没有能说明的记录,请核对这家组织的变动"
)


@dataclass
class Move:
    """A row of the comparison: one line of one organization, its spans on both days in the account's sight, and why.

    `seen_on` is the later of the two days on which the account sees the organization.
    """

    organization: Organization
    line: str
    code: int
    was: Span | None
    now: Span | None
    seen_on: date
    causes: list[Cause] = field(default_factory=list)

    @property
    def pk(self) -> int:
        return self.organization.pk


@dataclass
class _Facts:
    """The dated rows of the organizations that moved, by organization."""

    was: dict[int, Span]
    now: dict[int, Span]
    figures: dict[int, list[Figures]]
    exclusions: dict[int, list[Exclusion]]
    placements: dict[int, list[Placement]]
    memberships: dict[int, list[BranchMembership]]
    standards: dict[str, list[Standard]]
    scale_rules: list[ScaleRule]
    states: dict[str, str]


def _by_owner(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.organization_id].append(row)
    return found


def _facts(ids: Sequence[int], user: Any, start: date, end: date) -> _Facts:
    spans = Span.objects.visible_to(user).filter(organization__in=ids).select_related("unit")
    both = list(spans.filter(Q(period__contains=start) | Q(period__contains=end)))
    standards: dict[str, list[Standard]] = defaultdict(list)
    for row in Standard.objects.order_by("line", "period"):
        standards[row.line].append(row)
    touching = {"organization__in": ids, "period__overlap": (start, end + timedelta(days=1))}
    return _Facts(
        was={s.organization_id: s for s in both if _holds(s.period, start)},
        now={s.organization_id: s for s in both if _holds(s.period, end)},
        figures=_by_owner(Figures.objects.filter(organization__in=ids).order_by("organization_id", "as_of")),
        exclusions=_by_owner(Exclusion.objects.filter(**touching).order_by("organization_id", "period")),
        placements=_by_owner(
            Placement.objects.filter(**touching).select_related("unit").order_by("organization_id", "period")
        ),
        memberships=_by_owner(
            BranchMembership.objects.filter(**touching)
            .select_related("branch")
            .prefetch_related("branch__forms__form")
            .order_by("organization_id", F("period").asc(), "pk")
        ),
        standards=standards,
        scale_rules=list(ScaleRule.objects.order_by("period")),
        states=dict(
            Code.objects.filter(list_name=CodeList.OPERATING_STATE).order_by("code").values_list("code", "label")
        ),
    )


def explain_moves(
    rows: Iterable[Organization], *, user: Any, start: date, end: date, unit: Unit | None, population: str
) -> list[Move]:
    """The rows of a comparison with their causes: ten queries, however many rows.

    Args:
        rows: organizations with the number of their move, as `moved` gives them.
        user: the signed-in User; of what an organization was under a unit out of sight nothing is told.
        start: the first day.
        end: the second day.
        unit: the unit the comparison is restricted to, with those below it.
        population: the Population code it is restricted to.
    """
    found = list(rows)
    facts = _facts(sorted({row.pk for row in found}), user, start, end)
    moves = []
    for row in found:
        number: int = row.move  # type: ignore[attr-defined]
        was, now = facts.was.get(row.pk), facts.now.get(row.pk)
        move = Move(row, line_of_move(number), number % LINE_STEP, was, now, end if now else start)
        told = _Reader(move, facts, start, end).causes(unit, population)
        move.causes = list(dict.fromkeys(told)) or [NOTHING_FOUND]
        moves.append(move)
    return moves


def _holds(period: Any, day: date) -> bool:
    return (period.lower is None or period.lower <= day) and (period.upper is None or day < period.upper)


def _at(rows: Sequence[Any], day: date) -> Any:
    return next((row for row in rows if _holds(row.period, day)), None)


def _number(value: int | None) -> str:
    return "不掌握" if value is None else str(value)


class _Reader:
    """Reads the causes of one move out of the facts."""

    def __init__(self, move: Move, facts: _Facts, start: date, end: date) -> None:
        self.move, self.facts, self.start, self.end = move, facts, start, end
        self.owner = move.organization.pk
        self.was, self.now = move.was, move.now

    def causes(self, unit: Unit | None, population: str) -> list[Cause]:
        """Every condition that differs between the days, in the order in which they are asked."""
        life = self._life()
        if life is not None:
            return [life, *(self._bodies_begun(self.move.line) if self.move.code in GAINED.moves else [])]
        if self.was is None or self.now is None:
            # Out of the account's sight on one of the days: what held there is not told.
            return self._placed()
        found = self._exclusion()
        if unit is not None and _below(self.was, unit) != _below(self.now, unit):
            found += self._placed()
        found += self._population(population)
        if self.move.line == ALL:
            for line in MASS_LINES:
                found += [Cause(c.kind, f"{Line(line).label}:{c.text}") for c in self._line(line, whole=True)]
            return found
        return found + self._line(self.move.line)

    def _life(self) -> Cause | None:
        """新登记, 注销 or 迁出 between the days."""
        row = self.move.organization
        if row.registered_on > self.start and self.now is not None:
            return Cause("新登记", f"新登记,登记日期 {row.registered_on}")
        if row.closed_on and row.closed_on <= self.end and self.was is not None:
            word = self.facts.states.get(row.closed_state, "注销或迁出")
            return Cause(word, f"{word},最后一天 {row.closed_on - timedelta(days=1)}")
        return None

    def _placed(self) -> list[Cause]:
        """划入 or 划出: the placements of both days, and since when the second holds."""
        rows = self.facts.placements.get(self.owner, [])
        before, after = _at(rows, self.start), _at(rows, self.end)
        if before is None or after is None or before.unit_id == after.unit_id:
            return []
        came = self.move.code in (1, 2)
        word = "划入" if came else "划出"
        return [Cause(word, f"{word}:{before.unit.name} → {after.unit.name},自 {after.period.lower}")]

    def _exclusion(self) -> list[Cause]:
        assert self.was is not None and self.now is not None
        if self.was.excluded == self.now.excluded:
            return []
        rows = self.facts.exclusions.get(self.owner, [])
        row = _at(rows, self.end if self.now.excluded else self.start)
        if row is None:
            return []
        state = self.facts.states.get(row.state, row.state)
        if self.now.excluded:
            return [Cause("剔除", f"剔除({state}:{row.reason}),自 {row.period.lower}")]
        return [Cause("恢复", f"恢复计入(原{state}:{row.reason}),自 {row.period.upper}")]

    def _population(self, population: str) -> list[Cause]:
        assert self.was is not None and self.now is not None
        if population == Population.ALL:
            return []
        if population == Population.KEY:
            if self.was.is_key == self.now.is_key:
                return []
            found = self._scale() if (self.was.scale is True) != (self.now.scale is True) else []
            return found + [Cause(c.kind, f"党组织:{c.text}") for c in self._bodies(Line.PARTY)]
        side = population == Population.ABOVE
        return self._scale() if (self.was.scale is side) != (self.now.scale is side) else []

    def _line(self, line: str, *, whole: bool = False) -> list[Cause]:
        """What changed of one line: the figure against the standard, then the bodies.

        Args:
            line: a line code.
            whole: whether it is told as a part of 群团全建, to which only what it contributes matters.
        """
        assert self.was is not None and self.now is not None
        before, after = (State(getattr(span, STATE_COLUMNS[line])) for span in (self.was, self.now))
        if whole and _kind(before) == _kind(after):
            return []
        found = []
        if _owed(before) is not _owed(after):
            found += self._standard_or_figure(line)
        if "covered" in (_kind(before), _kind(after)) if whole else self.move.code in GAINED.moves | LOST.moves:
            found += self._bodies(line)
        return found

    def _standard_or_figure(self, line: str) -> list[Cause]:
        """Which of the two changed the answer: the figure, the standard, or one after the other."""
        rules = self.facts.standards.get(line, [])
        old, new = _at(rules, self.start), _at(rules, self.end)
        measure = new.measure if new else old.measure if old else ""
        if measure == Measure.ABOVE_SCALE:
            found = self._scale()
            return found or self._changed_standard(old, new)
        rows = self.facts.figures.get(self.owner, [])
        before, after = _figures_at(rows, self.start), _figures_at(rows, self.end)

        def owes(figures: Figures | None, standard: Standard | None) -> bool | None:
            if standard is None:
                return False
            count = getattr(figures, standard.measure) if figures else None
            return None if count is None else count >= standard.obliged_from

        found = []
        if owes(before, old) is not owes(after, old) or owes(before, new) is not owes(after, new):
            found.append(self._figure(measure, new, rows, before, after, owes))
        if old != new and (owes(before, old) is not owes(before, new) or owes(after, old) is not owes(after, new)):
            found += self._changed_standard(old, new)
        return found

    def _figure(
        self,
        measure: str,
        standard: Standard | None,
        rows: Sequence[Figures],
        before: Figures | None,
        after: Figures | None,
        owes: Callable[[Figures | None, Standard | None], bool | None],
    ) -> Cause:
        word = COUNT_WORDS[Measure(measure)][0]
        counts = [getattr(figures, measure) if figures else None for figures in (before, after)]
        answer = owes(after, standard)
        since = after.as_of if after else None
        for row in reversed([r for r in rows if self.start < r.as_of <= self.end]):
            if owes(row, standard) is not answer:
                break
            since = row.as_of
        least = standard.obliged_from if standard else 0
        reached = {
            True: f"起达到应建标准 {least} 人",
            False: f"起不足应建标准 {least} 人" if standard else "起",
            None: "起无法判定",
        }[answer]
        return Cause("数字变化", f"{word} {_number(counts[0])}→{_number(counts[1])},自 {since} {reached}")

    def _changed_standard(self, old: Standard | None, new: Standard | None) -> list[Cause]:
        if old == new:
            return []

        def said(row: Standard | None) -> str:
            return f"{COUNT_WORDS[Measure(row.measure)][0]} {row.obliged_from} 人以上" if row else "无标准"

        since = new.period.lower if new else old.period.upper if old else None
        clause = f"({new.clause})" if new and new.clause else ""
        return [Cause("标准修改", f"标准修改:应建由{said(old)}改为{said(new)},自 {since}{clause}")]

    def _scale(self) -> list[Cause]:
        """规模变化 by the figures, by the rule of scale, or by both."""
        assert self.was is not None and self.now is not None
        if self.was.scale is self.now.scale:
            return []
        rows = self.facts.figures.get(self.owner, [])
        before, after = _figures_at(rows, self.start), _figures_at(rows, self.end)
        words = f"{SCALE_WORDS[self.was.scale]} → {SCALE_WORDS[self.now.scale]}"
        found = []
        if before != after and after is not None:
            parts = [
                f"{label} {_said(getattr(before, name) if before else None)}→{_said(getattr(after, name))}"
                for name, label in (("employees", "从业人员"), ("annual_revenue_yuan", "年营业收入(万元)"))
                if before is None or getattr(before, name) != getattr(after, name)
            ]
            if parts:
                found.append(Cause("规模变化", f"规模变化:{words}({'、'.join(parts)}),自 {after.as_of}"))
        old, new = _at(self.facts.scale_rules, self.start), _at(self.facts.scale_rules, self.end)
        if old != new:
            since = new.period.lower if new else old.period.upper
            found.append(Cause("标准修改", f"规模标准修改:{words},自 {since}"))
        return found

    def _bodies(self, line: str) -> list[Cause]:
        """What began or ended, where the line is built on one of the days alone."""
        assert self.was is not None and self.now is not None
        before, after = (getattr(span, STATE_COLUMNS[line]) in BUILT_STATES for span in (self.was, self.now))
        if before == after:
            return []
        return self._bodies_begun(line) if after else self._bodies_ended(line)

    def _lives(self, line: str) -> list["_Life"]:
        lines = MASS_LINES if line == ALL else (line,)
        return [_Life(row) for row in self.facts.memberships.get(self.owner, []) if row.branch.line in lines]

    def _bodies_begun(self, line: str) -> list[Cause]:
        return [
            life.begun(self.start, self.end)
            for life in self._lives(line)
            if life.covers(self.end) and not life.covers(self.start)
        ]

    def _bodies_ended(self, line: str) -> list[Cause]:
        return [
            life.ended(self.start, self.end)
            for life in self._lives(line)
            if life.covers(self.start) and not life.covers(self.end)
        ]


def _below(span: Span, unit: Unit) -> bool:
    return span.unit.path.startswith(unit.path)


def _owed(state: State) -> bool | None:
    return None if state in UNKNOWN else state in ELIGIBLE


def _kind(state: State) -> str:
    """What a line contributes to 群团全建."""
    if state in COVERED:
        return "covered"
    return "gap" if state == State.GAP else "unknown" if state in UNKNOWN else ""


def _figures_at(rows: Sequence[Figures], day: date) -> Figures | None:
    """The row in force on a day; the first one is carried back."""
    past = [row for row in rows if row.as_of <= day]
    return past[-1] if past else rows[0] if rows else None


def _said(value: Any) -> str:
    if value is None:
        return "不掌握"
    return str(value) if isinstance(value, int) else f"{value / 10000:,.6f}".rstrip("0").rstrip(".")


class _Life:
    """One membership in a body: the days on which it covers the organization, and in what form."""

    def __init__(self, membership: BranchMembership) -> None:
        self.membership, self.branch = membership, membership.branch
        self.forms = sorted(self.branch.forms.all(), key=lambda row: row.period.lower or date.min)

    @property
    def joint(self) -> bool:
        return self.branch.composition != Composition.OWN

    def form_at(self, day: date) -> BranchForm | None:
        return _at(self.forms, day)

    def name(self, day: date) -> str:
        form = self.form_at(day)
        label = form.form.label if form else self.branch.get_line_display()
        own = "联合" if self.joint else "单独"
        said = self.branch.name or label
        return f"“{said}”({own})" if said == label else f"“{said}”({label},{own})"

    def covers(self, day: date) -> bool:
        """As a body: 组织员 and 女工委员 cover nothing."""
        end = self.branch.dissolved_on
        if not _holds(self.membership.period, day) or day < self.branch.founded_on or (end and day >= end):
            return False
        form = self.form_at(day)
        return form is not None and form.form.is_body

    def begun(self, start: date, end: date) -> Cause:
        """Since when and by what it covers, of one that covers on the last day and did not on the first."""
        waiting = "" if self.branch.confirmed_at else ",待确认"
        name = self.name(end)
        if self.branch.founded_on > start and self.branch.founded_on >= self.membership.period.lower:
            word = "新建联合组织" if self.joint else "新建"
            return Cause("新建", f"{word}{name},自 {self.branch.founded_on}{waiting}")
        if self.membership.period.lower > start:
            word = "加入联合组织" if self.joint else "改由组织覆盖:"
            return Cause(
                "加入联合组织" if self.joint else "新建", f"{word}{name},自 {self.membership.period.lower}{waiting}"
            )
        since = self._form_since(end)
        old = self.form_at(since - timedelta(days=1)) if since else None
        return Cause("改变形式", f"{name}由{old.form.label if old else '其他形式'}改成,自 {since} 起算组织{waiting}")

    def ended(self, start: date, end: date) -> Cause:
        """Since when and why it covers no longer, of one that covered on the first day."""
        name = self.name(start)
        gone, left = self.branch.dissolved_on, self.membership.period.upper
        days = [day for day in (gone, left) if day and day <= end]
        if days and min(days) == gone:
            why = f"({self.branch.dissolved_reason})" if self.branch.dissolved_reason else ""
            return Cause("撤销", f"撤销{name},自 {gone}{why}")
        if days:
            why = f"({self.membership.end_reason})" if self.membership.end_reason else ""
            word = "退出联合组织" if self.joint else "不再由组织覆盖:"
            return Cause("退出", f"{word}{name},自 {left}{why}")
        form = self.form_at(end)
        since = form.period.lower if form else None
        return Cause("改变形式", f"{name}改为{form.form.label if form else '其他形式'},自 {since} 起不算组织")

    def _form_since(self, day: date) -> date | None:
        """The first day of the run of forms that are bodies, up to a day."""
        since = None
        for row in self.forms:
            if not row.form.is_body:
                since = None
            elif since is None:
                since = row.period.lower
            if _holds(row.period, day):
                break
        return since
