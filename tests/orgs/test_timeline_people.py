"""The words of posts, helpers, owners, plans, elections and merges in an organization's history."""

from datetime import date

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from orgs.domain.merging import merge_organizations, undo_merge
from orgs.models import DismissalCase, EstablishmentPlan, Instructor, LeaderChange, Liaison, MemberSearch, Opinion
from orgs.queries import timeline_of
from tests import factories as f
from tests import makers_leads as make

pytestmark = pytest.mark.django_db

UNTIL = DateRange(date(2010, 1, 1), date(2012, 1, 1))


@pytest.fixture
def row():
    f.reference()
    return f.organization("青竹厂")


def words(row) -> list[str]:
    """What the timeline says, the earliest first."""
    return [entry.words for entry in reversed(timeline_of(row))]


def test_a_post_begins_and_ends(row):
    branch = f.covered(row, name="青竹厂党支部")
    post = make.appointed(branch, make.person(row, "廖远明"), source="employee")
    post.period, post.end_reason = UNTIL, "退休"
    post.save()

    assert words(row)[-2:] == [
        "党组织“青竹厂党支部”:廖远明任书记,自 2010-01-01 起,来源:员工",
        "党组织“青竹厂党支部”:廖远明任书记至 2011-12-31 结束,退休",
    ]


def test_owners_helpers_and_liaisons(row):
    owner = make.owner(row, "林晓东", period=DateRange(None, None))
    owner.period = DateRange(None, date(2012, 1, 1))
    owner.save()
    Instructor.objects.create(person=make.person(), organization=row, sent_by=f.unit(), period=make.ALWAYS)
    Liaison.objects.create(kind="unit", unit_name="县发改局", organization=row, period=make.ALWAYS)
    Liaison.objects.create(
        kind="leader", department="union", person=make.person(None, "曾庆华"), organization=row, period=UNTIL
    )

    told = words(row)
    for said in (
        "登记法定代表人林晓东",
        "法定代表人林晓东至 2011-12-31 结束",
        "城厢镇选派党建工作指导员廖远明,自 2010-01-01 起",
        "县发改局挂点联系,自 2010-01-01 起",
        "县总工会曾庆华挂点联系,自 2010-01-01 起,至 2011-12-31",
    ):
        assert said in told


def test_plans_and_elections(row):
    plan = EstablishmentPlan.objects.create(
        organization=row, line="union", period=make.ALWAYS, reason="new", planned_on=date(2012, 6, 30), next_step="走访"
    )
    plan.period = UNTIL
    plan.save()
    election = make.elected(f.covered(row, name="青竹厂党支部"))
    election.extended_to, election.extended_on = date(2014, 5, 9), date(2013, 4, 1)
    election.extension_approver, election.extension_reason = "城厢镇党委", "人员调整"
    election.save()

    told = words(row)
    body = "党组织“青竹厂党支部”"
    for said in (
        "工会未建原因:新成立,计划 2012-06-30 前组建,下一步:走访",
        "工会的未建原因与计划至 2011-12-31 为止",
        f"{body} 2010-05-10 换届,任期 3 年,2013-05-10 届满",
        f"{body}本届延期至 2014-05-09,城厢镇党委批准",
    ):
        assert said in told


def test_corrections_of_a_body(row):
    branch = f.covered(row, name="青竹厂党支部")
    branch.approval, branch.composition, branch.name = "全组字〔2010〕5号", "joint_area", "竹木联合党支部"
    branch.save()

    assert words(row)[-1] == (
        "党组织“竹木联合党支部”改名:青竹厂党支部→竹木联合党支部,批复文号 无→全组字〔2010〕5号,组建方式 单独→联合(区域)"
    )


def test_a_change_of_leader_is_told_only_when_it_took_effect(row):
    by = f.owner()
    branch = f.covered(row, name="青竹厂党支部")
    change = LeaderChange.objects.create(
        branch=branch,
        successor=make.person(row, "钟丽"),
        post="party.secretary",
        reason="原书记经营不善",
        requested_on=date(2012, 1, 1),
        answers_due_on=date(2012, 2, 1),
        requested_by=by,
    )
    Opinion.objects.create(
        change=change, body="union", line="union", verdict="disagree", reason="不宜", given_by=by, given_at=f.NOW
    )
    assert "钟丽" not in "".join(words(row))

    change.state, change.effective_on, change.decided_at = "effective", date(2012, 3, 1), f.NOW
    change.save()

    assert words(row)[-1] == "党组织“青竹厂党支部”书记的负责人调整已生效,由钟丽接任,自 2012-03-01 起"
    assert "经营不善" not in "".join(words(row)) and "不宜" not in "".join(words(row))


def test_cases_and_searches_are_never_told(row):
    by = f.owner()
    before = words(row)
    make.laden(other := f.organization(), by)
    for model in (MemberSearch, DismissalCase):
        assert model.objects.filter(organization=other).exists()
        model.objects.update(organization=row)

    assert words(row) == before


def test_the_kept_record_tells_both_histories_and_says_which(row):
    other = f.organization("青竹工艺厂")
    f.figures(row, as_of=date(2010, 12, 31), employees=40)
    f.figures(other, as_of=date(2011, 12, 31), employees=50)
    plain = {one.pk: words(one) for one in (row, other)}

    merge = merge_organizations(kept=row, absorbed=other, reason="录了两遍", by=f.owner(), now=f.NOW)

    told = words(row)
    assert "2010-12-31 的年度数字录入:从业人员 40" in told
    assert "(并入前“青竹工艺厂”)2011-12-31 的年度数字录入:从业人员 50" in told
    assert told[-1] == "“青竹工艺厂”的记录并入“青竹厂”"
    assert timeline_of(row)[0].why == "录了两遍"
    assert "“青竹工艺厂”的记录并入“青竹厂”" in words(other)

    undo_merge(merge=merge, reason="是两家", by=f.owner(), now=f.NOW)

    ends = ["“青竹工艺厂”的记录并入“青竹厂”", "撤回合并:“青竹工艺厂”与“青竹厂”重新分开"]
    assert [said for said in words(other) if said not in plain[other.pk]] == ends
    assert [said for said in words(row) if said not in plain[row.pk]] == [
        "曾用名 无→青竹工艺厂",
        "曾用名 青竹工艺厂→无",
        *ends,
    ]


def test_the_number_of_queries_does_not_grow(row, django_assert_num_queries):
    make.laden(row, f.owner())
    with django_assert_num_queries(23):
        timeline_of(row)
    for _ in range(2):
        other = f.organization()
        make.laden(other, f.owner())
        merge_organizations(kept=row, absorbed=other, reason="录重", by=f.owner(), now=f.NOW)
    with django_assert_num_queries(25):
        timeline_of(row)
