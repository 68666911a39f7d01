"""The two steps of the review: who may, what each act leaves behind, and what is refused with which sentence."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from evaluation.domain.gate import filing_gate
from evaluation.domain.reviewing import (
    NOTHING_SAID,
    Moved,
    accept_at_county,
    accept_at_unit,
    comment_on,
    open_for_review,
    remove_comment,
    return_report,
    settle_comment,
)
from evaluation.models import AnnualReport, Comment, ReportState, ReportStep, StepKind
from orgs.domain.refusals import NotAllowed
from quannan.base.models import AuditEntry
from tests import factories
from tests import makers_reports as make
from tests.factories import NOW, TODAY

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=2)


@pytest.fixture
def township():
    return factories.township()


@pytest.fixture
def owner():
    return factories.owner()


@pytest.fixture
def row(township):
    filed = make.report(factories.organization(), make.round_())
    make.submitted(filed)
    return filed


@pytest.fixture
def opened(row, township):
    return open_for_review(report=row, by=township, now=LATER)


def kinds(row):
    return list(ReportStep.objects.filter(report=row).values_list("kind", flat=True))


def test_opening_is_told_and_stays_with_whoever_came_first(row, township):
    opened = open_for_review(report=row, by=township, now=LATER)
    again = open_for_review(report=row, by=factories.township(), now=LATER + timedelta(hours=1))
    assert (opened.opened_at, again.opened_at, again.opened_by_name) == (LATER, LATER, township.name)
    assert kinds(row) == [StepKind.SUBMITTED, StepKind.OPENED]
    assert AuditEntry.objects.filter(action="report.open_review").count() == 1


@pytest.mark.parametrize(
    ("stage", "sentence"),
    [
        (make.answered, "没有报送"),
        (make.returned, "由城厢镇党委退回"),
        (make.accepted, "由两新工委办公室审核通过"),
    ],
)
def test_what_waits_for_no_reviewer_is_not_reviewed(stage, sentence, owner):
    row = make.report(factories.organization(), make.round_())
    stage(row)
    with pytest.raises(Moved) as caught:
        open_for_review(report=row, by=owner, now=LATER)
    assert sentence in caught.value.sentence


@pytest.mark.parametrize("role", ["leader", "line_department", "secretary", "filer", "technician"])
def test_roles_without_the_capability_do_not_review(row, role):
    scope = {"organization": row.organization} if role in ("secretary", "filer") else {}
    with pytest.raises(NotAllowed):
        open_for_review(report=row, by=factories.account(role, **scope), now=LATER)


def test_another_units_office_does_not_review(row):
    with pytest.raises(NotAllowed) as caught:
        open_for_review(report=row, by=factories.township(factories.PARK), now=LATER)
    assert "不在您的审核范围内" in caught.value.sentence


def test_a_unit_does_not_do_the_countys_step(opened, township):
    accept_at_unit(report=opened, by=township, now=LATER)
    with pytest.raises(NotAllowed) as caught:
        accept_at_county(report=opened, by=township, now=LATER)
    assert "县审核" in caught.value.sentence


def test_nobody_reviews_what_they_filed_and_is_told_who_can(township):
    other = factories.township()
    row = make.report(factories.organization(), make.round_())
    make.submitted(row, by=township)
    with pytest.raises(NotAllowed) as caught:
        open_for_review(report=row, by=township, now=LATER)
    assert caught.value.sentence.startswith("这份年报是您报送的,不能由您审核。能办理的有:")
    assert other.name in caught.value.sentence


def test_nobody_reviews_an_organization_they_file_for(row, township):
    from orgs.models import Role, RoleAssignment

    RoleAssignment.objects.create(user=township, role=Role.objects.get(code="secretary"), organization=row.organization)
    with pytest.raises(NotAllowed) as caught:
        open_for_review(report=row, by=township, now=LATER)
    assert "由您填报" in caught.value.sentence


def test_the_two_steps_are_done_by_two_accounts(row, owner):
    open_for_review(report=row, by=owner, now=LATER)
    accept_at_unit(report=row, by=owner, now=LATER)
    with pytest.raises(NotAllowed) as caught:
        accept_at_county(report=row, by=owner, now=LATER)
    assert "现在没有别的账号能做县审核,请系统管理员增设一个。" in caught.value.sentence
    second = factories.owner()
    with pytest.raises(NotAllowed) as caught:
        accept_at_county(report=row, by=owner, now=LATER)
    assert f"能办理的有:{second.name}。" in caught.value.sentence
    assert accept_at_county(report=row, by=second, now=LATER).state == ReportState.ACCEPTED


def test_nothing_is_said_or_decided_before_opening(row, township):
    for act in (
        lambda: comment_on(report=row, question="employees", text="请核对", by=township, now=LATER),
        lambda: return_report(report=row, text="请核对", by=township, now=LATER),
        lambda: accept_at_unit(report=row, by=township, now=LATER),
    ):
        with pytest.raises(Moved) as caught:
            act()
        assert "还没有打开审核" in caught.value.sentence


def test_a_comment_belongs_to_a_question_and_a_version(opened, township):
    comment = comment_on(report=opened, question="employees", text=" 比上年多一倍 ", by=township, now=LATER)
    assert (comment.text, comment.stage, comment.submission_id) == ("比上年多一倍", "unit", opened.submission_id)
    with pytest.raises(ValidationError) as caught:
        comment_on(report=opened, question="nothing", text="?", by=township, now=LATER)
    assert set(caught.value.error_dict) == {"question"}
    with pytest.raises(ValidationError) as caught:
        comment_on(report=opened, question="employees", text=" ", by=township, now=LATER)
    assert set(caught.value.error_dict) == {"text"}


def test_a_comment_from_a_page_about_the_other_step_is_not_taken(opened, township, owner):
    accept_at_unit(report=opened, by=township, now=LATER)
    with pytest.raises(Moved) as caught:
        comment_on(report=opened, question="employees", text="请核对", stage="unit", by=owner, now=LATER)
    assert "已由单位审核通过" in caught.value.sentence


def test_only_ones_own_comment_is_taken_back_and_only_before_the_return(opened, township):
    comment = comment_on(report=opened, question="employees", text="请核对", by=township, now=LATER)
    with pytest.raises(NotAllowed):
        remove_comment(comment=comment, by=factories.township(), now=LATER)
    remove_comment(comment=comment, by=township, now=LATER)
    assert not Comment.objects.exists()
    comment = comment_on(report=opened, question="employees", text="请核对", by=township, now=LATER)
    return_report(report=opened, by=township, now=LATER)
    with pytest.raises(Moved):
        remove_comment(comment=comment, by=township, now=LATER)
    refiled(opened, township)
    with pytest.raises(Moved) as caught:
        remove_comment(comment=comment, by=township, now=LATER + timedelta(hours=2))
    assert "填报人已看到" in caught.value.sentence


def refiled(row, reviewer=None):
    """The filer has filed again; opened where a reviewer is named."""
    fresh = AnnualReport.objects.get(pk=row.pk)
    make.submitted(fresh, now=LATER + timedelta(hours=1), employees=60)
    if reviewer:
        open_for_review(report=fresh, by=reviewer, now=LATER + timedelta(hours=1))
    return fresh


def test_a_comment_is_settled_once(opened, township):
    comment = comment_on(report=opened, question="employees", text="请核对", by=township, now=LATER)
    settled = settle_comment(comment=comment, by=township, now=LATER)
    assert (settled.settled_at, settled.settled_by_name) == (LATER, township.name)
    with pytest.raises(ValidationError):
        settle_comment(comment=comment, by=township, now=LATER)


def test_nothing_is_returned_without_a_word(opened, township):
    with pytest.raises(ValidationError) as caught:
        return_report(report=opened, text="  ", by=township, now=LATER)
    assert caught.value.error_dict["text"][0].messages == [NOTHING_SAID]
    comment_on(report=opened, question="employees", text="请核对", by=township, now=LATER)
    back = return_report(report=opened, by=township, now=LATER)
    assert back.return_comment == "有 1 处意见,请逐条改好并答复后再报。"


def test_the_day_to_answer_is_the_last_of_filing_or_some_days_from_now(opened, township):
    back = return_report(report=opened, text="请核对", by=township, now=LATER)
    assert back.answer_by == date(2012, 11, 30)
    after = LATER + timedelta(days=30)
    again = refiled(back, township)
    assert return_report(report=again, text="请核对", by=township, now=after).answer_by == date(2012, 12, 12)


def test_a_day_to_answer_in_the_past_is_refused_and_another_day_taken(opened, township):
    with pytest.raises(ValidationError) as caught:
        return_report(report=opened, text="请核对", answer_by=TODAY - timedelta(days=1), by=township, now=LATER)
    assert set(caught.value.error_dict) == {"answer_by"}
    back = return_report(report=opened, text="请核对", answer_by=date(2012, 12, 31), by=township, now=LATER)
    assert back.answer_by == date(2012, 12, 31)
    assert filing_gate(back.round, back, LATER + timedelta(days=40)).open


def test_the_countys_return_goes_to_the_filer_and_the_unit_accepts_anew(opened, township, owner):
    accept_at_unit(report=opened, text="情况属实", by=township, now=LATER)
    back = return_report(report=opened, text="年营业收入请附说明", by=owner, now=LATER)
    assert (back.state, back.unit_accepted_at, back.unit_accepted_by_name) == (ReportState.RETURNED, None, "")
    again = refiled(back)
    assert again.state == ReportState.SUBMITTED
    step = ReportStep.objects.get(report=opened, kind=StepKind.RETURNED)
    assert (step.detail["stage"], step.by, step.text) == ("county", owner, "年营业收入请附说明")


def test_a_page_about_an_older_version_decides_nothing(opened, township):
    seen = opened.submission_id
    return_report(report=opened, text="请核对", by=township, now=LATER)
    again = refiled(opened, township)
    with pytest.raises(Moved) as caught:
        accept_at_unit(report=again, seen=seen, by=township, now=LATER + timedelta(hours=2))
    assert "请看新的一版" in caught.value.sentence
    assert (
        accept_at_unit(report=again, seen=again.submission_id, by=township, now=LATER + timedelta(hours=2)).state
        == ReportState.UNIT_ACCEPTED
    )


def test_a_comment_on_this_version_stands_in_the_way_an_answered_one_does_not(opened, township):
    comment_on(report=opened, question="employees", text="请核对", by=township, now=LATER)
    with pytest.raises(ValidationError) as caught:
        accept_at_unit(report=opened, by=township, now=LATER)
    assert caught.value.code == "open_comments"
    return_report(report=opened, by=township, now=LATER)
    again = refiled(opened, township)
    passed = accept_at_unit(report=again, by=township, now=LATER + timedelta(hours=2))
    assert passed.state == ReportState.UNIT_ACCEPTED
    assert Comment.objects.get().settled_by_name == township.name


def test_the_way_through_both_steps_leaves_its_steps(opened, township, owner):
    accept_at_unit(report=opened, text="情况属实", by=township, now=LATER)
    done = accept_at_county(report=opened, by=owner, now=LATER + timedelta(days=1))
    assert (done.state, done.accepted_submission_id) == (ReportState.ACCEPTED, done.submission_id)
    assert (done.unit_accepted_by_name, done.accepted_by_name) == (township.name, owner.name)
    assert kinds(done) == [
        StepKind.SUBMITTED,
        StepKind.OPENED,
        StepKind.UNIT_ACCEPTED,
        StepKind.ACCEPTED,
        StepKind.WRITTEN,
    ]
    assert list(
        AuditEntry.objects.filter(action__startswith="report.accept").order_by("pk").values_list("action", flat=True)
    ) == ["report.accept_unit", "report.accept_county"]
