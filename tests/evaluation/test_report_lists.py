"""填报情况, 未报名单, 完成情况 and 填报负担: what stands there, and that one number is one query's everywhere."""

from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone
from openpyxl import load_workbook

from evaluation.domain.submissions import add_step
from evaluation.models import AnnualReport, ReportStep, StepKind, Submission
from evaluation.queries_burden import burdens
from evaluation.queries_completeness import completeness
from tests import factories
from tests import makers_reports as make
from tests.factories import NOW

pytestmark = pytest.mark.django_db
AFTER = datetime(2012, 12, 5, 4, 0, tzinfo=UTC)


@pytest.fixture
def owner():
    return factories.owner()


@pytest.fixture
def round_():
    return make.round_()


@pytest.fixture
def county(round_):
    """Six reports: nothing begun, filed in time, returned, accepted, filed late on behalf, another unit's."""
    park = factories.unit(factories.PARK)
    rows = {name: make.report(factories.organization(f"{name}竹木厂"), round_) for name in "甲乙丙丁戊"}
    rows["己"] = make.report(factories.organization("己电子厂", park), round_)
    make.submitted(rows["乙"])
    make.returned(rows["丙"])
    make.accepted(rows["丁"])
    make.submitted(rows["戊"], now=datetime(2012, 12, 3, 4, tzinfo=UTC), late=True)
    make.submitted(rows["己"])
    return rows


def names(response):
    return [row.record.report.organization.name[0] for row in response.context["rows"]]


def test_the_newest_round_is_shown_and_all_when_it_is_taken_away(opened, owner, county):
    earlier = make.report(county["甲"].organization, make.round_(2010))
    assert names(opened(owner, "report-list")) == sorted("甲乙丙丁戊己", key=lambda n: county[n].organization.sort_key)
    assert opened(owner, "report-list", round="").context["page_obj"].paginator.count == 7
    assert [r.pk for r in opened(owner, "report-list", round=earlier.round_id).context["rows"]] == [earlier.pk]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"state": "unstarted"}, "甲"),
        ({"state": "returned"}, "丙"),
        ({"filed": "no"}, "甲"),
        ({"accepted": "yes"}, "丁"),
        ({"late": "yes"}, "戊"),
        ({"filed": "yes", "by": "2012-11-30"}, "乙丙丁己"),
        ({"unit": factories.PARK}, "己"),
        ({"q": "己电"}, "己"),
        ({"comments": "yes"}, ""),
        ({"changed": "no"}, ""),
    ],
)
def test_each_filter_finds_its_own(opened, owner, county, query, found):
    if "changed" in query:
        found = "甲"
    assert sorted(names(opened(owner, "report-list", **query))) == sorted(found)


def test_a_filing_on_behalf_bears_both_names(opened, owner, county):
    row = make.report(factories.organization("庚厂"), county["甲"].round)
    make.answered(row)
    from evaluation.domain.submissions import Signing, store_submission

    office = factories.township()
    store_submission(
        report=row, sheet=make.sheet(row), flags=[], signing=Signing("钟书记", "书记", on_behalf=True),
        late=False, by=office, now=NOW,
    )  # fmt: skip
    page = opened(owner, "report-list", behalf="yes")
    assert [one.record.filed_by for one in page.context["rows"]] == [f"钟书记({office.name} 代报)"]


def test_the_list_costs_as_many_queries_with_one_row_as_with_six(opened, owner, county, django_assert_num_queries):
    opened(owner, "report-list")
    for query in ({"q": "己电"}, {}):
        with django_assert_num_queries(13):
            opened(owner, "report-list", **query)


def test_a_unit_sees_its_own(opened, county):
    office = factories.township(factories.PARK)
    assert names(opened(office, "report-list")) == ["己"]
    assert opened(office, "report-late-organization", county["甲"].organization_id).status_code == 404


# 未报名单.


def test_who_has_not_filed_stands_there_with_the_account_and_its_login(opened, owner, county):
    user = factories.account("filer", organization=county["甲"].organization)
    make.access(county["甲"].organization, user)
    make.report(county["甲"].organization, make.round_(2010))
    (row,) = (one.record for one in opened(owner, "report-late-list", login="never").context["rows"])
    # Seen from today: closed long ago.
    days = (timezone.localdate() - date(2012, 11, 30)).days
    assert (row.lateness, row.filer, row.logged_in) == (f"逾期 {days} 天", f"{user.name}(企业联络员)", "从未登录")
    assert row.owed == [2010]


def test_days_left_before_the_deadline(opened, owner, round_):
    row = make.report(factories.organization(), round_)
    day = timezone.localdate()
    type(round_).objects.filter(pk=round_.pk).update(
        closes_on=day, unit_due_on=day + timedelta(9), county_due_on=day + timedelta(9)
    )
    (found,) = (one.record for one in opened(owner, "report-late-list").context["rows"])
    assert (found.pk, found.lateness) == (row.pk, "还没有报,今天截止")


def test_what_was_returned_and_never_came_back_stands_there_too(opened, owner, county):
    found = {row.record.report.pk: row.record for row in opened(owner, "report-late-list").context["rows"]}
    assert set(found) == {county["甲"].pk, county["丙"].pk}
    assert "没有报回" in found[county["丙"].pk].lateness


def test_leave_goes_through_form_and_preview(submit, opened, county):
    office, pk = factories.township(), county["甲"].pk
    until = (timezone.localdate() + timedelta(days=5)).isoformat()
    facts = {"ids": [pk], "until": until, "reason": "停电"}
    assert submit(office, "report-grant-late", ids=[pk]).status_code == 200
    wrong = submit(office, "report-grant-late", **(facts | {"until": "2012-01-01", "step": "preview"}))
    assert (wrong.status_code, "不能早于今天" in wrong.content.decode()) == (422, True)
    preview = submit(office, "report-grant-late", **facts, step="preview")
    assert [one.report.pk for one in preview.context["given"]] == [pk]
    assert AnnualReport.objects.get(pk=pk).late_until is None
    assert submit(office, "report-grant-late", **facts, step="confirm").status_code == 302
    assert AnnualReport.objects.get(pk=pk).late_until.isoformat() == until
    page = opened(office, "report-late-organization", county["甲"].organization_id)
    assert "停电" in page.content.decode()


def test_notices_say_what_is_missing_one_each_or_one_a_unit(submit, opened, county):
    office = factories.township()
    page = submit(office, "report-late-print", ids=[county["丙"].pk, county["甲"].pk], each="organization")
    words = {one.row.report.pk: one.missing_words for one in page.context["notices"]}
    assert words[county["甲"].pk] == "全部(还没有开始填)"
    assert words[county["丙"].pk] == "都已填好,还没有签署报送"
    assert "催报单位(盖章)" in page.content.decode()
    (unit,) = opened(office, "report-late-print", each="unit").context["notices"]
    assert (unit.unit.code, len(unit.notices)) == (factories.CHENGXIANG, 2)


# 完成情况.


def test_completeness_counts_each_report_once_and_sums_subtrees(owner, county, round_):
    found = completeness(owner, round_, date(2012, 12, 5), AFTER)
    total = found.total
    assert (total.all, total.filed, total.late, total.in_time, total.accepted) == (6, 5, 1, 4, 1)
    assert (total.returned, total.unit, total.county, total.filed_rate) == (1, 3, 0, 83.3)
    by_code = {row.unit.code: row.counts.all for row in found.rows}
    assert by_code == {factories.COUNTY: 6, factories.CHENGXIANG: 5, factories.PARK: 1}


def test_an_earlier_day_is_as_it_was(owner, county, round_):
    early = completeness(owner, round_, date(2012, 11, 4), AFTER).total
    assert (early.all, early.filed, early.accepted) == (6, 0, 0)
    closing = completeness(owner, round_, date(2012, 11, 30), AFTER)
    assert (closing.total.filed, closing.total.late, closing.now_too) == (4, 0, False)
    add_step(county["乙"], StepKind.WITHDRAWN, by=None, now=datetime(2012, 11, 20, 4, tzinfo=UTC))
    assert completeness(owner, round_, date(2012, 11, 19), AFTER).total.filed == 4
    assert completeness(owner, round_, date(2012, 11, 30), AFTER).total.filed == 3


@pytest.mark.parametrize("as_of", ["2012-11-30", "today"])
def test_every_number_opens_to_as_many_reports(opened, owner, county, as_of):
    query = {} if as_of == "today" else {"as_of": as_of}
    page = opened(owner, "report-completeness", **query)
    waiting = {"returned", "unit", "county"} if as_of != "today" else set()
    for _, _, links in [*page.context["rows"], (None, None, page.context["total_links"])]:
        for name, (n, url) in links.items():
            if name not in waiting:
                response = opened(owner, "report-list", **dict(p.split("=") for p in url.split("?")[1].split("&")))
                assert response.context["page_obj"].paginator.count == n, (name, url)


def test_completeness_is_counted_in_two_queries(owner, county, round_, django_assert_num_queries):
    _ = owner.assignments
    completeness(owner, round_, date(2012, 12, 5), AFTER)
    with django_assert_num_queries(2):
        completeness(owner, round_, date(2012, 12, 5), AFTER)


def test_the_workbook_bears_the_same_sums(opened, owner, county):
    book = load_workbook(BytesIO(b"".join(opened(owner, "report-completeness-export").streaming_content)))
    rows = [list(row) for row in book.active.iter_rows(values_only=True)]
    assert next(row for row in rows if row[0] == "合计")[1:3] == [6, 5]


def test_pages_stand_empty_before_the_first_round(opened):
    owner = factories.owner()
    for name in ("report-list", "report-late-list", "report-completeness", "report-burden"):
        assert opened(owner, name).status_code == 200


# 填报负担.


def test_burden_counts_what_was_asked_known_confirmed_changed_and_unknown(owner, round_):
    row = make.report(factories.organization(), round_)
    row.known = make.known(name=row.organization.name, employees=40, women=12, party_has="no")
    row.same = {"organization": NOW.isoformat()}
    make.submitted(make.answered(row, women=None))
    (one,) = burdens(owner)
    asked = len(make.sheet(row).asked())
    assert (one.reports, one.median, one.asked, one.known) == (1, asked, asked, 4)
    assert (one.same, one.unknown, one.timed, one.minutes) == (1, 1, 1, 5.0)
    assert one.changed == len(Submission.objects.get().changed)


def test_burden_is_read_in_one_query_and_only_of_what_is_in_sight(county, django_assert_num_queries):
    office = factories.township(factories.PARK)
    _ = office.assignments
    with django_assert_num_queries(1):
        (one,) = burdens(office)
    assert one.reports == 1
    assert ReportStep.objects.exists()


def test_burden_counts_as_the_sheet_does_whatever_stands_in_the_json(owner, round_):
    """Known as nothing, known but not asked, 不清楚 of what is not asked, conditions met and not, two kinds."""
    texts: list[dict] = [
        {"party_has": "yes", "union_has": "no", "venue": None, "women": None, "union_form": None},
        {"party_has": "no", "union_has": "yes", "league_has": None, "activities": None},
        {},
    ]
    odd = {"employees": "", "women": None, "industry": [], "union_form": "own", "party_has": "no"}
    sheets = []
    for number, answers in enumerate(texts):
        kind = {"kind": "social"} if number == 2 else {}
        row = make.report(factories.organization(**kind), round_, known=make.known(activities=2, **odd))
        row.same = {} if number == 1 else {"organization": NOW.isoformat(), "figures": NOW.isoformat()}
        version = make.submitted(make.answered(row, **answers))
        sheets.append((make.sheet(row), version, row.same))
    found = {one.kind: one for one in burdens(owner)}
    assert found["enterprise"].reports == 2
    for kind, one in found.items():
        mine = [(sheet, version, same) for sheet, version, same in sheets if sheet.kind == kind]
        asked = [(sheet, version, same, q) for sheet, version, same in mine for q in sheet.asked()]
        assert one.asked == len(asked)
        assert one.known == sum(sheet.known_value(q.code) not in ("", [], None) for sheet, _, _, q in asked)
        assert one.changed == sum(q.code in version.changed for _, version, _, q in asked)
        assert one.unknown == sum(version.answers.get(q.code, "") is None for _, version, _, q in asked)
        assert one.same == sum(
            q.section.code in same and q.code in version.known and q.code not in version.changed
            for _, version, same, q in asked
        )


def test_the_workbook_of_burden_holds_what_the_page_shows(opened, owner, county):
    book = load_workbook(BytesIO(b"".join(opened(owner, "report-burden-export").streaming_content)))
    head, row = list(book.active.iter_rows(min_row=3, values_only=True))
    (one,) = burdens(owner)
    told = dict(zip(head, row, strict=True))
    assert (told["年报(份)"], told["问题总数"], told["已知"], told["已知%"]) == (
        5,
        one.asked,
        one.known,
        one.shares[0][2],
    )
    assert "基数为问题总数" in book.active["A2"].value


def test_the_page_of_burden_opens_its_number(opened, owner, county):
    page = opened(owner, "report-burden")
    ((_, ((one, url),)),) = page.context["groups"]
    query = dict(p.split("=") for p in url.split("?")[1].split("&"))
    assert opened(owner, "report-list", **query).context["page_obj"].paginator.count == one.reports == 5


def test_periods_of_accounts_are_those_of_today(opened, owner, county):
    user = factories.account("filer", organization=county["甲"].organization)
    make.access(county["甲"].organization, user, period=DateRange(date(2012, 1, 1), date(2012, 6, 1)))
    assert sorted(names(opened(owner, "report-late-list", login="none"))) == sorted("甲丙")
