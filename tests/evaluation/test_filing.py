"""Filling in and filing: what is stored and what comes back, who may, when it is closed, what keeps a report."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError

from evaluation.domain.filing import (
    Conflict,
    NotReady,
    answer_comment,
    confirm_same,
    gate_for,
    save_answers,
    submit_report,
    undo_same,
    way_of_filing,
    withdraw_report,
)
from evaluation.domain.gate import Closed, closed_sentence
from evaluation.domain.submissions import Signing, verifies
from evaluation.models import AnnualReport, Comment, ReportState, ReportStep, Section, Submission
from orgs.domain.refusals import NotAllowed
from quannan.base.errors import Refused
from quannan.base.models import AuditEntry
from tests import factories
from tests import makers_reports as make
from tests.factories import NOW

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=5)
AFTER = datetime(2012, 11, 30, 16, 0, tzinfo=UTC)
SIGNED = Signing("钟书记", "书记")


@pytest.fixture
def row():
    return make.report(factories.organization(), make.round_(), known=make.known(employees=48, women=12))


@pytest.fixture
def filer(row):
    return factories.account("filer", organization=row.organization)


def fresh(row):
    return AnnualReport.objects.get(pk=row.pk)


def save(row, by, typed, **more):
    return save_answers(report=row, typed=typed, by=by, now=more.pop("now", NOW), **more)


def ready(row, **answers):
    make.answered(row, **{"funds_total": "500"} | answers)
    return row


def test_what_can_be_read_is_stored_and_the_rest_comes_back(row, filer):
    saved = save(row, filer, {"employees": "56人", "women": "十二", "payroll": "120.5", "nonsense": "1"})
    assert saved.accepted == {"employees": 56, "payroll": "1205000"}
    assert saved.errors == {
        "women": "“其中:女性”应是整数,如 48;现填“十二”。",
        "nonsense": "表里没有“nonsense”这个问题。",
    }
    kept = fresh(row)
    assert kept.answers == {"employees": 56, "payroll": "1205000"}
    assert (kept.started_at, kept.saved_at, kept.saved_by_name) == (NOW, NOW, filer.name)
    assert [step.kind for step in ReportStep.objects.filter(report=row)] == ["started"]


def test_saving_leaves_neither_history_nor_audit(row, filer):
    from django.apps import apps

    save(row, filer, {"employees": "50"})
    events = apps.get_model("evaluation", "AnnualReportEvent").objects.count()
    save(row, filer, {"employees": "51"}, now=LATER)
    assert apps.get_model("evaluation", "AnnualReportEvent").objects.count() == events
    assert AuditEntry.objects.count() == 0
    assert ReportStep.objects.filter(report=row).count() == 1


def test_unknown_is_kept_as_unknown_and_not_as_zero(row, filer):
    assert save(row, filer, {"women": "不清楚"}).accepted == {"women": None}
    assert save(row, filer, {"employees": "不清楚"}).errors == {"employees": "“从业人员”要填写,不能答不清楚。"}


def test_a_field_changed_meanwhile_is_shown_and_not_overwritten(row, filer):
    save(row, filer, {"employees": "50"})
    saved = save(row, filer, {"employees": "60", "women": "13"}, seen={"employees": "", "women": ""}, now=LATER)
    assert saved.conflicts == {"employees": Conflict(50, 60)}
    assert fresh(row).answers == {"employees": 50, "women": 13}
    assert save(row, filer, {"employees": "60"}, seen={"employees": 50}).accepted == {"employees": 60}
    assert save(row, filer, {"employees": "60"}, seen={"employees": 1}).conflicts == {}


def test_an_answer_that_asks_for_another_is_taken_together_with_it(row, filer):
    saved = save(row, filer, {"party_form": "party_branch", "party_has": "yes", "no_party_reason": "other"})
    assert saved.accepted == {"party_has": "yes", "party_form": "party_branch"}
    assert "party_composition" in [q.code for q in saved.sheet.asked()]


def test_blank_where_nothing_was_is_no_answer_but_clears_what_was(row, filer):
    assert save(row, filer, {"payroll": ""}).accepted == {}
    save(row, filer, {"payroll": "1"})
    assert save(row, filer, {"payroll": ""}).accepted == {"payroll": ""}


def test_sentences_are_kept_under_their_check_and_foreign_keys_are_not(row, filer):
    save(row, filer, {}, remarks={"change.employees": " 新上一条线 ", "x": "无", "change.nonsense": "无"})
    assert fresh(row).remarks == {"change.employees": "新上一条线"}
    save(row, filer, {}, remarks={"change.employees": ""})
    assert fresh(row).remarks == {}


def test_unchanged_answers_what_is_known_and_can_be_taken_back(row, filer):
    section = Section.objects.get(code="figures")
    assert confirm_same(report=row, section=section, by=filer, now=NOW) == ["figures"]
    assert (fresh(row).answers, list(fresh(row).same)) == ({"employees": 48, "women": 12}, ["figures"])
    save(row, filer, {"women": "12"})
    assert list(fresh(row).same) == ["figures"]
    save(row, filer, {"women": "13"})
    assert fresh(row).same == {}
    confirm_same(report=row, section=section, by=filer, now=NOW)
    undo_same(report=row, section=section, by=filer, now=NOW)
    assert (fresh(row).answers, fresh(row).same) == ({}, {})


def test_unchanged_for_all_leaves_sections_with_changes_and_those_nothing_is_known_of(row, filer):
    row.known |= make.known(name=row.organization.name)
    row.save()
    save(row, filer, {"women": "13"})
    assert confirm_same(report=row, section=None, by=filer, now=NOW) == ["organization"]
    with pytest.raises(Refused):
        confirm_same(report=row, section=Section.objects.get(code="needs"), by=filer, now=NOW)


def test_a_complete_report_is_filed_with_its_receipt(row, filer):
    submission = submit_report(report=ready(row), signing=SIGNED, by=filer, now=NOW)
    kept = fresh(row)
    assert (kept.state, kept.submission, kept.submitted_by_name) == (ReportState.SUBMITTED, submission, filer.name)
    assert submission.receipt.startswith(f"NB2012-{row.pk:06d}-1-")
    assert verifies(Submission.objects.get(pk=submission.pk))
    assert not submission.on_behalf
    assert list(AuditEntry.objects.values_list("action", flat=True)) == ["report.submit"]


def test_everything_that_is_lacking_is_told_at_once_section_by_section(row, filer):
    ready(row, employees=90, women=99)
    del row.answers["venue"], row.answers["industry"]
    row.save()
    with pytest.raises(NotReady) as caught:
        submit_report(report=row, signing=SIGNED, by=filer, now=NOW)
    assert [(p.kind, p.section, p.question) for p in caught.value.problems] == [
        ("lacking", "organization", "industry"),
        ("hard", "figures", "women"),
        ("soft", "figures", "employees"),
        ("soft", "figures", "women"),
        ("lacking", "activities", "venue"),
    ]


def test_a_soft_finding_is_filed_with_its_sentence_for_the_reviewer(row, filer):
    ready(row, employees=90)
    with pytest.raises(NotReady):
        submit_report(report=row, signing=SIGNED, by=filer, now=NOW)
    save(row, filer, {}, remarks={"change.employees": "新上一条生产线"})
    submission = submit_report(report=row, signing=SIGNED, by=filer, now=NOW)
    assert [(flag["key"], flag["question"], flag["remark"]) for flag in submission.flags] == [
        ("change.employees", "employees", "新上一条生产线")
    ]


@pytest.mark.parametrize(
    ("asked", "signing", "fields"),
    [
        ("", Signing(" "), {"signer_name"}),
        ("owner", SIGNED, {"second_name"}),
        ("either", SIGNED, {"second_name", "second_role"}),
        ("either", replace(SIGNED, second_name="乙", second_role="clerk"), {"second_role"}),
    ],
)
def test_who_vouches_is_complete(row, filer, asked, signing, fields):
    type(row.round).objects.filter(pk=row.round_id).update(second_certifier=asked)
    with pytest.raises(ValidationError) as caught:
        submit_report(report=ready(row), signing=signing, by=filer, now=NOW)
    assert set(caught.value.message_dict) == fields


@pytest.mark.parametrize(("asked", "role", "kept"), [("owner", "", "owner"), ("either", "instructor", "instructor")])
def test_the_second_certifier_signs_in_the_part_the_round_asks(row, filer, asked, role, kept):
    type(row.round).objects.filter(pk=row.round_id).update(second_certifier=asked)
    signing = replace(SIGNED, second_name="乙", second_role=role)
    submission = submit_report(report=ready(row), signing=signing, by=filer, now=NOW)
    assert (submission.second_name, submission.second_role) == ("乙", kept)


def test_an_office_files_on_behalf_and_both_names_are_kept(row):
    office = factories.township()
    submission = submit_report(report=ready(row), signing=SIGNED, by=office, now=NOW)
    assert (submission.on_behalf, submission.signer_name, submission.submitted_by) == (True, "钟书记", office)
    assert list(AuditEntry.objects.values_list("action", flat=True)) == ["report.submit_for"]


def test_only_who_files_for_the_organization_may_write(row):
    other = factories.account("filer", organization=factories.organization())
    with pytest.raises(AnnualReport.DoesNotExist):
        save(row, other, {"employees": "1"})
    leader, reader = factories.account("leader"), factories.union_office()
    for by in (leader, reader):
        with pytest.raises(NotAllowed):
            save(row, by, {"employees": "1"})
    assert fresh(row).answers == {}


def test_a_second_role_lends_no_reach_to_the_filing_one(row):
    """A filer of another organization who may also look at the whole county still files for its own alone."""
    both = factories.account("filer", organization=factories.organization())
    from orgs.models import Role, RoleAssignment

    RoleAssignment.objects.create(user=both, role=Role.objects.get(code="leader"))
    assert way_of_filing(both, row.organization) == ""
    with pytest.raises(NotAllowed):
        submit_report(report=ready(row), signing=SIGNED, by=both, now=NOW)


def test_after_the_deadline_every_act_refuses_with_the_same_sentence(row, filer):
    ready(row)
    section = Section.objects.get(code="figures")
    said = []
    for act in (
        lambda: save(row, filer, {"employees": "1"}, now=AFTER),
        lambda: confirm_same(report=row, section=section, by=filer, now=AFTER),
        lambda: undo_same(report=row, section=section, by=filer, now=AFTER),
        lambda: submit_report(report=row, signing=SIGNED, by=filer, now=AFTER),
    ):
        with pytest.raises(Closed) as caught:
            act()
        said.append(caught.value.sentence)
    assert said == [closed_sentence(row.round)] * 4


def test_with_leave_the_oldest_year_is_filed_late_first(row, filer):
    earlier = make.report(row.organization, make.round_(2011))
    leave = {"late_until": date(2012, 12, 31), "late_reason": "新任书记", "late_granted_by_name": "城厢镇党委"}
    AnnualReport.objects.all().update(**leave)
    row, earlier = fresh(row), fresh(earlier)
    assert gate_for(row, AFTER).sentence == "请先补报 2011 年度,再补报 2012 年度。"
    assert submit_report(report=ready(earlier), signing=SIGNED, by=filer, now=AFTER).is_late
    later = AFTER + timedelta(minutes=1)
    assert submit_report(report=ready(fresh(row)), signing=SIGNED, by=filer, now=later).is_late


def test_a_filed_report_is_taken_back_until_a_reviewer_opens_it(row, filer):
    first = submit_report(report=ready(row), signing=SIGNED, by=filer, now=NOW)
    withdraw_report(report=row, by=filer, now=LATER)
    kept = fresh(row)
    assert (kept.state, kept.submission, kept.first_submitted_at) == (ReportState.DRAFT, None, NOW)
    assert kept.answers["employees"] == 48
    assert [step.kind for step in ReportStep.objects.filter(report=row)] == ["submitted", "withdrawn"]
    second = submit_report(report=row, signing=SIGNED, by=filer, now=LATER)
    assert (first.number, second.number) == (1, 2)
    make.opened(fresh(row), LATER)
    with pytest.raises(Refused, match="审核人已打开这份年报"):
        withdraw_report(report=row, by=filer, now=LATER)


def test_what_could_not_be_filed_again_is_not_withdrawn(row, filer):
    submit_report(report=ready(row), signing=SIGNED, by=filer, now=NOW)
    with pytest.raises(Closed) as caught:
        withdraw_report(report=row, by=filer, now=AFTER)
    assert caught.value.sentence == closed_sentence(row.round)
    assert fresh(row).state == ReportState.SUBMITTED


def test_a_returned_report_is_filed_again_once_every_comment_is_answered(row, filer):
    make.returned(ready(row))
    comment = Comment.objects.create(
        report=row, submission=row.submission, question="employees", stage="unit", text="请核对", made_at=NOW,
        made_by_name="城厢镇党委",
    )  # fmt: skip
    with pytest.raises(NotReady) as caught:
        submit_report(report=row, signing=SIGNED, by=filer, now=LATER)
    assert [(p.kind, p.section, p.key) for p in caught.value.problems] == [("comment", "figures", str(comment.pk))]
    with pytest.raises(ValidationError):
        answer_comment(comment=comment, text=" ", by=filer, now=LATER)
    answered = answer_comment(comment=comment, text="已核对,无误", by=filer, now=LATER)
    assert (answered.answer, answered.answered_by_name) == ("已核对,无误", filer.name)
    assert submit_report(report=row, signing=SIGNED, by=filer, now=LATER).number == 2
