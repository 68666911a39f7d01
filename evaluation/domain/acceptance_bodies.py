"""What an accepted report writes about bodies and their heads: founded, changed, ended, corrected, appointed."""

from datetime import date, timedelta
from typing import Any

from django.db import models

from evaluation.domain.acceptance_writer import Writer
from evaluation.domain.standing import BodyAt, standing_of
from evaluation.domain.values import day_of_answer
from orgs.domain.acting import REASON_LENGTH
from orgs.domain.appointments import appoint, correct_appointment, end_appointment, opinions_required
from orgs.domain.bodies import change_form, dissolve_body, found_body, leave_body
from orgs.domain.body_corrections import correct_body
from orgs.domain.leader_changes import request_change
from orgs.domain.people import Newcomer, same_people
from orgs.lines import LINES, Line
from orgs.models import Appointment, BodyForm, Code, Person
from orgs.models.bodies import Composition
from orgs.models.codes import CodeList

JOINT_FOUNDED = "联合、挂靠或功能型组织不能由一家的年报登记:请在“党群组织”里新成立联合组织,或把这家加入已有的。"
JOINT_CHANGED = "这是与别的组织联合的,不能由一家的年报更改,请到该组织的页面办理。"
NO_DAY = "年报没有填任职日期,请到该组织的页面登记任职。"


def write_bodies(writer: Writer) -> None:
    """Writes the bodies of every line, then their heads.

    Args:
        writer: the report on its way.
    """
    for line in LINES:
        question = writer.question(f"bodies.{line}.has")
        if question is not None and question.writes:
            _write_body(writer, line, str(writer.answer(question.code) or ""))
    # Bodies founded just now have no head yet, those ended need none.
    writer.standing = standing_of(writer.organization, writer.day)
    for line in LINES:
        if writer.question(f"posts.{line}.head") is not None and line in writer.standing.bodies:
            _write_head(writer, line)


def _write_body(writer: Writer, line: str, has: str) -> None:
    body, label = writer.standing.bodies.get(line), str(Line(line).label)
    changed = writer.is_changed(f"bodies.{line}.has")
    if has == "yes" and body is None:
        if changed:
            _found(writer, line, label)
        else:
            writer.leave(label, f"年报确认“有”,台账在 {writer.day} 已没有,是年报启动以后改的,请核对。")
    elif has == "no" and body is not None:
        if changed:
            _end(writer, line, label, body)
        else:
            writer.leave(label, f"年报确认“无”,台账在 {writer.day} 有,是年报启动以后登记的,请核对。")
    elif has == "yes" and body is not None:
        _correct(writer, line, label, body)


def _found(writer: Writer, line: str, label: str) -> None:
    composition = writer.text_of(f"bodies.{line}.composition") or Composition.OWN
    if composition != Composition.OWN:
        writer.leave(label, JOINT_FOUNDED)
        return
    if line in writer.standing.later:
        writer.leave(label, f"台账里已有,自 {writer.standing.later[line]} 起,晚于数字截至日期,请核对成立日期。")
        return
    founded_on = day_of_answer(writer.text_of(f"bodies.{line}.founded_on"))
    if founded_on is None:
        writer.leave(label, "年报没有填成立日期,请到组织页面“登记组建”。")
        return
    form = _form(line, writer.text_of(f"bodies.{line}.form"))
    if form is None:
        writer.leave(label, "年报没有填组织形式,请到组织页面“登记组建”。")
        return

    def act() -> models.Model:
        return found_body(
            line=line,
            form=form,
            organizations=[writer.organization],
            founded_on=founded_on,
            source="annual_report",
            by=writer.by,
            now=writer.now,
        )

    writer.do(label, f"成立{form.label},{founded_on} 起", act)


def _form(line: str, code: str) -> BodyForm | None:
    """The form answered; where the form is not asked, the only one the line has."""
    forms = list(BodyForm.objects.filter(line=line, is_body=True, is_active=True).order_by("order", "pk"))
    if code:
        return next((form for form in forms if form.code == code), None)
    return forms[0] if len(forms) == 1 else None


def _end(writer: Writer, line: str, label: str, body: BodyAt) -> None:
    """The confirmed ending: on the round's day there is none any more."""
    question = writer.question(f"bodies.{line}.has")
    said = writer.remark_on(question.code) if question is not None else ""
    reason = f"{said};{writer.reason}"[:REASON_LENGTH] if said else writer.reason
    last_day = writer.day - timedelta(days=1)
    name = body.branch.name or body.form.label

    def act() -> models.Model:
        told: dict[str, Any] = {"last_day": last_day, "reason": reason, "by": writer.by, "now": writer.now}
        if body.own:
            return dissolve_body(branch=body.branch, **told)
        leave_body(membership=body.membership, **told)
        return body.branch

    verb = "撤销" if body.own else "退出"
    writer.do(label, f"{verb}{name},{last_day} 为最后一天", act)


def _correct(writer: Writer, line: str, label: str, body: BodyAt) -> None:
    """Form, founding day and composition of a body that stands."""
    wanted = {what: writer.text_of(f"bodies.{line}.{what}") for what in ("form", "founded_on", "composition")}
    differs = [
        what
        for what, value in wanted.items()
        if value
        and writer.is_changed(f"bodies.{line}.{what}")
        and value != writer.standing.value_of(f"bodies.{line}.{what}")[0]
    ]
    if not differs:
        return
    if not body.own:
        writer.leave(label, JOINT_CHANGED)
        return
    branch = body.branch
    if "composition" in differs:
        writer.leave(f"{label}组建方式", "组建方式要改的,请到该组织的页面更正,联合的须先有名称和成员。")
    founded_on = day_of_answer(wanted["founded_on"])
    if "founded_on" in differs and founded_on is not None:
        before = branch.founded_on

        def correct() -> models.Model:
            branch.refresh_from_db()
            return correct_body(
                branch=branch,
                version=branch.version,
                name=branch.name,
                founded_on=founded_on,
                founded_precision="day",
                composition=branch.composition,
                approval=branch.approval,
                reason=writer.reason,
                by=writer.by,
                now=writer.now,
            )

        writer.do(f"{label}成立日期", f"{before}→{founded_on}", correct)
    form = _form(line, wanted["form"])
    if "form" in differs and form is not None:

        def change() -> models.Model:
            change_form(branch=branch, form=form, from_=writer.day, by=writer.by, now=writer.now)
            return branch

        writer.do(f"{label}形式", f"{body.form.label}→{form.label},{writer.day} 起", change)


def _write_head(writer: Writer, line: str) -> None:
    """The head's name, or how the head serving now was entered."""
    body, serving = writer.standing.bodies[line], writer.standing.head_of(line)
    question = writer.question(f"posts.{line}.head")
    if question is None or not question.writes:
        return
    name = writer.text_of(f"posts.{line}.head")
    if serving is not None and serving.person.name == name:
        _correct_post(writer, line, body, serving, question.label)
    elif question.code not in writer.changed:
        return
    elif serving is None and name:
        _appoint(writer, line, body, name, question.label)
    elif serving is not None:
        _replace(writer, line, body, serving, name, question.label)


def _correct_post(writer: Writer, line: str, body: BodyAt, serving: Appointment, label: str) -> None:
    changes: dict[str, Any] = {}
    told = []
    for what, name in (("from", "from_"), ("source", "source"), ("full_time", "is_full_time")):
        source = f"posts.{line}.{what}"
        question, value = writer.question(source), writer.text_of(source)
        before = writer.standing.value_of(source)[0]
        if question is None or not value or value == before or not writer.is_changed(source):
            continue
        changes[name] = {"from": day_of_answer(value), "source": value, "full_time": value == "yes"}[what]
        words = writer.sheet.words
        told.append(f"{question.label} {words(question.code, before) or '未填'}→{words(question.code, value)}")
    if not changes:
        return
    if not body.own:
        writer.leave(label, JOINT_CHANGED)
        return

    def act() -> models.Model:
        return correct_appointment(
            appointment=serving, changes=changes, reason=writer.reason, by=writer.by, now=writer.now
        )

    writer.do(label, "、".join(told), act)


def _appoint(writer: Writer, line: str, body: BodyAt, name: str, label: str) -> None:
    """The first head is entered; whoever follows an earlier one comes through 负责人调整 where opinions are asked."""
    had = Appointment.objects.filter(branch=body.branch, is_head=True).exists()
    if had and opinions_required():
        _request(writer, line, body, None, name, label)
        return
    from_ = day_of_answer(writer.text_of(f"posts.{line}.from"))
    if from_ is None:
        writer.leave(label, NO_DAY)
        return
    writer.do(label, f"{name},{from_} 起", lambda: _appointed(writer, line, body, name, from_))


def _replace(writer: Writer, line: str, body: BodyAt, serving: Appointment, name: str, label: str) -> None:
    if opinions_required():
        _request(writer, line, body, serving, name, label)
        return
    from_ = day_of_answer(writer.text_of(f"posts.{line}.from")) if name else writer.day
    if from_ is None:
        writer.leave(label, NO_DAY)
        return

    def act() -> models.Model:
        ended = end_appointment(
            appointment=serving,
            last_day=from_ - timedelta(days=1),
            reason=writer.reason,
            by=writer.by,
            now=writer.now,
        )
        return _appointed(writer, line, body, name, from_, post=serving.post) if name else ended

    words = f"{serving.person.name}→{name},{from_} 起" if name else f"{serving.person.name}离任"
    writer.do(label, words, act)


def _request(writer: Writer, line: str, body: BodyAt, serving: Appointment | None, name: str, label: str) -> None:
    if writer.by is None:
        writer.leave(label, "负责人的更换要先征求意见,请办理“负责人调整”。")
        return

    def act() -> models.Model:
        return request_change(
            branch=body.branch,
            post=serving.post if serving else _head_post(line),
            leaving=serving,
            successor=_person(writer, name) if name else None,
            source=writer.text_of(f"posts.{line}.source"),
            is_full_time=_full_time(writer, line),
            reason=writer.reason,
            by=writer.by,
            now=writer.now,
        )

    before = serving.person.name if serving else "空缺"
    writer.do(label, f"已提出负责人调整:{before}→{name or '空缺'},征求意见后生效", act)


def _appointed(writer: Writer, line: str, body: BodyAt, name: str, from_: date, *, post: str = "") -> Appointment:
    return appoint(
        branch=body.branch,
        person=_person(writer, name),
        post=post or _head_post(line),
        from_=from_,
        source=writer.text_of(f"posts.{line}.source"),
        is_full_time=_full_time(writer, line),
        by=writer.by,
        now=writer.now,
    )


def _person(writer: Writer, name: str) -> Person | Newcomer:
    """Somebody of this name who is on record there is the one meant; of two such the act asks which."""
    known = list(same_people(name, organization=writer.organization)[:2])
    return known[0] if len(known) == 1 else Newcomer(name, organization=writer.organization)


def _full_time(writer: Writer, line: str) -> bool | None:
    return {"yes": True, "no": False}.get(writer.text_of(f"posts.{line}.full_time"))


def _head_post(line: str) -> str:
    posts = Code.objects.filter(list_name=CodeList.POST, is_active=True, data__line=line, data__head=True)
    return posts.order_by("order", "code").values_list("code", flat=True).first() or ""
