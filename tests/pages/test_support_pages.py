"""Pages of instructors, liaisons, 推优 and 排查: who sees what, list = count = export, the acts from page to row."""

import io
import re
from datetime import date

import openpyxl
import pytest

from orgs.models import Instructor, Liaison, MemberSearch, Recommendation
from tests import factories as make
from tests import makers_support as m

D = "2011-06-30"
LATE = date(2011, 7, 15)


def records(response) -> list:
    return [row.record for row in response.context["rows"]]


def sheet(response) -> list[tuple]:
    """Rows of an exported workbook below its header."""
    book = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content)))
    found = list(book.active.iter_rows(values_only=True))
    head = next(i for i, row in enumerate(found) if "单位名称" in row)
    return found[head:]


def text(response) -> str:
    assert response.status_code == 200
    return response.content.decode()


@pytest.fixture
def park():
    return make.unit(make.PARK)


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(
    ("view", "asked"), [("instructor-list", 7), ("liaison-list", 8), ("recommendation-list", 9), ("search-list", 7)]
)
def test_a_list_asks_the_same_number_of_questions(opened, rows, view, asked, django_assert_num_queries):
    user = make.township()
    for i in range(rows):
        row = make.organization()
        m.instructor(row)
        m.tied_unit(row, f"县{i}局")
        m.recommendation(row, user)
        m.search(row, user)
    opened(user, view, as_of=D)
    with django_assert_num_queries(asked):
        assert len(opened(user, view, as_of=D).context["rows"]) == rows


# --- instructors ---


def test_instructors_are_those_at_work_on_the_day(opened):
    row = make.organization()
    now = m.instructor(row)
    m.instructor(row, last_day=date(2011, 6, 29))
    m.instructor(row, from_=date(2011, 7, 1))
    last = m.instructor(row, last_day=date(2011, 6, 30))

    found = records(opened(make.owner(), "instructor-list", as_of=D))

    assert {r.pk for r in found} == {now.pk, last.pk}


@pytest.mark.parametrize("role", ["owner", "unit", "other", "secretary", "leader", "line"])
def test_instructors_of_a_scope_are_listed_counted_and_exported_alike(opened, park, role):
    mine, theirs = make.organization("甲厂"), make.organization("乙厂", park)
    m.instructor(mine)
    m.instructor(theirs, sent_by=park)
    user = {
        "owner": make.owner,
        "unit": make.township,
        "other": lambda: make.township(make.PARK),
        "secretary": lambda: make.account("secretary", organization=mine),
        "leader": lambda: make.account("leader"),
        "line": make.union_office,
    }[role]()
    wanted = {"unit": ["甲厂"], "secretary": ["甲厂"], "other": ["乙厂"]}.get(role, ["乙厂", "甲厂"])

    page = opened(user, "instructor-list", as_of=D)

    assert sorted(r.organization.name for r in records(page)) == sorted(wanted)
    assert page.context["page_obj"].paginator.count == len(wanted)
    export = opened(user, "instructor-export", as_of=D)
    if role == "secretary":
        assert export.status_code == 403
    else:
        head, *rows = sheet(export)
        assert "操作" not in head
        assert sorted(r[head.index("单位名称")] for r in rows) == sorted(wanted)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"party": "yes"}, ["甲厂"]),
        ({"party": "no"}, ["乙厂"]),
        ({"unit": make.PARK}, ["乙厂"]),
        ({"sent_by": make.PARK}, ["乙厂"]),
        ({"q": "乙厂"}, ["乙厂"]),
        ({"q": "赖甲"}, ["甲厂"]),
        ({"q": "赖丙"}, []),
    ],
)
def test_instructors_are_filtered(opened, park, query, found):
    mine, theirs = make.organization("甲厂"), make.organization("乙厂", park)
    make.covered(mine)
    m.instructor(mine, m.person("赖甲"))
    m.instructor(theirs, m.person("赖乙"), sent_by=park)

    page = opened(make.owner(), "instructor-list", as_of=D, **query)

    assert [r.organization.name for r in records(page)] == found


def test_an_instructor_is_sent_and_recalled_from_the_pages(submit, opened):
    row, user = make.organization("甲厂"), make.township()
    said = {
        "target": "甲厂", "name": "赖青禾", "workplace": "镇党政办",
        "sent_by": make.unit().pk, "from_": "2011-03-01",
    }  # fmt: skip
    assert submit(user, "instructor-create", **said).status_code == 302
    found = Instructor.objects.get()
    assert (found.person.name, found.organization) == ("赖青禾", row)
    assert "赖青禾" in text(opened(user, "instructor-list", as_of=D))

    assert submit(user, "instructor-recall", found.pk, last_day="2011-04-30", change_reason="轮换").status_code == 302
    assert "赖青禾" not in text(opened(user, "instructor-list", as_of=D))


def test_an_organization_out_of_sight_is_not_found_by_its_name(submit, park):
    make.organization("乙厂", park)
    said = {"target": "乙厂", "name": "赖青禾", "sent_by": make.unit().pk, "from_": "2011-03-01"}
    assert "您的范围内没有这个全称或代码的组织" in text(submit(make.township(), "instructor-create", **said))
    assert not Instructor.objects.exists()


def test_one_instructor_is_sent_to_the_whole_result_after_a_look_at_it(submit, opened, park):
    user = make.township()
    bare = [make.organization(f"无组织{i}厂") for i in range(3)]
    make.covered(make.organization("有组织厂"))
    m.instructor(make.organization("有指导员厂"))
    make.organization("园区厂", park)
    query = {"party": "no", "instructor": "no"}
    page = opened(user, "instructor-assign", **query)
    assert [r.name for r in records(page)] == [r.name for r in bare]

    look = text(submit(user, "instructor-send-many", whole="1"))
    assert "有组织厂" in look  # the act takes the address's own filters, and this address had none
    assert not Instructor.objects.filter(organization__in=bare).exists()

    some = submit(user, "instructor-send-many", ids=[r.pk for r in bare[:2]])
    assert "无组织2厂" not in text(some)
    done = submit(
        user,
        "instructor-send-many",
        step="send",
        ids=[r.pk for r in bare[:2]],
        name="赖青禾",
        sent_by=make.unit().pk,
        from_="2011-03-01",
    )
    assert done.status_code == 302
    assert sorted(Instructor.objects.filter(person__name="赖青禾").values_list("organization__name", flat=True)) == [
        "无组织0厂",
        "无组织1厂",
    ]


def test_nothing_ticked_and_things_out_of_sight_send_nobody(submit, park):
    theirs = make.organization("园区厂", park)
    for data in ({}, {"ids": [theirs.pk]}, {"ids": ["x"]}):
        assert submit(make.township(), "instructor-send-many", **data).status_code == 302
    assert not Instructor.objects.exists()


# --- liaisons ---


def test_liaisons_with_the_overview_above_them(opened, park):
    row = make.organization("甲厂")
    m.leader(row)
    m.leader(row)
    m.tied_unit(make.organization("乙厂", park))
    m.leader(make.organization("丙厂"), last_day=date(2011, 6, 29))

    page = opened(make.owner(), "liaison-list", as_of=D)

    assert len(records(page)) == 3
    told = {row.label: (row.who, row.organizations) for row, _ in page.context["overview"]}
    assert told == {"县委组织部": (0, 0), "县总工会": (2, 1), "团县委": (0, 0), "县妇联": (0, 0), "挂点单位": (1, 1)}
    for tied, query in page.context["overview"]:
        parameters = dict(part.split("=") for part in query.split("&"))
        assert len(records(opened(make.owner(), "liaison-list", **parameters))) == tied.who
    head, *rows = sheet(opened(make.owner(), "liaison-export", as_of=D))
    assert sorted(r[head.index("单位名称")] for r in rows) == ["乙厂", "甲厂", "甲厂"]
    assert [r.organization.name for r in records(opened(make.township(), "liaison-list", as_of=D))] == ["甲厂", "甲厂"]


def test_a_leader_is_tied_moved_and_untied_from_the_pages(submit):
    owner = make.owner()
    make.organization("甲厂"), make.organization("乙厂"), make.organization("商会", kind="social")
    said = {"target": "甲厂", "department": "union", "name": "赖青禾", "from_": "2011-03-01"}
    assert "社会组织" in text(submit(owner, "liaison-create", **(said | {"target": "商会"})))
    assert submit(owner, "liaison-create", **said).status_code == 302
    first = Liaison.objects.get()
    again = said | {"target": "乙厂", "same": first.person_id}
    assert "请在那一条上办理“换点”" in text(submit(owner, "liaison-create", **again))

    moving = {"organization": "乙厂", "from_": "2011-05-01", "change_reason": "分工调整"}
    assert submit(owner, "liaison-move", first.pk, **moving).status_code == 302
    second = Liaison.objects.get(period__upper_inf=True)
    assert second.organization.name == "乙厂"
    ending = {"last_day": "2011-06-01", "change_reason": "脱点"}
    assert submit(owner, "liaison-end", second.pk, **ending).status_code == 302
    assert not Liaison.objects.filter(period__upper_inf=True).exists()


def test_a_township_ties_units_and_no_leaders(submit, opened):
    user, row = make.township(), make.organization("甲厂")
    leader = m.leader(row)
    assert opened(user, "liaison-create").status_code == 403
    assert opened(user, "liaison-end", leader.pk).status_code == 403
    assert opened(user, "liaison-move", leader.pk).status_code == 403
    page = text(opened(user, "liaison-list", as_of=D))
    assert "登记领导挂点" not in page
    assert ">换点<" not in page
    said = {"organization": "甲厂", "unit_name": "县财政局", "from_": "2011-03-01"}
    assert submit(user, "liaison-unit-create", **said).status_code == 302


# --- recommendations ---


@pytest.fixture
def recommended(park):
    """Names in two units, on two lines, in each stage, one of them wiped."""
    mine, theirs, by = make.organization("甲厂"), make.organization("乙厂", park), make.owner()
    done = {"accepted_on": date(2011, 4, 1)}
    m.recommendation(mine, by, "union", "赖工甲")
    m.recommendation(mine, by, "league", "赖团甲", **done)
    m.recommendation(theirs, by, "union", "赖工乙", **done, filed_on=date(2011, 5, 1))
    m.recommendation(theirs, by, "women", "赖妇乙", declined_on=date(2011, 5, 1))
    m.recommendation(mine, by, "union", "", name_wiped_at=make.NOW)
    return mine, theirs


NAMES = ("赖工甲", "赖团甲", "赖工乙", "赖妇乙")
SEES = {
    "owner": NAMES,
    "union": ("赖工甲", "赖工乙"),
    "league": ("赖团甲",),
    "unit": ("赖工甲", "赖团甲"),
    "secretary": ("赖工甲", "赖团甲"),
    "leader": (),
}


def reader(role: str, mine):
    return {
        "owner": make.owner,
        "union": make.union_office,
        "league": lambda: make.account("line_department", lines=["league"]),
        "unit": make.township,
        "secretary": lambda: make.account("secretary", organization=mine),
        "leader": lambda: make.account("leader"),
    }[role]()


@pytest.mark.parametrize("role", SEES)
def test_names_reach_nobody_else_on_any_way_out(opened, recommended, role):
    mine, theirs = recommended
    user = reader(role, mine)
    pages = [opened(user, name, as_of=D) for name in ("recommendation-list", "recommendation-counts")]
    told = "".join(text(page) for page in pages)
    told += "".join(
        text(opened(user, "organization-detail", mine.pk, as_of=D, tab=tab)) for tab in ("people", "changes")
    )
    for name in ("recommendation-export", "recommendation-counts-export"):
        response = opened(user, name, as_of=D)
        told += str(sheet(response)) if response.status_code == 200 else ""
    assert [name for name in NAMES if name in told] == list(SEES[role])
    if role != "leader":
        assert sorted(r.name for r in records(pages[0])) == sorted(SEES[role])
    assert not [name for name in NAMES if name in text(pages[1])]


@pytest.mark.parametrize("role", SEES)
def test_the_table_holds_what_the_counts_hold_and_every_number_opens(opened, recommended, role):
    user = reader(role, recommended[0])
    page = opened(user, "recommendation-counts", as_of=D)
    rows = records(page)
    everything = 3 if role in ("unit", "secretary") else 5
    assert sum(r["total"] for r in rows) == everything
    table = page.context["table"]
    assert table.rows[-1].cells[-1].number == everything
    for row in table.rows:
        for place, cell in enumerate(row.cells):
            if not cell.number:
                continue
            query = dict(part.split("=") for part in cell.url.partition("?")[2].split("&"))
            behind = records(opened(user, "recommendation-counts", **query))
            assert sum(r["total"] for r in behind) == cell.number, (row.name, place)
    if role not in ("secretary",):
        head, *exported = sheet(opened(user, "recommendation-counts-export", as_of=D))
        assert sum(r[head.index("合计")] for r in exported) == everything


def test_stages_are_those_of_the_day(opened, recommended):
    before = opened(make.owner(), "recommendation-list", as_of="2011-03-15")
    assert {r.stage_at for r in records(before)} == {"recommended"}
    assert "2011-04-01" not in text(before)
    assert records(opened(make.owner(), "recommendation-list", as_of="2011-02-28")) == []


def test_from_recording_to_filing_on_the_pages(submit, opened):
    row = make.organization("甲厂")
    union, secretary = make.union_office(), make.account("secretary", organization=row)
    said = {"organization": "甲厂", "line": "union", "name": "赖青禾", "recommended_on": "2011-03-01"}
    assert submit(union, "recommendation-create", **said).status_code == 302
    found = Recommendation.objects.get()
    home = text(opened(secretary, "workbench"))
    assert "1 名推优人选等待党组织接收" in home
    assert "推优人选" not in text(opened(union, "workbench"))
    assert submit(union, "recommendation-accept", found.pk, on="2011-03-02").status_code == 403

    assert submit(secretary, "recommendation-accept", found.pk, on="2011-03-02").status_code == 302
    assert "1 名已接收的推优人选尚未备案" in text(opened(secretary, "workbench"))
    assert submit(secretary, "recommendation-file", found.pk, on="2011-03-03").status_code == 302
    found.refresh_from_db()
    assert found.stage == "filed"
    refused = submit(secretary, "recommendation-decline", found.pk, on="2011-03-04", change_reason="试")
    assert "只有等待接收的才能这样办理" in text(refused)


def test_a_department_records_its_own_line_alone(submit, opened):
    make.organization("甲厂")
    union = make.union_office()
    page = text(opened(union, "recommendation-create")).partition("<h1>")[2]
    assert "工会</option>" in page
    assert "团组织</option>" not in page
    said = {"organization": "甲厂", "line": "league", "name": "赖青禾", "recommended_on": "2011-03-01"}
    submit(union, "recommendation-create", **said)
    assert not Recommendation.objects.exists()


# --- searches ---


@pytest.mark.parametrize("role", ["owner", "unit", "other", "union", "secretary", "filer", "leader", "auditor"])
def test_counts_of_an_organization_are_seen_by_its_recorder_and_the_owner_office(opened, park, role):
    row = make.organization("甲厂")
    m.search(row, make.owner(), 87, contacted=76, transferred=65)
    user = {
        "owner": make.owner,
        "unit": make.township,
        "other": lambda: make.township(make.PARK),
        "union": make.union_office,
        "secretary": lambda: make.account("secretary", organization=row),
        "filer": lambda: make.account("filer", organization=row),
        "leader": lambda: make.account("leader"),
        "auditor": lambda: make.account("auditor"),
    }[role]()
    told = ""
    for view, *args in (
        ("search-list",),
        ("search-sums",),
        ("workbench",),
        ("organization-list",),
        ("organization-detail", row.pk),
        ("api-organizations",),
        ("api-organization", row.pk),
        ("audit-list",),
    ):
        for tab in ("people", "changes"):
            response = opened(user, view, *args, as_of=D, tab=tab) if "api" not in view else opened(user, view, *args)
            told += response.content.decode() if response.status_code == 200 else ""
    assert bool(re.search(r'<td class="num">\s*87\s*</td>', told)) is (role in ("owner", "unit"))
    if role not in ("owner", "unit"):
        assert not re.search(r">\s*(87|76|65)\s*<", told)


def test_searches_are_recorded_and_corrected_on_the_pages(submit, opened):
    make.organization("甲厂")
    user = make.township()
    said = {
        "organization": "甲厂", "kind": "pocket", "visited_on": "2011-03-01", "found": 3, "contacted": 2,
        "transferred": 1, "unit": make.unit().pk,
    }  # fmt: skip
    assert "已联系(4)不能多于找到(3)" in text(submit(user, "search-create", **(said | {"contacted": 4})))
    assert submit(user, "search-create", **said).status_code == 302
    found = MemberSearch.objects.get()
    assert "导出 Excel" not in text(opened(user, "search-list", as_of=D))
    correction = {"found": 5, "contacted": 2, "transferred": 1, "change_reason": "复核"}
    assert submit(user, "search-correct", found.pk, **correction).status_code == 302
    found.refresh_from_db()
    assert found.found == 5


def test_the_sums_hide_small_numbers(opened, park):
    for number in (2, 2):
        m.search(make.organization(), make.owner(), number)
    for number in (20, 11):
        m.search(make.organization(under=park), make.owner(), number, unit=park)
    for user in (make.account("leader"), make.union_office(), make.owner()):
        page = text(opened(user, "search-sums", as_of=D))
        assert "&lt;5" in page
        assert re.findall(r"<td class=\"num\">(31|4|35)</td>", page) == ["31"]
        assert "≥31" in page
    mine = text(opened(make.township(), "search-sums", as_of=D))
    assert "31" not in mine.partition('id="page"')[2]
    assert opened(make.account("filer", organization=make.organization()), "search-sums").status_code == 403
