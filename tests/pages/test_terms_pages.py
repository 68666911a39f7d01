"""The calendar of terms, the acts on elections, the rules of terms: as pages, for each role."""

import io
from datetime import date

import openpyxl
import pytest
from django.urls import reverse

from orgs.models import Branch, Election, TermRule
from tests import factories as f
from tests import makers_terms as m
from tests.pages.conftest import AS_OF

CALENDAR = "term-calendar"
D = AS_OF.isoformat()


@pytest.fixture
def terms():
    """Bodies of two units with terms in every state on AS_OF, and some that elect nobody."""
    park = f.unit(f.PARK)

    def body(name: str, line: str, held: date | None, years: int = 3, under=None, **facts) -> Branch:
        made = f.covered(f.organization(name, under), line=line, from_=date(2006, 1, 1), **facts)
        if held:
            m.election(made, held, years)
        return made

    found = {
        "in_order": body("全南县长青竹木厂", "party", date(2010, 3, 1)),
        "due": body("全南县晨曦服饰店", "party", date(2008, 7, 15)),
        "overdue": body("全南县启明电子有限公司", "union", date(2008, 6, 29), under=park),
        "none": body("全南县桃江纸品厂", "league", None),
        "extended": body("全南县南迳米粉厂", "women", None),
        "exceeded": body("全南县金龙陶瓷厂", "union", None, under=park),
    }
    m.extended(found["extended"], date(2008, 4, 1), to=date(2011, 10, 1), on=date(2011, 3, 1))
    m.extended(found["exceeded"], date(2008, 1, 1), to=date(2011, 6, 29), on=date(2010, 12, 1))
    body("全南县恒达工艺厂", "mechanism", None)
    body("全南县大吉山钨品厂", "union", None, form="union_organizer")
    body("全南县旧厂", "party", date(2008, 1, 1), dissolved_on=date(2011, 1, 1), dissolved_reason="合并")
    return found


def names(response) -> list[str]:
    return sorted(row.record.branch.line + row.record.body.name for row in response.context["rows"])


def keys(response, terms) -> list[str]:
    of = {branch.pk: key for key, branch in terms.items()}
    return sorted(of[row.pk] for row in response.context["rows"])


def sheet(response) -> list[tuple]:
    book = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content)))
    rows = list(book.active.iter_rows(values_only=True))
    head = next(i for i, row in enumerate(rows) if "任期状态" in row)
    return [dict(zip(rows[head], row, strict=True)) for row in rows[head + 1 :]]


@pytest.mark.parametrize("rows", [1, 3])
def test_calendar_asks_the_same_number_of_questions(opened, rows, django_assert_num_queries):
    user = f.township()
    for _ in range(rows):
        m.election(f.covered(f.organization(), line="union"), date(2010, 6, 1))
    opened(user, CALENDAR, as_of=D)
    with django_assert_num_queries(15):
        assert len(opened(user, CALENDAR, as_of=D).context["rows"]) == rows


def test_calendar_shows_every_state_and_nobody_without_a_term(opened, terms):
    response = opened(f.owner(), CALENDAR, as_of=D)

    assert {row.pk: str(row.record.state) for row in response.context["rows"]} == {
        branch.pk: key for key, branch in terms.items()
    }
    assert response.context["sentence"] == f"全县的全部党群组织,截至 {D}"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"state": "overdue"}, ["overdue"]),
        ({"state": "late"}, ["exceeded", "overdue"]),
        ({"state": "none"}, ["none"]),
        ({"within": "1"}, ["due"]),
        ({"within": "6"}, ["due", "extended"]),
        ({"month": "2011-06"}, ["exceeded", "overdue"]),
        ({"month": "2011-10"}, ["extended"]),
        ({"ends_from": "2011-07-01", "ends_to": "2011-09-30"}, ["due"]),
        ({"line": "union"}, ["exceeded", "overdue"]),
        ({"form": "women_committee"}, ["extended"]),
        ({"unit": f.PARK}, ["exceeded", "overdue"]),
        ({"unit": f.PARK, "state": "due"}, []),
        ({"q": "启明"}, ["overdue"]),
        ({"q": "jltc"}, ["exceeded"]),
    ],
)
def test_filter_finds(opened, terms, query, found):
    assert keys(opened(f.owner(), CALENDAR, as_of=D, **query), terms) == found


def test_every_count_of_the_strip_opens_to_as_many(opened, terms):
    user, wrong = f.owner(), {}
    calendar = opened(user, CALENDAR, as_of=D, state="due").context["calendar"]
    asked = [({"within": n}, count) for n, count in calendar.windows]
    asked += [({"month": month.code}, month.count) for month in calendar.months]
    asked += [({"state": str(tag.state)}, count) for tag, count in calendar.states]
    for query, count in asked:
        listed = opened(user, CALENDAR, as_of=D, **query).context["page_obj"].paginator.count
        if listed != count:
            wrong[str(query)] = (count, listed)
    assert wrong == {}
    assert sum(count for _, count in calendar.states) == 6


def test_the_strip_follows_line_and_unit(opened, terms):
    calendar = opened(f.owner(), CALENDAR, as_of=D, unit=f.PARK).context["calendar"]
    assert {tag.word: n for tag, n in calendar.states if n} == {"逾期": 1, "延期已过": 1}


def test_a_township_sees_its_own_alone(opened, terms):
    response = opened(f.township(), CALENDAR, as_of=D)

    assert keys(response, terms) == ["due", "extended", "in_order", "none"]
    assert "启明" not in response.content.decode()
    assert sum(n for _, n in response.context["calendar"].states) == 4


def test_a_secretary_sees_the_own_bodies(opened, terms):
    own = terms["due"].memberships.get().organization
    response = opened(f.account("secretary", organization=own), CALENDAR, as_of=D)
    assert keys(response, terms) == ["due"]


def test_a_joint_body_names_no_member_out_of_sight(opened):
    here, away = f.organization("城厢一厂"), f.organization("园区一厂", f.unit(f.PARK))
    joint = f.covered(away, here, line="union", form="union_joint")
    m.election(joint, date(2010, 6, 1))

    text = opened(f.township(), CALENDAR, as_of=D).content.decode()

    assert "城厢一厂" in text
    assert "园区一厂" not in text
    assert opened(f.township(), CALENDAR, as_of=D, q="园区一厂").context["page_obj"].paginator.count == 0


def test_the_export_holds_the_rows_of_the_page(opened, terms):
    user = f.owner()
    query = {"as_of": D, "unit": f.PARK}
    page = opened(user, CALENDAR, **query)

    rows = sheet(opened(user, "term-export", **query))

    assert [(r["名称"], r["任期状态"]) for r in rows] == [
        (row.record.body.name, row.record.tag.word) for row in page.context["rows"]
    ]
    (exceeded,) = [r for r in rows if r["任期状态"] == "延期已过"]
    assert (exceeded["届满日期"].date(), exceeded["延期至"].date()) == (date(2011, 1, 1), date(2011, 6, 29))


def test_recording_says_when_the_term_ends(opened, submit):
    body = f.covered(f.organization("全南县长青竹木厂"), line="party")
    user = f.township()
    page = opened(user, "election-record", body.pk)
    assert "现行规定为3年" in page.content.decode()

    shown = submit(
        user,
        "election-record",
        body.pk,
        follow=True,
        held_on="2011-05-10",
        held_precision="day",
        approval="城党组〔2011〕3号",
    )

    assert "换届已登记,任期3年,2014-05-10届满。" in shown.content.decode()
    assert Election.objects.get().approval == "城党组〔2011〕3号"


def test_nothing_typed_is_lost_on_a_refusal(submit):
    body = f.covered(f.organization(), line="union")
    text = submit(
        f.owner(),
        "election-record",
        body.pk,
        held_on="2011-05-10",
        held_precision="day",
        term_years="4",
        approval="工字1号",
    ).content.decode()

    assert "按选举时的规定任期为3年或5年" in text
    assert 'value="工字1号"' in text


def test_a_stale_correction_shows_the_difference(submit):
    body = f.covered(f.organization(), line="union")
    election = m.election(body)
    Election.objects.filter(pk=election.pk).update(approval="别人填的", version=2)

    text = submit(
        f.owner(), "election-correct", body.pk, election.pk,
        held_on="2010-05-01", held_precision="day", term_years="5", version="1", change_reason="录错",
    ).content.decode()  # fmt: skip

    assert "别人填的" in text
    assert "按我填的保存" in text
    assert Election.objects.get().term_years == 3


def test_extending_past_the_usual_asks_why(submit):
    body = f.covered(f.organization(), line="union")
    election = m.election(body)
    said = {
        "version": "1", "extended_to": "2014-06-01", "extended_on": "2013-04-20", "approver": "县总工会",
        "change_reason": "企业改制",
    }  # fmt: skip

    assert (
        "延期一般不超过12个月(至2014-05-01)"
        in submit(f.owner(), "term-extend", body.pk, election.pk, **said).content.decode()
    )
    assert submit(f.owner(), "term-extend", body.pk, election.pk, **said, beyond_reason="重组未完").status_code == 302


@pytest.mark.parametrize(("role", "status"), [("union", 403), ("township", 200), ("owner", 200), ("secretary", 403)])
def test_who_records_an_election_of_a_party_branch(opened, role, status):
    row = f.organization()
    body = f.covered(row, line="party")
    user = {
        "union": f.union_office,
        "township": f.township,
        "owner": f.owner,
        "secretary": lambda: f.account("secretary", organization=row),
    }[role]()
    assert opened(user, "election-record", body.pk).status_code == status


def test_the_page_of_a_body_tells_its_elections_of_the_day(opened):
    body = f.covered(f.organization(), line="party")
    m.election(body, date(2010, 5, 1), 2)
    m.election(body, date(2012, 5, 1), 3)
    user = f.owner()

    then = opened(user, "branch-detail", body.pk, as_of=D)
    now = opened(user, "branch-detail", body.pk, as_of="2012-06-30")

    assert [e.held_on for e in then.context["terms"].elections] == [date(2010, 5, 1)]
    assert "还登记了 1 次换届" in then.content.decode()
    assert [e.held_on for e in now.context["terms"].elections] == [date(2012, 5, 1), date(2010, 5, 1)]


def test_rules_are_changed_by_the_owner_office_from_a_day_on(opened, submit):
    rule = TermRule.objects.get(line="union")
    body = f.covered(f.organization(), line="union")
    before = m.election(body, date(2010, 6, 1))
    user = f.owner()
    assert "已登记的1届工会任期不变" in opened(user, "term-rule-change", rule.pk).content.decode()
    said = {
        "from_": "2012-01-01", "shortest_years": "5", "usual_years": "5", "longest_years": "5", "between_allowed": "1",
        "extension_months": "6", "source": "县总工会通知", "is_reading": "0",
    }  # fmt: skip

    assert submit(user, "term-rule-change", rule.pk, **said).status_code == 302

    old, new = TermRule.objects.filter(line="union").order_by("period")
    assert (old.period.upper, new.period.lower, new.usual_years) == (date(2012, 1, 1), date(2012, 1, 1), 5)
    before.refresh_from_db()
    assert before.due_on == date(2013, 6, 1)
    text = opened(user, "term-rule-list", as_of=D).content.decode()
    assert "县总工会通知" in text
    assert "3年或5年" in text


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"shortest_years": "6"}, "最短 ≤ 通常 ≤ 最长"),
        ({"between_allowed": "0", "usual_years": "4"}, "中间年数不可用"),
        ({"source": ""}, "请填写依据。"),
    ],
)
def test_a_rule_that_does_not_hold_together_is_refused(submit, changes, sentence):
    rule = TermRule.objects.get(line="union")
    said = {
        "from_": "2012-01-01", "shortest_years": "3", "usual_years": "5", "longest_years": "5", "between_allowed": "1",
        "extension_months": "6", "source": "县总工会通知", "is_reading": "0",
    } | changes  # fmt: skip
    assert sentence in submit(f.owner(), "term-rule-change", rule.pk, **said).content.decode()
    assert TermRule.objects.filter(line="union").count() == 1


def test_an_ended_rule_and_a_form_with_a_rule_take_no_other(submit):
    user = f.owner()
    said = {
        "from_": "2012-01-01", "shortest_years": "5", "usual_years": "5", "longest_years": "5", "between_allowed": "1",
        "extension_months": "6", "source": "通知", "is_reading": "0",
    }  # fmt: skip
    ended = TermRule.objects.filter(line="party").order_by("period").first()
    assert "请修改现行的一条" in submit(user, "term-rule-change", ended.pk, **said).content.decode()

    def form(code):
        return str(f.BodyForm.objects.get(code=code).pk)

    women = {"line": "women", "level": "妇委会"}
    twice = submit(user, "term-rule-add", **said, line="union", level="另一层", forms=[form("union_joint")])
    assert "已有任期规定" in twice.content.decode()
    strange = submit(user, "term-rule-add", **said, **women, forms=[form("league_branch")])
    assert "团支部不是妇女组织的形式" in strange.content.decode()
    assert submit(user, "term-rule-add", **said, **women, forms=[form("women_committee")]).status_code == 302
    assert TermRule.objects.get(line="women").forms == ["women_committee"]


def test_others_read_the_rules_and_change_nothing(opened):
    rule = TermRule.objects.get(line="union")
    user = f.township()
    text = opened(user, "term-rule-list").content.decode()
    assert reverse("term-rule-change", args=[rule.pk]) not in text
    assert opened(user, "term-rule-change", rule.pk).status_code == 403


def test_the_workbench_names_what_is_late(opened, terms):
    user = f.union_office()
    text = opened(user, "workbench", as_of=D).content.decode()
    assert "2 个党群组织任期已过,还没有换届" in text
