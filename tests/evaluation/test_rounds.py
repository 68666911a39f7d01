"""Planning, opening and moving a round: once, for whom, and told to whom."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from evaluation.domain.rounds import (
    ALREADY_OPEN,
    NOT_OPEN,
    add_latecomers,
    add_latecomers_everywhere,
    correct_round,
    move_dates,
    open_round,
    plan_round,
    start_opening,
)
from evaluation.models import AnnualReport, Reminder, Round, RoundChange
from orgs.domain.refusals import NotAllowed, StaleRecord
from orgs.models import User
from quannan.base.domain.job_running import run_job
from quannan.base.errors import Refused
from quannan.base.models import AuditEntry, JobState
from tests import factories
from tests import makers_reports as make
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def facts(**more):
    return {
        "year": 2012, "name": "2012 年度年检年报", "form": make.form(), "of_kinds": ["enterprise", "social"],
        "as_of": date(2012, 10, 31), "opens_on": date(2012, 11, 1), "closes_on": date(2012, 11, 30),
        "unit_due_on": date(2012, 12, 10), "county_due_on": date(2012, 12, 20), "reminder_days": [3, 7, 1],
    } | more  # fmt: skip


@pytest.fixture
def planned():
    return plan_round(facts=facts(), by=factories.owner(), now=NOW)


def open_it(row, **more):
    return open_round(round_=row, by=None, now=NOW, **more)


def holders(row):
    return {r.organization.name for r in AnnualReport.objects.filter(round=row).select_related("organization")}


def test_a_planned_round_asks_nobody_and_keeps_its_days_in_order(planned):
    assert (planned.opened_at, planned.reports.count(), planned.reminder_days) == (None, 0, [7, 3, 1])
    with pytest.raises(ValidationError) as caught:
        plan_round(facts=facts(name="另一批", closes_on=date(2012, 12, 30)), by=None, now=NOW)
    assert caught.value.messages == ["单位审核截止不能早于填报截止,请核对两个日期。"]


@pytest.mark.parametrize("role", ["unit_office", "leader", "secretary"])
def test_only_the_owner_office_keeps_rounds(planned, role):
    by = factories.account(role, **({"unit": factories.unit()} if role == "unit_office" else {}))
    for act in (
        lambda: plan_round(facts=facts(name="x"), by=by, now=NOW),
        lambda: correct_round(round_=planned, version=1, facts={"name": "x"}, by=by, now=NOW),
        lambda: start_opening(round_=planned, by=by, now=NOW),
        lambda: open_round(round_=planned, by=by, now=NOW),
        lambda: add_latecomers(round_=planned, by=by, now=NOW),
        lambda: move_dates(round_=planned, days={}, reason="x", by=by, now=NOW),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_opening_makes_a_prefilled_report_for_whoever_is_in_the_base_at_the_as_of_date(planned):
    kept = factories.organization("在册厂")
    factories.figures(kept, employees=48)
    factories.organization("后登记厂", registered_on=date(2012, 11, 1))
    factories.organization("已注销厂", closed_on=date(2012, 10, 1), closed_state="cancelled")
    factories.organization("刚注销厂", closed_on=date(2012, 11, 2), closed_state="cancelled")
    factories.organization("并入的厂", merged_into=kept)
    factories.excluded(factories.organization("停产厂"), from_=date(2012, 1, 1))
    factories.excluded(factories.organization("复产厂"), from_=date(2012, 1, 1), last_day=date(2012, 10, 30))
    told = []
    opened = open_it(planned, progress=told.append)
    assert (opened.reports, opened.skipped, holders(planned)) == (2, 0, {"在册厂", "复产厂"})
    report = AnnualReport.objects.get(organization=kept)
    assert (report.state, report.year, report.answers, report.created_at) == ("draft", 2012, {}, NOW)
    assert report.known["employees"] == {"v": 48, "w": "台账:年度数字", "d": "2011-06-30"}
    planned.refresh_from_db()
    assert (planned.opened_at, planned.opened_by_name) == (NOW, "系统")


def test_only_the_kinds_of_the_round_are_asked():
    factories.organization("某厂")
    factories.organization("某协会", kind="social")
    row = plan_round(facts=facts(of_kinds=["social"]), by=None, now=NOW)
    open_it(row)
    assert holders(row) == {"某协会"}


def test_a_round_is_opened_only_once(planned):
    factories.organization()
    open_it(planned)
    with pytest.raises(Refused) as caught:
        open_it(planned)
    assert caught.value.sentence == ALREADY_OPEN
    with pytest.raises(Refused):
        start_opening(round_=planned, by=factories.owner(), now=NOW)
    assert planned.reports.count() == 1


def test_organizations_of_another_round_of_the_year_are_left_to_it_and_counted(planned):
    there = factories.organization("先在别批")
    make.report(there, make.round_(2012, name="试点批"))
    factories.organization("新在本批")
    opened = open_it(planned)
    assert (opened.reports, opened.skipped, holders(planned)) == (1, 1, {"新在本批"})


def test_a_form_that_asks_nothing_in_the_year_is_not_opened(planned):
    for section in planned.form.sections.all():
        section.questions.update(to_year=2011)
    with pytest.raises(Refused) as caught:
        open_it(planned)
    assert "没有要问的问题" in caught.value.sentence


def test_latecomers_get_their_report_by_hand_and_every_night(planned):
    with pytest.raises(Refused) as caught:
        add_latecomers(round_=planned, by=None, now=NOW)
    assert caught.value.sentence == NOT_OPEN
    factories.organization("早到厂")
    open_it(planned)
    factories.organization("补录厂")
    assert add_latecomers(round_=planned, by=factories.owner(), now=NOW).reports == 1
    factories.organization("又补录厂")
    assert add_latecomers_everywhere(now=NOW) == 1
    assert add_latecomers_everywhere(now=NOW) == 0
    factories.organization("截止后补录厂")
    assert add_latecomers_everywhere(now=NOW + timedelta(days=60)) == 0
    assert holders(planned) == {"早到厂", "补录厂", "又补录厂"}


def test_statements_of_an_opening_do_not_grow_with_the_organizations(django_assert_num_queries):
    for year, n in ((2011, 1), (2012, 40)):
        row = plan_round(facts=facts(year=year, name=f"{year}"), by=None, now=NOW)
        for _ in range(n):
            factories.figures(factories.organization(), employees=30)
        with django_assert_num_queries(17):
            open_it(row)


def test_before_opening_everything_may_be_corrected_afterwards_words_and_windows(planned):
    by = factories.owner()
    row = correct_round(round_=planned, version=planned.version, facts={"year": 2013, "answer_days": 5}, by=by, now=NOW)
    assert (row.year, row.answer_days) == (2013, 5)
    with pytest.raises(StaleRecord):
        correct_round(round_=planned, version=1, facts={"name": "别名"}, by=by, now=NOW)
    open_it(row)
    row.refresh_from_db()
    for forbidden in ({"year": 2012}, {"closes_on": date(2012, 12, 1)}, {"of_kinds": ["social"]}):
        with pytest.raises(Refused):
            correct_round(round_=row, version=row.version, facts=forbidden, by=by, now=NOW)
    assert correct_round(round_=row, version=row.version, facts={"notice": "请早报"}, by=by, now=NOW).notice == "请早报"


def test_dates_are_moved_with_a_reason_logged_and_told_to_everybody_in_the_round(planned):
    owner, organization = factories.owner(), factories.organization()
    filer = factories.account("filer", organization=organization)
    factories.account("filer", organization=factories.organization(kind="social", registered_on=date(2012, 11, 3)))
    with pytest.raises(Refused):
        move_dates(round_=planned, days={"closes_on": date(2012, 12, 5)}, reason="暴雨", by=owner, now=NOW)
    open_it(planned)
    changes = move_dates(
        round_=planned, days={"closes_on": date(2012, 12, 5), "opens_on": planned.opens_on}, reason="暴雨停电",
        by=owner, now=NOW,
    )  # fmt: skip
    assert [(c.field, c.before, c.after) for c in changes] == [("closes_on", date(2012, 11, 30), date(2012, 12, 5))]
    assert RoundChange.objects.get().changed_by_name == owner.name
    told = Reminder.objects.get(user=filer)
    assert told.text == "“2012 年度年检年报”填报截止由 2012-11-30 改为 2012-12-05。理由:暴雨停电"
    keepers = User.objects.filter(role_assignments__role__code="owner_office").values_list("pk", flat=True)
    assert set(Reminder.objects.values_list("user", flat=True)) == {filer.pk, *keepers}
    assert AuditEntry.objects.filter(action="round.move_date").count() == 1
    move_dates(round_=planned, days={"unit_due_on": date(2012, 12, 12)}, reason="顺延", by=owner, now=NOW)
    told.refresh_from_db()
    assert "2012-12-05;单位审核截止由 2012-12-10 改为 2012-12-12。理由:暴雨停电;顺延" in told.text


def test_moved_dates_need_a_reason_a_change_and_their_order(planned):
    open_it(planned)
    for days, reason, said in (
        ({"closes_on": date(2012, 12, 5)}, " ", "请写明为什么改日期,填报人都会看到。"),
        ({"closes_on": planned.closes_on}, "x", "四个日期都没有改动。请改好要改的日期再保存。"),
        ({"closes_on": date(2012, 12, 15)}, "x", "单位审核截止不能早于填报截止,请核对两个日期。"),
    ):
        with pytest.raises(ValidationError) as caught:
            move_dates(round_=planned, days=days, reason=reason, by=None, now=NOW)
        assert caught.value.messages == [said]
    assert not RoundChange.objects.exists()


def test_days_that_have_passed_are_moved_as_well(planned):
    open_it(planned)
    later = NOW + timedelta(days=90)
    move_dates(
        round_=planned, days={"closes_on": date(2013, 2, 10), "unit_due_on": date(2013, 2, 20),
                              "county_due_on": date(2013, 2, 28)},
        reason="补报", by=None, now=later,
    )  # fmt: skip
    assert Round.objects.get(pk=planned.pk).closes_on == date(2013, 2, 10)


def test_the_job_opens_the_round_and_a_second_one_is_refused_while_it_waits(planned):
    owner = factories.owner()
    factories.organization()
    job = start_opening(round_=planned, by=owner, now=NOW)
    with pytest.raises(Refused):
        start_opening(round_=planned, by=owner, now=NOW)
    assert run_job(job_id=job.pk, attempt=1, worker="w", now=NOW)
    job.refresh_from_db()
    assert (job.state, job.result) == (JobState.DONE, {"reports": 1, "skipped": 0})
    planned.refresh_from_db()
    assert planned.opened_by_name == owner.name


def test_the_page_of_opening_leads_an_opened_round_to_its_own_page(client):
    row = make.round_()
    client.force_login(factories.owner())
    assert client.get(reverse("round-open", args=[row.pk])).headers["Location"] == reverse(
        "round-detail", args=[row.pk]
    )
