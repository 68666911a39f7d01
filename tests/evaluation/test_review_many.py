"""Bulk acceptance: only what has no change, no flag and no open comment; the others come back with the reason."""

from datetime import timedelta

import pytest

from evaluation.domain.review_many import accept_many, plan_many
from evaluation.models import AnnualReport, Comment, ReportState, Stage
from orgs.domain.refusals import NotAllowed
from orgs.models import Figures
from tests import factories
from tests import makers_reports as make
from tests.factories import NOW

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=2)
KNOWN = {code: value for code, value in make.ANSWERS.items() if code != "name"}


@pytest.fixture
def round_():
    return make.round_()


def same(round_, **facts):
    organization = factories.organization(registration_type="private", industry="C", **facts)
    return make.report(organization, round_, known=make.known(name=organization.name, **KNOWN))


def plan(rows, stage, by):
    return {
        one.report.pk: one.sentence
        for one in plan_many(report_ids=[row.pk for row in rows], stage=stage, by=by, now=LATER)
    }


def test_unchanged_ones_are_opened_and_passed_by_the_unit(round_):
    rows = [same(round_) for _ in range(3)]
    for row in rows:
        make.submitted(row)
    township = factories.township()
    chosen = plan_many(report_ids=[row.pk for row in rows], stage=Stage.UNIT, by=township, now=LATER)
    done = accept_many(chosen=chosen, stage=Stage.UNIT, by=township, now=LATER)
    assert [one.sentence for one in done] == ["", "", ""]
    states = AnnualReport.objects.values_list("state", "opened_by_name", "unit_accepted_by_name")
    assert set(states) == {("unit_accepted", township.name, township.name)}


def test_the_county_writes_the_register_for_each(round_):
    rows = [make.unit_accepted(same(round_)) for _ in range(2)]
    owner = factories.owner()
    chosen = plan_many(report_ids=[row.pk for row in rows], stage=Stage.COUNTY, by=owner, now=LATER)
    accept_many(chosen=chosen, stage=Stage.COUNTY, by=owner, now=LATER)
    assert Figures.objects.filter(source="annual_report").count() == 2


def test_the_others_come_back_each_with_its_sentence(round_):
    from evaluation.domain.submissions import Signing, store_submission

    township = factories.township()
    changed, flagged, spoken, mine, foreign, returned = (same(round_) for _ in range(6))
    make.submitted(changed, **(KNOWN | {"employees": 60}))
    make.answered(flagged)
    flag = {"key": "k", "question": "employees", "text": "多", "remark": "招工"}
    store_submission(
        report=flagged, sheet=make.sheet(flagged), flags=[flag], signing=Signing("钟"), late=False, by=None, now=NOW
    )
    make.opened(spoken)
    Comment.objects.create(
        report=spoken,
        submission=spoken.submission,
        question="women",
        stage="unit",
        text="?",
        made_at=NOW,
        made_by_name="甲",
    )
    make.submitted(mine, by=township)
    from django.db.backends.postgresql.psycopg_any import DateRange

    foreign.organization.placements.update(unit=factories.unit(factories.PARK), period=DateRange(None, None))
    make.submitted(foreign)
    make.returned(returned)
    told = plan([changed, flagged, spoken, mine, foreign, returned], Stage.UNIT, township)
    assert told[changed.pk] == "有 1 项变化,请打开看过再通过。"
    assert told[flagged.pk] == "有 1 处须说明的地方,请打开看过再通过。"
    assert told[spoken.pk] == "有 1 条意见没有了结,请打开看过再通过。"
    assert "您报送的" in told[mine.pk]
    assert "审核范围" in told[foreign.pk]
    assert told[returned.pk] == "这份年报退回修改,不在单位审核这一步。"


def test_what_moved_after_the_plan_is_not_accepted(round_):
    row = same(round_)
    make.submitted(row)
    township = factories.township()
    chosen = plan_many(report_ids=[row.pk], stage=Stage.UNIT, by=township, now=LATER)
    make.returned(AnnualReport.objects.get(pk=row.pk))
    assert "有变动" in accept_many(chosen=chosen, stage=Stage.UNIT, by=township, now=LATER)[0].sentence
    assert AnnualReport.objects.get().state == ReportState.RETURNED


def test_one_that_the_register_refuses_does_not_stop_the_next(round_):
    from datetime import date

    gone = make.unit_accepted(same(round_, closed_on=date(2012, 10, 1), closed_state="deregistered"))
    fine = make.unit_accepted(same(round_))
    owner = factories.owner()
    chosen = plan_many(report_ids=[gone.pk, fine.pk], stage=Stage.COUNTY, by=owner, now=LATER)
    done = {one.report.pk: one.sentence for one in accept_many(chosen=chosen, stage=Stage.COUNTY, by=owner, now=LATER)}
    assert (done[fine.pk], "年度数字不能写入台账" in done[gone.pk]) == ("", True)
    assert AnnualReport.objects.get(pk=gone.pk).state == ReportState.UNIT_ACCEPTED


def test_planning_costs_the_same_whatever_the_number(round_, django_assert_num_queries):
    rows = [same(round_) for _ in range(4)]
    for row in rows:
        make.submitted(row)
    township = factories.township()
    assert township.assignments
    for some in (rows[:1], rows):
        with django_assert_num_queries(3):
            plan(some, Stage.UNIT, township)


def test_roles_without_the_step_plan_nothing(round_):
    with pytest.raises(NotAllowed):
        plan([], Stage.COUNTY, factories.township())
