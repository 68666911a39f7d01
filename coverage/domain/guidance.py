"""分类指导 (三(一)1): giving a class with a reason, recording what was done, and the path of class C."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.backends.postgresql.psycopg_any import DateRange

from coverage.domain.classes import grounds
from coverage.domain.gaps_opened import held, refuse_other
from coverage.models import GuidanceMeasure, GuidanceOverride
from orgs.domain.acting import acting, locked, refuse_future, require_text, require_visible, tell
from orgs.domain.refusals import NotAllowed
from orgs.domain.stale import refuse_stale
from orgs.models import Code, Organization
from orgs.models.codes import CodeList
from orgs.permissions import may_edit_guidance, scope_for
from quannan.base.domain.audit import name_actions

REMOVED = "这条指导措施已经删除,不用再办。"
LETTERS = ("A", "B", "C")
NOTE_LENGTH = 200
# Entries of the list 指导措施 that the program itself reads.
VISIT, SEARCH, OTHER = "visit", "search", "other"

name_actions(
    {
        "guidance.override": "调整分类",
        "guidance.end_override": "取消分类调整",
        "guidance.measure": "登记指导措施",
        "guidance.correct_measure": "更正指导措施",
        "guidance.remove_measure": "删除指导措施",
    }
)


def _require(organization: Organization, by: Any, now: datetime) -> None:
    if by is not None and not may_edit_guidance(by):
        raise NotAllowed("您的角色不能调整分类、登记指导措施。请由两新工委办公室或主管党(工)委办理。")
    if by is not None:
        require_visible([organization], by, now, scope_for(by, "guidance.edit"))


def _check_life(organization: Organization, day: date, field: str, what: str) -> None:
    sentence = ""
    if day < organization.registered_on:
        sentence = f"{what}早于登记日期({organization.registered_on}),请核对。"
    elif organization.closed_on and day >= organization.closed_on:
        sentence = f"这家组织已于{organization.closed_on}注销或迁出,{what}应在这一天以前。"
    if sentence:
        raise ValidationError({field: ValidationError(sentence, code="bad_day")})


def override_class(
    *,
    organization: Organization,
    letter: str,
    reason: str,
    from_: date,
    version: int,
    by: Any,
    now: datetime,
    opened: int | None = None,
) -> GuidanceOverride:
    """Gives an organization a class in place of the computed one; the one given before ends where this one begins.

    Args:
        organization: within the actor's scope.
        letter: A, B or C.
        reason: why the computed class does not fit.
        from_: first day it holds, not in the future.
        version: the version of the override the actor had opened, 0 where there was none.
        by: the acting User, None for the system.
        now: the clock.
        opened: key of the override the actor had opened, 0 where there was none; only the version counts where
            left out.

    Raises:
        NotAllowed: no role gives the act, or the organization is out of scope.
        StaleRecord: somebody has changed the override since.
        ValidationError: by field; among them a day before the present override began.
    """
    _require(organization, by, now)
    if letter not in LETTERS:
        raise ValidationError({"letter": ValidationError("请选择 A、B、C 中的一类。", code="bad_letter")})
    reason = require_text(reason, "reason", "请写明调整分类的理由。")
    refuse_future(from_, "from_", "起始日期", now)
    with acting(by, reason):
        row = locked(organization)
        _check_life(row, from_, "from_", "起始日期")
        current = _open(row)
        if opened is None:
            opened = current.pk if current is not None else 0
        refuse_other(GuidanceOverride, current, opened, version, {"letter": letter, "reason": reason})
        if current is not None and from_ < current.period.lower:
            sentence = f"现有的调整起自{current.period.lower},新的调整不能早于这一天。"
            raise ValidationError({"from_": ValidationError(sentence, code="bad_day")})
        if current is not None and current.period.lower == from_:
            current.letter, current.reason, current.made_by = letter, reason, by
            current.version += 1
            current.save()
            given = current
        else:
            if current is not None:
                current.period, current.end_reason = DateRange(current.period.lower, from_), "重新调整"
                current.save(update_fields=["period", "end_reason"])
            given = GuidanceOverride(
                organization=row,
                letter=letter,
                reason=reason,
                period=DateRange(from_, None),
                made_by=by,
                version=current.version + 1 if current else 1,
            )
            given.save(force_insert=True)
        detail = {"letter": letter, "from": str(from_), "reason": reason}
        tell(action="guidance.override", obj=row, detail=detail, organization_ids=[], by=by, now=now)
    return given


def end_override(
    *,
    override: GuidanceOverride,
    last_day: date,
    reason: str,
    version: int,
    by: Any,
    now: datetime,
    opened: int | None = None,
) -> GuidanceOverride:
    """Lets the computed class hold again from the day after.

    Args:
        override: one without an end.
        last_day: the last day it holds, included; not in the future.
        reason: why it is over.
        version: the version the actor had opened.
        by: the acting User, None for the system.
        now: the clock.
        opened: key of the override the actor had opened, that of `override` where left out.

    Raises:
        NotAllowed: no role gives the act, or the organization is out of scope.
        StaleRecord: somebody has changed it since.
        ValidationError: by field.
    """
    _require(override.organization, by, now)
    reason = require_text(reason, "reason", "请写明为什么取消调整。")
    refuse_future(last_day, "last_day", "止日", now)
    with acting(by, reason):
        row = locked(override)
        refuse_other(GuidanceOverride, row, row.pk if opened is None else opened, version, {"end_reason": reason})
        if row.period.upper is not None:
            raise ValidationError(f"这次调整已于{row.period.upper}起不再有效,不用再办。", code="ended")
        if last_day < row.period.lower:
            sentence = f"止日不能早于调整的起始日期({row.period.lower}),请核对。"
            raise ValidationError({"last_day": ValidationError(sentence, code="bad_day")})
        row.period = DateRange(row.period.lower, date.fromordinal(last_day.toordinal() + 1))
        row.end_reason = reason
        row.version += 1
        row.save(update_fields=["period", "end_reason", "version"])
        detail = {"letter": row.letter, "last_day": str(last_day), "reason": reason}
        tell(action="guidance.end_override", obj=row.organization, detail=detail, organization_ids=[], by=by, now=now)
    return row


def _open(organization: Organization) -> GuidanceOverride | None:
    rows = GuidanceOverride.objects.select_for_update(of=("self",))
    return rows.filter(organization=organization, period__upper_inf=True).first()


def record_measure(
    *, organization: Organization, done_on: date, kind: str, note: str, by: Any, now: datetime
) -> GuidanceMeasure:
    """Records what was done for an organization.

    Args:
        organization: within the actor's scope.
        done_on: the day, not in the future.
        kind: code of the list 指导措施, in use.
        note: in words, without names of members found.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: no role gives the act, or the organization is out of scope.
        ValidationError: by field.
    """
    _require(organization, by, now)
    note = _checked(done_on, kind, note, now)
    with acting(by):
        row = locked(organization)
        _check_life(row, done_on, "done_on", "日期")
        measure = GuidanceMeasure.objects.create(
            organization=row, done_on=done_on, kind=kind, note=note, recorded_by=by
        )
        _tell("guidance.measure", measure, by, now)
    return measure


def correct_measure(
    *, measure: GuidanceMeasure, done_on: date, kind: str, note: str, version: int, by: Any, now: datetime
) -> GuidanceMeasure:
    """Corrects a measure; what stood there before stays in the history.

    Args:
        measure: of an organization within the actor's scope.
        done_on: the day, not in the future.
        kind: code of the list 指导措施, in use.
        note: in words.
        version: the version the actor had opened.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: no role gives the act, or the organization is out of scope.
        StaleRecord: somebody has changed it since.
        ValidationError: by field.
    """
    _require(measure.organization, by, now)
    note = _checked(done_on, kind, note, now)
    with acting(by):
        row = held(measure, REMOVED)
        refuse_stale(row, version, {"done_on": done_on, "kind": kind, "note": note})
        _check_life(row.organization, done_on, "done_on", "日期")
        row.done_on, row.kind, row.note = done_on, kind, note
        row.version += 1
        row.save()
        _tell("guidance.correct_measure", row, by, now)
    return row


def remove_measure(*, measure: GuidanceMeasure, reason: str, by: Any, now: datetime) -> None:
    """Takes away a measure that was recorded by mistake; its history stays.

    Args:
        measure: of an organization within the actor's scope.
        reason: why.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: no role gives the act, or the organization is out of scope.
        ValidationError: no reason, or somebody else has removed it.
    """
    _require(measure.organization, by, now)
    reason = require_text(reason, "reason", "请写明删除的理由。")
    with acting(by, reason):
        row = held(measure, REMOVED)
        _tell("guidance.remove_measure", row, by, now)
        row.delete()


def _checked(done_on: date, kind: str, note: str, now: datetime) -> str:
    refuse_future(done_on, "done_on", "日期", now)
    if not Code.objects.filter(list_name=CodeList.GUIDANCE_MEASURE, code=kind, is_active=True).exists():
        raise ValidationError({"kind": ValidationError("请从列表里选择措施。", code="bad_kind")})
    note = (note or "").strip()
    if kind == OTHER:
        require_text(note, "note", "措施选“其他”的,请写明做了什么。")
    elif note:
        require_text(note, "note", "", NOTE_LENGTH)
    return note


def _tell(action: str, measure: GuidanceMeasure, by: Any, now: datetime) -> None:
    detail = {"kind": measure.kind, "done_on": str(measure.done_on), "measure": measure.pk}
    tell(action=action, obj=measure.organization, detail=detail, organization_ids=[], by=by, now=now)


@dataclass(frozen=True)
class Path:
    """How far an organization without a party body has come (三(一)1, class C).

    Attributes:
        searched: whether somebody looked for its members; never how many were found.
        instructed: whether an instructor is sent to it.
        massed: whether a union, league or women's body covers it.
        led: whether a party body covers it.
    """

    searched: bool
    instructed: bool
    massed: bool
    led: bool

    @property
    def steps(self) -> tuple[tuple[str, bool], ...]:
        """The steps in their order with whether each is done."""
        return (
            ("排查党员", self.searched),
            ("选派指导员", self.instructed),
            ("先建群团", self.massed),
            ("组建党组织", self.led),
        )

    @property
    def next(self) -> str:
        """The first step that is not done, "" when all are."""
        return next((words for words, done in self.steps if not done), "")


# What a reason of class B calls for; the reasons are those of `coverage.domain.classes`, by how they begin.
CURES = (
    ("党组织待确认", "请组织部门确认党组织"),
    ("没有换届选举记录", "补登换届,没有选举过的按期选举"),
    ("本届任期", "组织换届,确需延期的报批"),
    ("没有登记在任的书记", "选好配强书记,从人才库推荐或上级选派"),
)


def suggested(letter: str, reasons: tuple[str, ...], path: Path) -> tuple[str, ...]:
    """What to do next, by class and reason.

    Args:
        letter: the class in force.
        reasons: of the computed class.
        path: how far the organization has come.
    """
    if letter == "A":
        return ("规范提升,按期换届", "培育为示范点")
    if letter == "C":
        return tuple(words for words, done in path.steps if not done)
    known = (*CURES, *((ground.said, ground.cure) for ground in grounds()))
    cures = tuple(cure for said, cure in known if any(reason.startswith(said) for reason in reasons))
    return (*(cures or ("培训书记,规范组织生活",)), *(() if path.instructed else ("选派指导员",)))
