"""党群组织: one set of rows for list, page, export, counts and API, at any date and for each role."""

import io
from datetime import date

import openpyxl
import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.urls import reverse

from coverage.domain.figures import report
from coverage.domain.spans import drain_marks
from orgs.domain.bodies import leave_body
from orgs.models import BodyForm, Branch
from orgs.tables_branches import BODIES
from tests import factories as make
from tests.makers_bodies import FOUNDED, provisional, seven

LIST, DETAIL = "branch-list", "branch-detail"
D = "2011-06-30"


def names(response) -> list[str]:
    return [row.record.name for row in response.context["rows"]]


def sheet(response) -> tuple[str, list[dict]]:
    book = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content)))
    found = list(book.active.iter_rows(values_only=True))
    head = next(i for i, row in enumerate(found) if "名称" in row)
    said = "".join(str(cell) for row in found[:head] for cell in row if cell)
    return said, [dict(zip(found[head], row, strict=True)) for row in found[head + 1 :]]


@pytest.fixture
def joint():
    """A joint union of seven enterprises; one of them leaves on 2011-03-14."""
    rows = seven()
    branch = make.covered(*rows, line="union", form="union_joint", name="城厢竹木联合工会", from_=FOUNDED)
    leave_body(
        membership=branch.memberships.get(organization=rows[0]),
        last_day=date(2011, 3, 14),
        reason="已自建工会",
        by=make.owner(),
        now=make.NOW,
    )
    drain_marks()
    return branch


@pytest.mark.parametrize(("day", "members"), [("2011-02-28", 7), ("2011-04-30", 6)])
def test_a_joint_union_is_one_body_and_covers_seven_then_six(opened, joint, day, members):
    owner = make.owner()
    listed = opened(owner, LIST, as_of=day, line="union")
    assert [(row.record.name, row.record.covers) for row in listed.context["rows"]] == [("城厢竹木联合工会", members)]
    assert f"共 1 个;覆盖 {members} 家,其中联合 1 个,待归并 0 个" in listed.content.decode()

    page = opened(owner, DETAIL, joint.pk, as_of=day)
    assert sum(m.current for m in page.context["page"].members) == members
    assert f"覆盖 {members} 家" in page.content.decode()

    said, rows = sheet(opened(owner, "branch-export", as_of=day, line="union"))
    assert "全县内、条线为工会的党群组织" in said
    assert [(row["名称"], row["覆盖(家)"], len(row["成员"].split("、"))) for row in rows] == [
        ("城厢竹木联合工会", members, members)
    ]

    union = report(user=owner, as_of=date.fromisoformat(day)).populations["all"].lines["union"]
    assert union.covered == members

    told = opened(owner, "api-bodies", as_of=day, line="union").json()["results"]
    assert [(row["covers"], len(row["organizations"])) for row in told] == [(members, members)]


@pytest.mark.parametrize("rows", [1, 3])
def test_list_asks_the_same_number_of_questions(opened, rows, django_assert_num_queries):
    user = make.township()
    for _ in range(rows):
        row = make.organization()
        make.figures(row, employees=30)
        make.covered(row, make.organization(), line="union", name="联合工会")
    opened(user, LIST, as_of=D)
    with django_assert_num_queries(12):
        assert len(opened(user, LIST, as_of=D).context["rows"]) == rows


@pytest.mark.parametrize("rows", [1, 3])
def test_page_asks_the_same_number_of_questions(opened, rows, django_assert_num_queries):
    user = make.township()
    branch = make.covered(*(make.organization() for _ in range(rows)), line="union", name="联合工会")
    opened(user, DETAIL, branch.pk, as_of=D)
    with django_assert_num_queries(20):
        assert len(opened(user, DETAIL, branch.pk, as_of=D).context["page"].members) == rows


@pytest.fixture
def bodies():
    """Bodies that differ in one way each; the other unit's is the one that could leak."""
    park = make.unit(make.PARK)
    here, there = make.organization("全南县长青竹木厂"), make.organization("全南县启明电子有限公司", park)
    make.figures(here, employees=80, full_members=60, probationary_members=2)
    found = {
        "own": make.covered(here, line="party", from_=FOUNDED),
        "waiting": make.covered(here, line="union", confirmed=False, from_=date(2010, 8, 1)),
        "joint": make.covered(
            here, there, line="league", form="league_joint", name="竹木电子联合团支部", from_=date(2010, 9, 1)
        ),
        "foreign": make.covered(there, line="party", name="启明电子党支部", from_=FOUNDED),
        "later": make.covered(here, line="women", from_=date(2012, 1, 1)),
        "ended": make.covered(here, line="mechanism", from_=FOUNDED, dissolved_on=date(2011, 1, 1)),
        "refused": make.covered(here, line="women_workers", confirmed=False, from_=FOUNDED),
        "provisional": provisional(here, from_=date(2010, 10, 1))[0],
    }
    found["ended"].memberships.update(period=DateRange(FOUNDED, date(2011, 1, 1)))
    Branch.objects.filter(pk=found["refused"].pk).update(
        refused_at=make.NOW, dissolved_on=FOUNDED, dissolved_reason="没有开会选举"
    )
    drain_marks()
    return found


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, ["own", "waiting", "joint", "foreign", "provisional"]),
        ({"as_of": "2010-12-31"}, ["own", "waiting", "joint", "foreign", "provisional", "ended"]),
        ({"line": "party"}, ["own", "foreign"]),
        ({"form": "league_joint"}, ["joint"]),
        ({"composition": "joint_area"}, ["joint", "provisional"]),
        ({"unit": make.PARK}, ["joint", "foreign"]),
        ({"confirmed": "no"}, ["waiting", "provisional"]),
        ({"confirmed": "yes", "line": "league"}, ["joint"]),
        ({"provisional": "1"}, ["provisional"]),
        ({"size": "1"}, ["own"]),
        ({"founded_from": "2010-08-01", "founded_to": "2010-09-01"}, ["waiting", "joint"]),
        ({"q": "竹木电子"}, ["joint"]),
        ({"q": "启明"}, ["joint", "foreign"]),
        ({"q": "qm"}, ["joint", "foreign"]),
        ({"state": "dissolved"}, ["ended"]),
        ({"state": "refused"}, ["refused"]),
        ({"state": "grouped"}, []),
        ({"state": "any"}, ["own", "waiting", "joint", "foreign", "provisional", "ended", "refused"]),
        ({"as_of": "2009-12-31"}, []),
    ],
)
def test_filter_finds_the_same_rows_on_page_export_and_api(opened, bodies, query, expected):
    owner = make.owner()
    query = {"as_of": D} | query
    page = opened(owner, LIST, **query)
    ids = sorted(row.pk for row in page.context["rows"])
    assert ids == sorted(bodies[key].pk for key in expected)
    _, rows = sheet(opened(owner, "branch-export", **query))
    assert sorted(row["名称"] for row in rows) == sorted(names(page))
    told = opened(owner, "api-bodies", **query).json()["results"]
    assert [row["id"] for row in told] == ids
    if expected:
        assert page.context["note"].startswith("覆盖 ")


@pytest.mark.parametrize("key", [column.key for column in BODIES.columns])
def test_every_column_sorts_both_ways(opened, bodies, key):
    for sort in (key, f"-{key}"):
        assert len(opened(make.owner(), LIST, as_of=D, sort=sort).context["rows"]) == 5


def test_names_and_hints(opened, bodies):
    rows = {row.pk: row.record for row in opened(make.owner(), LIST, as_of=D).context["rows"]}
    own, wait = rows[bodies["own"].pk], rows[bodies["provisional"].pk]
    assert (own.name, own.hint) == (
        "全南县长青竹木厂党支部",
        "党员 62 人,超过党支部的 49 人,可考虑改设上一级形式",
    )
    assert wait.name == "联合基层工会(全南县长青竹木厂)"
    assert rows[bodies["joint"].pk].units_word == "工业园区等2个"


def test_township_sees_a_joint_body_with_the_others_as_a_number(opened, bodies):
    user = make.township()
    listed = opened(user, LIST, as_of=D)
    assert sorted(row.pk for row in listed.context["rows"]) == sorted(
        bodies[key].pk for key in ("own", "waiting", "joint", "provisional")
    )
    page = opened(user, DETAIL, bodies["joint"].pk, as_of=D).content.decode()
    assert "另有 1 家不在您的管理范围内" in page
    for text in (page, listed.content.decode()):
        assert "启明电子有限公司" not in text
        assert "工业园区" not in text
    assert opened(user, DETAIL, bodies["foreign"].pk, as_of=D).status_code == 404
    told = opened(user, "api-bodies", as_of=D).json()["results"]
    assert {row["id"]: (row["covers"], len(row["organizations"])) for row in told}[bodies["joint"].pk] == (2, 1)


def test_secretary_sees_the_bodies_of_one_organization(opened, bodies):
    here = bodies["own"].memberships.get().organization
    user = make.account("secretary", organization=here)
    page = opened(user, LIST, as_of=D)
    assert len(page.context["rows"]) == 4
    assert "登记组建" not in page.content.decode().split("<main")[1]
    assert opened(user, "branch-export", as_of=D).status_code == 403


def test_a_member_that_went_elsewhere_takes_the_body_out_of_sight(opened, bodies):
    joint = bodies["joint"]
    here = bodies["own"].memberships.get().organization
    joint.memberships.filter(organization=here).update(period=DateRange(date(2010, 9, 1), date(2011, 6, 1)))
    user = make.township()
    assert joint.pk not in [row.pk for row in opened(user, LIST, as_of=D).context["rows"]]
    assert joint.pk in [row.pk for row in opened(user, LIST, as_of="2011-05-31").context["rows"]]


def acts_shown(response) -> set[str]:
    return set(response.context["acts"])


def test_acts_are_offered_by_line_and_state(opened, bodies):
    union = make.union_office()
    assert acts_shown(opened(union, DETAIL, bodies["waiting"].pk, as_of=D)) == {
        "confirm", "refuse", "correct", "form", "dissolve",
    }  # fmt: skip
    assert acts_shown(opened(union, DETAIL, bodies["joint"].pk, as_of=D)) == set()
    assert acts_shown(opened(make.owner(), DETAIL, bodies["joint"].pk, as_of=D)) == {
        "correct", "form", "dissolve", "join", "leave",
    }  # fmt: skip
    assert acts_shown(opened(make.owner(), DETAIL, bodies["refused"].pk, as_of=D)) == set()
    assert acts_shown(opened(make.account("leader"), DETAIL, bodies["own"].pk, as_of=D)) == set()


def test_history_in_words(opened, submit, bodies):
    owner = make.owner()
    joint = bodies["joint"]
    sent = {
        "name": "新名联合团支部", "composition": "joint_area", "founded_on": "2010-09-01", "founded_precision": "day",
        "approval": "", "version": "1", "change_reason": "批复上是这个名称",
    }  # fmt: skip
    assert submit(owner, "branch-correct", joint.pk, **sent).status_code == 302
    text = opened(owner, DETAIL, joint.pk, as_of=D).content.decode()
    assert "名称 竹木电子联合团支部→新名联合团支部" in text
    assert "批复上是这个名称" in text
    assert "自 2010-09-01 起覆盖“全南县启明电子有限公司”" in text
    text = opened(make.township(), DETAIL, joint.pk, as_of=D).content.decode()
    assert "自 2010-09-01 起覆盖一家您管理范围以外的组织" in text


def test_two_correct_the_same_body_and_the_second_sees_the_difference(submit, bodies):
    owner, own = make.owner(), bodies["own"]
    sent = {
        "name": "", "composition": "own", "founded_on": "2010-05-01", "founded_precision": "day", "version": "1",
        "change_reason": "核对批复",
    }  # fmt: skip
    assert submit(owner, "branch-correct", own.pk, **sent, approval="全组字〔2010〕1号").status_code == 302
    stale = submit(make.township(), "branch-correct", own.pk, **sent, approval="全组字〔2010〕2号")
    text = stale.content.decode()
    assert stale.status_code == 200
    assert "全组字〔2010〕1号" in text and "全组字〔2010〕2号" in text
    own.refresh_from_db()
    assert own.approval == "全组字〔2010〕1号"


def test_acts_from_the_page(submit, bodies):
    owner, joint = make.owner(), bodies["joint"]
    third = make.organization("全南县新来食品厂")
    assert submit(owner, "branch-join", joint.pk, organization=third.uscc, from_="2011-01-01").status_code == 302
    member = joint.memberships.get(organization=third)
    left = submit(owner, "branch-leave", joint.pk, member.pk, last_day="2011-03-14", change_reason="自建团支部")
    assert left.status_code == 302
    member.refresh_from_db()
    assert member.period == DateRange(date(2011, 1, 1), date(2011, 3, 15))
    own = bodies["own"]
    general = BodyForm.objects.get(code="party_general")
    assert submit(owner, "branch-form", own.pk, form=general.pk, from_="2011-01-01").status_code == 302
    assert own.forms.count() == 2
    waiting = bodies["waiting"]
    assert submit(owner, "branch-confirm", waiting.pk, approval="全工字〔2010〕8号").status_code == 302
    waiting.refresh_from_db()
    assert (waiting.confirmed_at is None, waiting.approval) == (False, "全工字〔2010〕8号")
    end = {"last_day": "2012-06-30", "change_reason": "停产后无人"}
    assert submit(owner, "branch-dissolve", waiting.pk, **end).status_code == 302
    waiting.refresh_from_db()
    assert waiting.dissolved_on == date(2012, 7, 1)
    unknown = submit(owner, "branch-join", joint.pk, organization="没有这家", from_="2011-01-01")
    assert "您的范围内没有“没有这家”" in unknown.content.decode()


def test_ticked_bodies_are_confirmed_and_the_rest_is_told(submit, opened, bodies):
    union = make.union_office()
    ids = [bodies[key].pk for key in ("waiting", "own", "provisional")]
    asked = submit(union, "branch-decide", ids=ids, act="confirm")
    assert "选中 3 个党群组织" in asked.content.decode()
    bodies["waiting"].refresh_from_db()
    assert bodies["waiting"].confirmed_at is None

    done = submit(union, "branch-decide", follow=True, ids=ids, act="confirm", sure="1", approval="")
    for key in ("waiting", "provisional"):
        bodies[key].refresh_from_db()
        assert bodies[key].confirmed_by == union
    assert opened(union, LIST, as_of=D, confirmed="no").context["page_obj"].paginator.count == 0
    assert done.status_code == 200


def test_the_whole_result_is_refused_for_one_reason(bodies, django_capture_on_commit_callbacks, client):
    union = make.union_office()
    client.force_login(union)
    address = f"{reverse('branch-decide')}?as_of={D}&line=union&confirmed=no"
    missing = client.post(address, {"whole": "1", "act": "refuse", "sure": "1"})
    assert "请填写理由。" in missing.content.decode()
    client.post(address, {"whole": "1", "act": "refuse", "sure": "1", "change_reason": "没有开会选举"})
    refused = Branch.objects.filter(refused_by=union)
    assert sorted(b.pk for b in refused) == sorted(bodies[key].pk for key in ("waiting", "provisional"))


def test_nothing_ticked_is_said(client, bodies):
    client.force_login(make.union_office())
    answer = client.post(reverse("branch-decide"), {"act": "confirm"}, follow=True)
    assert "还没有勾选" in answer.content.decode()


def test_provisional_bodies_are_grouped_from_their_page(opened, submit):
    rows = [make.organization(f"全南县第{i}号藤编厂") for i in range(3)]
    waiting = provisional(*rows, from_=FOUNDED)
    user = make.township()
    page = opened(user, "branch-grouping")
    assert [len(p.members) for p, _, _ in page.context["proposals"]] == [3]
    sent = {"group": str(waiting[0].pk), "composition": "joint_area", "approval": ""}
    missing = submit(user, "branch-grouping", **sent, bodies=[b.pk for b in waiting], name="")
    assert "请填写联合组织名称。" in missing.content.decode()
    done = submit(user, "branch-grouping", **sent, bodies=[b.pk for b in waiting[:2]], name="藤编联合工会")
    assert done.status_code == 302
    assert sorted(names(opened(user, LIST))) == ["联合基层工会(全南县第2号藤编厂)", "藤编联合工会"]
    grouped = opened(user, LIST, state="grouped")
    assert [row.pk for row in grouped.context["rows"]] == [waiting[1].pk]
    assert "已归并到" in opened(user, DETAIL, waiting[1].pk).content.decode()
    back = submit(user, "branch-ungroup", waiting[0].pk, change_reason="不是同一个")
    assert back.status_code == 302
    assert len(opened(user, LIST, provisional="1").context["rows"]) == 3


def test_secretary_reads_proposals_and_groups_nothing(opened, submit):
    row = make.organization()
    waiting = provisional(row, row)
    user = make.account("secretary", organization=row)
    page = opened(user, "branch-grouping")
    assert [editable for _, editable, _ in page.context["proposals"]] == [False]
    sent = {"group": str(waiting[0].pk), "bodies": [b.pk for b in waiting], "name": "甲", "composition": "joint_area"}
    assert "不能修改" in submit(user, "branch-grouping", **sent).content.decode()
    assert Branch.objects.filter(is_provisional=True).count() == 2


def test_body_is_founded_over_organizations_found_by_part_of_the_name(opened, submit):
    rows = seven()
    stranger = make.organization("全南县园区竹木厂", make.unit(make.PARK))
    user = make.township()
    form = BodyForm.objects.get(code="union_joint")
    typed = {
        "form": form.pk, "composition": "joint_area", "name": "竹木联合工会", "founded_on": "2010-05-01",
        "founded_precision": "day", "approval": "全工字〔2010〕8号",
    }  # fmt: skip

    searched = submit(user, "branch-found", **typed, step="search", q="竹木", members=[rows[0].pk])
    text = searched.content.decode()
    assert [c.organization.pk for c in searched.context["kept"]] == [rows[0].pk]
    assert {c.organization.pk for c in searched.context["found"]} == {row.pk for row in rows[1:]}
    assert stranger.name not in text
    assert 'value="竹木联合工会"' in text and 'value="2010-05-01"' in text
    assert not Branch.objects.exists()

    nobody = submit(user, "branch-found", **typed, step="found")
    assert "请至少选择一家被覆盖的组织" in nobody.content.decode()

    answer = submit(user, "branch-found", **typed, step="found", members=[*(row.pk for row in rows), stranger.pk])
    branch = Branch.objects.get()
    assert answer.url == reverse(DETAIL, args=[branch.pk])
    assert (branch.memberships.count(), branch.approval, branch.confirmed_at) == (7, "全工字〔2010〕8号", None)


@pytest.mark.parametrize("composition", ["joint_industry", "attached", "functional"])
def test_every_composition_can_be_founded(submit, composition):
    rows = seven()[:2]
    sent = {
        "form": BodyForm.objects.get(code="union_joint").pk, "composition": composition, "name": "竹木联合工会",
        "founded_on": "2010-05-01", "founded_precision": "day", "step": "found", "members": [r.pk for r in rows],
    }  # fmt: skip
    assert submit(make.union_office(), "branch-found", **sent).status_code == 302
    assert Branch.objects.get().composition == composition


def test_search_of_the_founding_page_says_how_many_more_there_are(submit):
    for i in range(23):
        make.organization(f"全南县第{i}号竹木厂")
    page = submit(make.township(), "branch-found", step="search", q="竹木")
    assert len(page.context["found"]) == 20
    assert page.context["more"] == 3
    assert "没有名称或代码带“没有”" in submit(make.township(), "branch-found", step="search", q="没有").content.decode()


def test_api_names_what_it_does_not_know(opened, bodies):
    answer = opened(make.owner(), "api-bodies", lin="party")
    assert (answer.status_code, answer.json()["errors"][0]["nearest"]) == (400, "line")
    answer = opened(make.owner(), "api-bodies", line="choir", founded_from="soon")
    assert {e["parameter"] for e in answer.json()["errors"]} == {"line", "founded_from"}


def test_api_pages_through_all_of_them(opened, bodies):
    owner, found, query = make.owner(), [], {"as_of": D, "limit": "2", "fields": "id"}
    while True:
        answer = opened(owner, "api-bodies", **query).json()
        found += [row["id"] for row in answer["results"]]
        if answer["next"] is None:
            break
        query["cursor"] = answer["next"].split("cursor=")[1].split("&")[0]
    assert found == sorted(bodies[key].pk for key in ("own", "waiting", "joint", "foreign", "provisional"))
