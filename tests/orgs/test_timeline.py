"""An organization's history in words."""

from datetime import date
from decimal import Decimal

import pytest

from orgs.domain.bodies import change_form, dissolve_body, found_body, join_body, leave_body
from orgs.domain.confirmations import confirm_body, refuse_body
from orgs.domain.exclusions import end_exclusion, exclude_organization
from orgs.domain.figures import record_figures
from orgs.domain.organizations import (
    close_organization,
    correct_organization,
    create_organization,
    reopen_organization,
)
from orgs.domain.placements import move_organization
from orgs.models import BodyForm, BranchMembership, LedgerFacts
from orgs.queries import timeline_of
from tests import factories as f

pytestmark = pytest.mark.django_db

BEGINNING = {"录入台账,登记日期 2009-03-01", "归属 城厢镇"}


def words(row) -> list[str]:
    """What the timeline says, the earliest first, without the words of the beginning."""
    told = [entry.words for entry in reversed(timeline_of(row))]
    return [said for said in told if said not in BEGINNING]


@pytest.fixture
def by():
    return f.owner()


@pytest.fixture
def row():
    return f.organization("青竹厂")


def test_the_beginning_says_unit_and_registration(by):
    made = create_organization(
        name="青竹厂", unit=f.unit(), kind="enterprise", registered_on=f.REGISTERED, uscc=f.uscc(3), by=by, now=f.NOW
    )

    assert {entry.words for entry in timeline_of(made)} == BEGINNING
    assert {entry.who for entry in timeline_of(made)} == {by.name}


def test_figures_say_from_what_to_what(row, by):
    def record(day, counts, reason=""):
        record_figures(organization=row, as_of=day, counts=counts, reason=reason, by=by, now=f.NOW)

    record(date(2010, 12, 31), {"employees": 48, "women": 0, "annual_revenue_yuan": Decimal("5000000")})
    record(date(2011, 12, 31), {"employees": 52, "women": 0, "annual_revenue_yuan": Decimal("5000000")})
    record(date(2011, 6, 30), {"employees": 48, "women": 0, "annual_revenue_yuan": Decimal("5000000")})
    record(date(2011, 12, 31), {"employees": 51, "women": None}, "复核")

    assert words(row) == [
        "2010-12-31 的年度数字录入:从业人员 48,其中:女性 0,年营业收入(元) 500万元",
        "2011-12-31 的年度数字录入:从业人员 48→52",
        "2011-06-30 的年度数字无变化",
        "2011-12-31 的年度数字更正为:从业人员 52→51,其中:女性 0→不清楚",
    ]
    latest = timeline_of(row)[0]
    assert (latest.who, latest.why) == (by.name, "复核")


def test_corrections_name_the_facts_and_keep_contacts_to_themselves(row, by):
    correct_organization(
        organization=row,
        version=1,
        changes={"name": "青竹工艺厂", "industry": "C", "contact_phone": "0797-0111111"},
        reason="更名",
        by=by,
        now=f.NOW,
    )

    assert words(row) == ["单位名称 青竹厂→青竹工艺厂,曾用名 无→青竹厂,行业门类 无→制造业,联系电话已更改"]


def test_transfer_closing_and_reopening(row, by):
    move_organization(organization=row, unit=f.unit(f.PARK), on=date(2011, 1, 1), reason="入园", by=by, now=f.NOW)
    close_organization(organization=row, state="moved_out", on=date(2012, 1, 1), reason="迁走", by=by, now=f.NOW)
    reopen_organization(organization=row, reason="弄错", by=by, now=f.NOW)

    assert words(row) == [
        "迁出,自 2012-01-01 起不计入基数",
        "恢复,取消 2012-01-01 的迁出",
        "自 2011-01-01 起划转到 工业园区",
    ]


def test_exclusions(row, by):
    exclusion = exclude_organization(
        organization=row, state="lost", from_=date(2011, 1, 1), reason="电话不通", approver="钟主任", by=by, now=f.NOW
    )
    end_exclusion(exclusion=exclusion, last_day=date(2011, 3, 31), reason="找到了", by=by, now=f.NOW)

    assert words(row) == [
        "因失联自 2011-01-01 起剔除,批准人 钟主任,理由:电话不通",
        "“失联”的剔除至 2011-03-31 结束",
    ]


def test_bodies_from_founding_to_dissolution(row, by):
    other = f.organization()
    branch = found_body(
        line="party",
        form=BodyForm.objects.get(code="party_joint"),
        organizations=[other],
        founded_on=date(2010, 5, 1),
        composition="joint_area",
        name="竹木联合党支部",
        by=f.township(),
        now=f.NOW,
    )
    join_body(branch=branch, organization=row, from_=date(2010, 6, 1), by=by, now=f.NOW)
    confirm_body(branch=branch, by=by, now=f.NOW)
    change_form(
        branch=branch, form=BodyForm.objects.get(code="party_general"), from_=date(2011, 1, 1), by=by, now=f.NOW
    )
    membership = BranchMembership.objects.get(organization=row)
    leave_body(membership=membership, last_day=date(2011, 5, 31), reason="自建", by=by, now=f.NOW)
    dissolve_body(branch=branch, last_day=date(2011, 12, 31), reason="停办", by=by, now=f.NOW)

    body = "党组织“竹木联合党支部”"
    assert words(row) == [
        f"{body}的形式为联合党支部",
        f"{body}自 2011-01-01 起改为党总支",
        f"自 2010-06-01 起由{body}覆盖",
        f"{body}的覆盖至 2011-05-31 结束,自建",
        f"{body}已确认",
        f"{body}撤销,最后一天 2011-12-31,停办",
    ]


def test_a_refusal_says_why(row, by):
    branch = f.covered(row, line="union", confirmed=False)
    refuse_body(branch=branch, reason="没有选举记录", by=by, now=f.NOW)

    assert words(row)[-1] == "工会不予确认,自成立起不计:没有选举记录"


def test_what_commands_write_is_the_systems(row):
    f.figures(row, employees=5)

    latest = timeline_of(row)[0]
    assert (latest.who, latest.why) == ("系统", "")


def test_facts_of_a_ledger_say_what_was_entered_and_from_what_to_what(row):
    facts = LedgerFacts.objects.create(
        organization=row, form="F1", as_of=date(2011, 6, 30), values={"venue": True, "venue_area": "80.50"}
    )
    facts.values = {"venue": False, "workers": 2}
    facts.save()
    facts.delete()

    assert words(row) == [
        "《非公有制经济组织工作台账》2011-06-30 的台账事项录入:活动场所 · 有无 是,活动场所 · 面积 80.50平方米",
        "《非公有制经济组织工作台账》2011-06-30 的台账事项更正为:"
        "党务工作者 · 人数 不掌握→2人,活动场所 · 有无 是→否,活动场所 · 面积 80.50平方米→不掌握",
        "《非公有制经济组织工作台账》2011-06-30 的台账事项已删除",
    ]


def test_other_organizations_stay_out(row):
    f.figures(f.organization(), employees=5)

    assert words(row) == []


def test_the_number_of_queries_does_not_grow(row, by, django_assert_max_num_queries):
    for year in range(2010, 2013):
        record_figures(organization=row, as_of=date(year, 1, 1), counts={"employees": year}, by=by, now=f.NOW)
        f.covered(row, f.organization(), form="party_joint")

    with django_assert_max_num_queries(23):
        timeline_of(row)


@pytest.mark.django_db(transaction=True)
def test_acts_come_in_the_order_in_which_they_were_done(by):
    row = f.organization("青竹厂")
    move_organization(organization=row, unit=f.unit(f.PARK), on=date(2011, 1, 1), reason="入园", by=by, now=f.NOW)
    close_organization(organization=row, state="moved_out", on=date(2012, 1, 1), reason="迁走", by=by, now=f.NOW)
    branch = f.covered(row, from_=date(2010, 5, 1))
    dissolve_body(branch=branch, last_day=date(2011, 12, 31), reason="停办", by=by, now=f.NOW)

    assert [entry.why for entry in timeline_of(row) if entry.why] == ["停办", "停办", "迁走", "入园"]
