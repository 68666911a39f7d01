"""The register's list and the drill-down: one set of rows for page, tile and export."""

import io
import re
from datetime import date
from urllib.parse import parse_qsl, urlsplit

import openpyxl
import pytest
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from coverage.domain.spans import drain_marks
from coverage.models import MEASURES
from coverage.tables import REGISTER
from orgs.models import EstablishmentPlan, Instructor, Liaison, Person
from orgs.queries import codes
from tests import factories as make

LIST = "organization-list"
REASON = "under_three"
D = "2011-06-30"


def names(response) -> list[str]:
    return [row.record.organization.name for row in response.context["rows"]]


def rows_of_workbook(response) -> list[tuple]:
    book = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content)))
    found = list(book.active.iter_rows(values_only=True))
    head = next(i for i, row in enumerate(found) if "单位名称" in row)
    return found[head + 1 :]


@pytest.mark.parametrize("rows", [1, 3])
def test_list_asks_the_same_number_of_questions(opened, rows, django_assert_num_queries):
    user = make.township()
    for _ in range(rows):
        make.figures(make.organization(), employees=30)
    drain_marks()
    opened(user, LIST, as_of=D)
    with django_assert_num_queries(10):
        assert len(opened(user, LIST, as_of=D).context["rows"]) == rows


def test_the_cells_of_a_list_are_cells(opened, county):
    page = opened(make.owner(), LIST, as_of=D).content.decode()
    assert "Cell(" not in page and "&lt;td" not in page
    body = page[page.index("<tbody>") : page.index("</tbody>")]
    assert body.count("<td") % body.count("<tr>") == 0 and body.count("<td") > 4 * body.count("<tr>")


@pytest.mark.parametrize("rows", [1, 3])
def test_drill_down_asks_the_same_number_of_questions(opened, rows, django_assert_num_queries):
    user = make.township()
    for _ in range(rows):
        make.figures(make.organization(), employees=30)
    drain_marks()
    opened(user, LIST, as_of=D)
    with django_assert_num_queries(15):
        response = opened(user, "coverage-organizations", as_of=D, population="all", line="union", measure="gap")
    assert len(response.context["rows"]) == rows


@pytest.mark.parametrize("rows", [1, 3])
def test_account_list_asks_the_same_number_of_questions(opened, rows, django_assert_num_queries):
    user = make.owner()
    for _ in range(rows - 1):
        make.township()
    opened(user, "user-list")
    with django_assert_num_queries(7):
        assert len(opened(user, "user-list").context["page_obj"].object_list) == rows


@pytest.mark.parametrize("rows", [1, 3])
def test_dashboard_asks_few_questions_for_the_least_privileged(opened, rows):
    own = [make.organization() for _ in range(rows)]
    for row in own:
        make.figures(row, employees=30)
    drain_marks()
    user = make.account("secretary", organization=own[0])
    opened(user, LIST)
    with CaptureQueriesContext(connection) as asked:
        assert opened(user, "coverage-dashboard", as_of=D).status_code == 200
    assert len(asked) <= 15


def test_list_shows_everything_registered_with_excluded_marked(opened, county):
    response = opened(make.owner(), LIST, as_of=D)
    assert sorted(names(response)) == sorted(row.name for row in county.values())
    assert response.content.decode().count(">剔除</span>") == 1


def test_list_of_a_township_holds_its_own_alone(opened, county):
    assert sorted(names(opened(make.township(), LIST, as_of=D))) == [
        "全南县停工矿业有限公司",
        "全南县晨曦服饰店",
        "全南县长青竹木厂",
    ]


def test_list_of_a_secretary_holds_one_organization(opened, county):
    secretary = make.account("secretary", organization=county["built"])
    assert names(opened(secretary, LIST, as_of=D)) == ["全南县启明电子有限公司"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "启明"}, ["built"]),
        ({"q": "qmdz"}, ["built"]),
        ({"q": "qm"}, ["built"]),
        ({"unit": make.PARK}, ["built"]),
        ({"scale": "above"}, ["built"]),
        ({"scale": "unknown"}, ["away", "gap"]),
        ({"union": "covered"}, ["built", "gap"]),
        ({"women": "gap"}, ["gap"]),
        ({"party": "permitted"}, ["gap"]),
        ({"union": "unconfirmed"}, ["gap"]),
        ({"exclusion": "yes"}, ["away"]),
        ({"quality": "unknown_figures"}, ["silent"]),
        ({"quality": "assumed"}, []),
        ({"unit": make.PARK, "union": "gap"}, []),
    ],
)
def test_filter_finds(opened, county, query, found):
    response = opened(make.owner(), LIST, as_of=D, **query)
    assert sorted(names(response)) == sorted(county[key].name for key in found)


def test_search_finds_a_code_and_a_former_name(opened):
    row = make.organization("赣州新名有限公司", former_names=["赣州旧称有限公司"])
    make.organization("赣州无关有限公司")
    drain_marks()
    user = make.owner()
    assert names(opened(user, LIST, q=row.uscc)) == ["赣州新名有限公司"]
    assert names(opened(user, LIST, q="旧称")) == ["赣州新名有限公司"]


def test_filters_read_as_one_sentence_with_removable_chips(opened, county):
    response = opened(make.owner(), LIST, as_of=D, unit=make.CHENGXIANG, women="gap")
    assert response.context["sentence"] == f"全县内、主管党(工)委为城厢镇、妇女组织为应建未建的组织,截至 {D}"
    assert [(c.label, c.value) for c in response.context["chips"]] == [
        ("主管党(工)委", "城厢镇"),
        ("妇女组织", "应建未建"),
    ]
    assert [dict(parse_qsl(c.removed)) for c in response.context["chips"]] == [
        {"as_of": D, "women": "gap"},
        {"as_of": D, "unit": make.CHENGXIANG},
    ]


@pytest.mark.parametrize(
    ("role", "word"), [("unit_office", "本单位及下属"), ("secretary", "本组织"), ("leader", "全县")]
)
def test_sentence_names_whose_organizations(opened, county, role, word):
    scope = {"unit_office": {"unit": make.unit()}, "secretary": {"organization": county["gap"]}, "leader": {}}[role]
    response = opened(make.account(role, **scope), LIST, as_of=D)
    assert response.context["sentence"] == f"{word}的全部组织,截至 {D}"


def test_empty_result_says_which_filter_emptied_it(opened, county):
    text = opened(make.owner(), LIST, as_of=D, unit=make.PARK, union="gap").content.decode()
    assert "没有符合条件的组织" in text
    assert "去掉“工会”有 1 家" in text


@pytest.mark.parametrize("query", [{"unit": "999"}, {"unit": make.PARK}, {"women": "built"}])
def test_filter_that_cannot_be_read_finds_nothing_and_says_so(opened, county, query):
    response = opened(make.township(), LIST, as_of=D, **query)
    assert names(response) == []
    assert "的值不在可选范围内" in response.content.decode()


@pytest.mark.parametrize(
    "sort", ["name", "code", "unit", "employees", "women", "annual_revenue_yuan", "party", "union"]
)
def test_list_sorts_both_ways(opened, county, sort):
    up = names(opened(make.owner(), LIST, as_of=D, sort=sort))
    assert sorted(up) == sorted(row.name for row in county.values())
    assert sorted(names(opened(make.owner(), LIST, as_of=D, sort=f"-{sort}"))) == sorted(up)


def test_list_sorts_by_employees(opened, county):
    found = names(opened(make.owner(), LIST, as_of=D, sort="employees"))
    assert found[:4] == [county[k].name for k in ("small", "gap", "away", "built")]


def test_fifty_rows_a_page(opened):
    for _ in range(51):
        make.organization()
    drain_marks()
    user = make.owner()
    assert len(opened(user, LIST).context["rows"]) == 50
    assert len(opened(user, LIST, page=2).context["rows"]) == 1


def test_closed_organizations_stand_apart(opened):
    make.organization("全南县已销有限公司", closed_on=date(2011, 3, 1), closed_state="deregistered")
    make.organization("全南县在册有限公司")
    drain_marks()
    user = make.owner()
    assert names(opened(user, LIST, as_of=D)) == ["全南县在册有限公司"]
    assert names(opened(user, LIST, as_of=D, state="closed")) == ["全南县已销有限公司"]
    assert names(opened(user, LIST, as_of="2011-02-28", state="closed")) == []


def test_export_holds_the_whole_result_under_the_same_sentence(opened, county):
    owner = make.owner()
    query = {"as_of": D, "unit": make.CHENGXIANG}
    shown = names(opened(owner, LIST, **query))
    response = opened(owner, "organization-export", **query)
    body = b"".join(response.streaming_content)
    cells = list(openpyxl.load_workbook(io.BytesIO(body)).active.iter_rows(values_only=True))
    head = next(i for i, row in enumerate(cells) if "单位名称" in row)
    assert [row[0] for row in cells[head + 1 :]] == shown
    said = "".join(str(cell) for row in cells[:head] for cell in row if cell)
    assert "全县内、主管党(工)委为城厢镇的组织,截至 2011-06-30" in said
    assert owner.name in said


LINK = re.compile(r'<a\s[^>]*href="(/coverage/organizations/\?[^"]*)"[^>]*>(.*?)</a>', re.S)


def figures_with_links(text: str) -> list[tuple[dict, int]]:
    found = []
    for href, inside in LINK.findall(text):
        number = re.search(r"(\d[\d,]*)", re.sub(r"<[^>]+>", "", inside))
        query = dict(parse_qsl(urlsplit(href.replace("&amp;", "&")).query))
        if number and "." not in re.sub(r"<[^>]+>", "", inside):
            found.append((query, int(number.group(1).replace(",", ""))))
    return found


@pytest.mark.parametrize("who", ["owner", "township", "secretary"])
def test_every_number_opens_to_as_many_organizations(opened, county, who):
    user = {
        "owner": make.owner,
        "township": make.township,
        "secretary": lambda: make.account("secretary", organization=county["gap"]),
    }[who]()
    text = opened(user, "coverage-dashboard", as_of=D).content.decode()
    links = figures_with_links(text)
    assert len(links) > 50
    seen = {tuple(sorted(query.items())): number for query, number in links}
    # All of them once; for narrower accounts every fourth, which still meets each population, line and measure.
    step = 1 if who == "owner" else 4
    for query, number in list(seen.items())[::step]:
        response = opened(user, "coverage-organizations", **dict(query))
        assert (dict(query), response.context["page_obj"].paginator.count) == (dict(query), number)


def test_number_behind_a_tile_is_the_number_of_exported_rows(opened, county):
    owner = make.owner()
    for measure in MEASURES:
        query = {"as_of": D, "population": "all", "line": "union", "measure": measure}
        shown = opened(owner, "coverage-organizations", **query).context["page_obj"].paginator.count
        assert len(rows_of_workbook(opened(owner, "coverage-export", **query))) == shown


def test_swapped_result_equals_a_fresh_page(opened, county):
    owner = make.owner()
    query = {"as_of": D, "union": "covered", "sort": "-name"}
    old = opened(owner, LIST, as_of=D).content.decode()
    fresh = opened(owner, LIST, **query).content.decode()
    swap = opened(owner, LIST, headers={"HX-Request": "true"}, **query).content.decode()
    main = re.compile(r"<main id=\"page\".*</main>", re.S)
    title = re.compile(r"<title>.*?</title>", re.S)
    swapped = main.sub(lambda _: main.search(swap)[0], old)
    swapped = title.sub(lambda _: title.search(swap)[0], swapped)
    token = re.compile(r'value="[^"]{64}"')
    assert token.sub("", swapped) == token.sub("", fresh)
    assert "<aside" not in swap


def test_drill_down_is_refused_to_accounts_without_the_register(opened, county):
    for role in ("auditor", "technician"):
        assert opened(make.account(role), "coverage-organizations", as_of=D).status_code == 403
        assert opened(make.account(role), LIST, as_of=D).status_code == 403


def test_links_of_the_list_lead_to_the_page_at_the_same_date(opened, county):
    url = reverse("organization-detail", args=[county["gap"].pk])
    assert f'href="{url}?as_of={D}"' in opened(make.owner(), LIST, as_of=D).content.decode()


def test_columns_chosen_in_the_address_are_shown(opened, county):
    owner = make.owner()
    response = opened(owner, LIST, as_of=D, col=["guidance", "kind", "nonsense"])
    assert [h.column.key for h in response.context["headers"]] == ["name", "guidance", "kind"]
    assert len(response.context["rows"]) == len(county)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"guidance": "A"}, []),
        ({"guidance": "B"}, ["built"]),
        ({"guidance": "C"}, ["gap", "silent", "small"]),
        ({"liaison": "leader"}, ["gap"]),
        ({"liaison": "unit"}, ["gap"]),
        ({"liaison": "none"}, ["away", "built", "silent", "small"]),
        ({"instructor": "yes"}, ["small"]),
        ({"instructor": "no"}, ["away", "built", "gap", "silent"]),
        ({"reason": "under_three"}, ["gap"]),
        ({"reason": "unstated"}, ["built", "gap", "small"]),
    ],
)
def test_filter_by_support_finds(opened, supported, query, found):
    response = opened(make.owner(), LIST, as_of=D, **query)
    assert sorted(names(response)) == sorted(supported[key].name for key in found)


@pytest.fixture
def supported(county):
    """The county with a leader and a unit tied to one organization, an instructor, and a reason ended and running."""
    person = Person.objects.create(name="钟某某", unit=make.unit())
    gap, small = county["gap"], county["small"]
    begun, ended = DateRange(date(2011, 1, 1), None), DateRange(date(2010, 1, 1), date(2011, 6, 30))
    Liaison.objects.create(kind="leader", department="union", person=person, organization=gap, period=begun)
    Liaison.objects.create(kind="unit", unit_name="县人民医院", organization=gap, period=begun)
    Liaison.objects.create(kind="unit", unit_name="县一中", organization=county["built"], period=ended)
    Instructor.objects.create(person=person, organization=small, sent_by=make.unit(), period=begun)
    Instructor.objects.create(person=person, organization=gap, sent_by=make.unit(), period=ended)
    EstablishmentPlan.objects.create(organization=gap, line="party", reason=REASON, period=begun)
    EstablishmentPlan.objects.create(organization=small, line="party", reason=REASON, period=ended)
    return county


def test_support_columns_say_what_holds_on_the_day(opened, supported):
    response = opened(make.owner(), LIST, as_of=D, q="长青", col=["reason", "liaison", "instructor", "guidance"])
    values = {cell.column.key: cell.value for cell in response.context["rows"][0].cells}
    assert (values["liaison"], values["instructor"], values["guidance"]) == ("县总工会领导、县人民医院", None, "C")
    assert values["reason"] == f"党组织:{codes('no_party_reason')[REASON]}"


@pytest.mark.parametrize("rows", [1, 3])
def test_list_with_every_column_asks_the_same_number_of_questions(opened, rows, django_assert_num_queries):
    user = make.township()
    for _ in range(rows):
        make.figures(make.organization(), employees=30)
    drain_marks()
    every = [c.key for c in REGISTER.columns]
    opened(user, LIST, as_of=D, col=every)
    with django_assert_num_queries(14):
        assert len(opened(user, LIST, as_of=D, col=every).context["rows"]) == rows
