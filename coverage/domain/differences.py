"""What moved between a publication and another one, or the register as it is now, organization by organization."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import TextChoices

from coverage.domain.publications import rules_now
from coverage.domain.snapshot_sql import NUMBERS, TOLD, differing_select, frozen_select, snapshot_select
from coverage.models import LINE_LABELS, STATE_COLUMNS, Publication, State
from orgs.domain.acting import label_of
from orgs.models import Figures, Unit
from orgs.models.organization import Kind
from orgs.permissions import scope_for

SCALES = {True: "规模以上", False: "规模以下", None: "规模不明"}
NUMBER_LABELS = {name: label_of(Figures, name) for name in NUMBERS}
UNKNOWN = "不清楚"


class CauseKind(TextChoices):
    LATE = "late", "晚录入"
    CORRECTION = "correction", "更正"
    RULE = "rule", "规则变化"
    DATES = "dates", "日期不同"
    UNKNOWN = "unknown", "原因不明"


class Move(TextChoices):
    ENTERED = "entered", "进入基数"
    LEFT = "left", "离开基数"
    STATE = "state", "结论变化"
    FIGURES = "figures", "数字变化"
    UNIT = "unit", "主管党(工)委变化"
    SCALE = "scale", "规模变化"
    OTHER = "other", "其他变化"


@dataclass(frozen=True)
class Cause:
    """Why an organization differs: one fact that was entered, changed or removed, or a rule.

    Attributes:
        kind: which kind of cause.
        words: what it is, one sentence.
        at: when it was written; None where nothing was written, such as a rule that began to hold.
        who: who wrote it, "" where nothing was written.
        why: the reason given or the job, "" without.
    """

    kind: CauseKind
    words: str
    at: datetime | None = None
    who: str = ""
    why: str = ""

    @property
    def label(self) -> str:
        return self.kind.label


@dataclass(frozen=True)
class Part:
    """One thing that moved: what, the value before and after in words."""

    move: Move
    words: str
    before: str
    after: str

    @property
    def sentence(self) -> str:
        return f"{self.words} {self.before}→{self.after}" if self.before or self.after else self.words


@dataclass
class Difference:
    """One organization that the two sides do not show alike.

    Attributes:
        organization_id: its key in the register.
        old: the columns TOLD on the old side, None where it is not in the old list.
        new: the same of the new side.
        causes: found by `coverage.domain.causes`.
        live: whether the register's page of it opens for the account.
    """

    organization_id: int
    old: dict[str, Any] | None
    new: dict[str, Any] | None
    causes: list[Cause] = field(default_factory=list)
    live: bool = False

    @property
    def pk(self) -> int:
        return self.organization_id

    @property
    def shown(self) -> dict[str, Any]:
        """The side whose name and unit are told: the new one, else the old one."""
        return self.new or self.old or {}

    @property
    def name(self) -> str:
        return str(self.shown["name"])

    @property
    def sort_key(self) -> str:
        return str(self.shown["sort_key"])

    @property
    def code(self) -> str:
        return str(self.shown["code"])

    @property
    def unit_name(self) -> str:
        return str(self.shown["unit_name"])

    @property
    def unit_ids(self) -> set[int]:
        return {side["unit_id"] for side in (self.old, self.new) if side}

    @property
    def parts(self) -> list[Part]:
        """Everything that moved, in words."""
        return list(_parts(self.old, self.new))

    @property
    def moves(self) -> set[str]:
        return {part.move for part in self.parts}

    @property
    def cause_kinds(self) -> set[str]:
        return {cause.kind for cause in self.causes} or {CauseKind.UNKNOWN}

    def changed(self, name: str) -> bool:
        """Whether a column differs; that of a list in which the organization is missing is not known.

        Args:
            name: one of TOLD.
        """
        return bool(self.old and self.new) and self.old[name] != self.new[name]  # type: ignore[index]


@dataclass(frozen=True)
class Comparison:
    """Two sides and what differs.

    Attributes:
        old: the publication that was frozen first.
        new: the one frozen later; None is the register as it is now, at the date of `old`.
        new_rules: rules of the new side as `rules_now` gives them.
        differences: in the order of names.
    """

    old: Publication
    new: Publication | None
    new_rules: dict[str, Any]
    differences: list[Difference]

    @property
    def old_as_of(self) -> date:
        return self.old.as_of

    @property
    def new_as_of(self) -> date:
        return self.new.as_of if self.new else self.old.as_of


def compare(old: Publication, new: Publication | None, *, user: Any, unit: Unit | None = None) -> Comparison:
    """Every organization that two sides do not show alike, without causes: one query of rows, and the live rules.

    Args:
        old: the publication frozen first.
        new: the one frozen later; None for the register now, at the date of `old`.
        user: a User, whose units' organizations are compared; None for the whole county.
        unit: restricts to this unit and those below it.
    """
    parameters: dict[str, Any] = {"old": old.pk, "new": new.pk if new else None, "day": old.as_of}
    condition = ""
    scope = None if user is None else scope_for(user, "publications.view")
    if unit is not None or (scope is not None and not scope.county):
        units = Unit.objects.filter(scope.units_q()) if scope is not None else Unit.objects.all()
        if unit is not None:
            units = units.filter(path__startswith=unit.path)
        condition = "s.unit_id = ANY(%(units)s)"
        parameters["units"] = list(units.order_by("pk").values_list("pk", flat=True))
    first = frozen_select("old", scope=condition)
    second = frozen_select("new", scope=condition) if new else snapshot_select(bodies=False, scope=condition)
    with connection.cursor() as cursor:
        cursor.execute(differing_select(first, second), parameters)
        found = [_difference(row) for row in cursor.fetchall()]
    found.sort(key=lambda d: (d.sort_key, d.organization_id))
    return Comparison(old, new, new.rules if new else rules_now(), found)


def _difference(row: tuple[Any, ...]) -> Difference:
    key, has_old, has_new, *values = row
    middle = len(TOLD)
    old = dict(zip(TOLD, values[:middle], strict=True)) if has_old else None
    new = dict(zip(TOLD, values[middle:], strict=True)) if has_new else None
    return Difference(key, old, new)


def _in_base(side: dict[str, Any] | None) -> bool:
    return side is not None and not side["excluded"]


def _parts(old: dict[str, Any] | None, new: dict[str, Any] | None) -> Iterator[Part]:
    was, is_ = _in_base(old), _in_base(new)
    if is_ and not was:
        yield Part(Move.ENTERED, "恢复计入基数" if old else "进入名单", "", "")
    elif was and not is_:
        yield Part(Move.LEFT, "剔除" if new else "离开名单", "", "")
    elif old is None or new is None:
        yield Part(Move.OTHER, "进入名单(剔除)" if old is None else "离开名单(原已剔除)", "", "")
    if old is None or new is None:
        return
    if old["unit_id"] != new["unit_id"]:
        yield Part(Move.UNIT, "主管党(工)委", old["unit_name"], new["unit_name"])
    for name in NUMBERS:
        if old[name] != new[name]:
            yield Part(Move.FIGURES, NUMBER_LABELS[name], number_words(name, old[name]), number_words(name, new[name]))
    if old["scale"] != new["scale"]:
        yield Part(Move.SCALE, "规模", SCALES[old["scale"]], SCALES[new["scale"]])
    for line, column in STATE_COLUMNS.items():
        if old[column] != new[column]:
            yield Part(Move.STATE, LINE_LABELS[line], State(old[column]).label, State(new[column]).label)
    if old["kind"] != new["kind"]:
        yield Part(Move.OTHER, "单位类别", Kind(old["kind"]).label, Kind(new["kind"]).label)
    for name, words in (("known_figures", "有年度数字"), ("assumed", "数字前推"), ("work", "工作覆盖")):
        if old[name] != new[name]:
            yield Part(Move.OTHER, words, _yes(old[name]), _yes(new[name]))
    if old["is_key"] != new["is_key"]:
        yield Part(Move.OTHER, "规上且有党组织", _yes(old["is_key"]), _yes(new["is_key"]))


def _yes(value: bool) -> str:
    return "是" if value else "否"


def number_words(name: str, value: Any) -> str:
    """One figure in words; revenue in 万元.

    Args:
        name: one of NUMBERS.
        value: persons or yuan, None for not known.
    """
    if value is None:
        return UNKNOWN
    if name == "annual_revenue_yuan":
        return f"{(value / 10000).normalize():f}万元"
    return str(value)
