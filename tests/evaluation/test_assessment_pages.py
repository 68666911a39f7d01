"""考核 on its pages: who reads what, what is saved, and that every number opens what it counts."""

from decimal import Decimal as D
from io import BytesIO
from urllib.parse import unquote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from evaluation.domain.confirming import PreviewChanged, confirm_many
from evaluation.domain.raters import possible_raters
from evaluation.models import Assessment, Scheme, Score
from evaluation.queries_assessments import summary_of
from orgs.permissions import today
from tests import factories
from tests import makers_scores as make
from tests.evaluation.conftest import *  # noqa: F403
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner():
    return factories.owner()


@pytest.fixture
def firm():
    return factories.organization("竹木厂")


@pytest.fixture
def sheet(firm):
    return make.sheet(make.opened(), firm)


@pytest.fixture
def secretary(firm):
    return factories.account("secretary", organization=firm)


def text(response, status=200):
    assert response.status_code == status, response.status_code
    return response.content.decode()


# schemes ---------------------------------------------------------------------------------------

SCHEME = {
    "year": 2010, "name": "2010 年考核", "subject": "organization", "of_kinds": ["enterprise"], "as_of": "2010-12-31",
    "full_score": "100", "counting": "last", "veto_lowest": "on", "version": 1,
}  # fmt: skip


def test_a_scheme_is_drafted_filled_and_opened(submit, opened, owner, firm):
    assert submit(owner, "scheme-create", **SCHEME).status_code == 302
    row = Scheme.objects.get()
    given = {"code": "1.1", "section": "组织", "name": "机构", "rule": "given", "points": "93"}
    assert submit(owner, "indicator-add", row.pk, **given).status_code == 302
    steps = {"code": "2.1", "section": "保障", "name": "经费", "rule": "steps", "points": "7"}
    wrong = submit(owner, "indicator-add", row.pk, **steps, steps="10", more="6")
    assert "每行写两个数" in text(wrong) and "经费" in text(wrong)
    assert submit(owner, "indicator-add", row.pk, **steps, steps="10 2\n20 4", more="6").status_code == 302
    assert row.indicators.get(code="2.1").parameters == make.FUNDS
    page = text(opened(owner, "scheme-detail", row.pk))
    assert "短缺不超过10%扣2分" in page and "90分以上(含)" in page
    assert "<b>1</b> 家组织" in text(opened(owner, "scheme-open", row.pk))
    row.refresh_from_db()
    assert "别人已改过这个方案" in text(submit(owner, "scheme-open", row.pk, version=row.version - 1), 422)
    assert submit(owner, "scheme-open", row.pk, version=row.version).status_code == 302
    assert row.assessments.count() == 1
    assert "已经启动" in text(submit(owner, "indicator-add", row.pk, **given | {"code": "9", "name": "x"}))


def test_what_is_wrong_with_a_draft_stands_on_its_page(opened, submit, owner):
    row = make.scheme(full_score=D(90))
    assert "合计100分,与满分90分不等" in text(opened(owner, "scheme-detail", row.pk))
    assert submit(owner, "scheme-open", row.pk).status_code == 422


def test_bands_and_order_and_removal(submit, owner):
    row = make.scheme()
    row.refresh_from_db()
    said = {"version": row.version, "name0": "好", "from0": "50", "name1": "差", "from1": "0"}
    assert submit(owner, "scheme-bands", row.pk, **said).status_code == 302
    assert "别人已改过这个方案" in text(submit(owner, "scheme-bands", row.pk, **said | {"name0": "很好"}))
    assert "从0分起" in text(submit(owner, "scheme-bands", row.pk, version=row.version + 1, name0="好", from0="50"))
    one = make.indicator(row, "1.2")
    submit(owner, "indicator-move", one.pk, to="up")
    submit(owner, "indicator-remove", make.indicator(row, "4.1").pk)
    assert list(row.indicators.values_list("code", flat=True)) == ["1.2", "1.1", "2.1", "2.2", "3.1"]
    assert [band.name for band in row.bands.all()] == ["好", "差"]


def test_a_scheme_is_carried_over_and_closed(submit, owner, sheet):
    submit(owner, "scheme-copy", sheet.scheme_id, year=2011, name="2011 年考核")
    assert Scheme.objects.get(year=2011).state == "draft"
    submit(owner, "scheme-close", sheet.scheme_id)
    assert Scheme.objects.get(year=2010).state == "closed"


# the sheet -------------------------------------------------------------------------------------


def values(sheet, rater, **changed):
    keys = dict(sheet.scheme.indicators.values_list("code", "pk"))
    said = {**make.BEST, **{code.lstrip("_").replace("_", "."): raw for code, raw in changed.items()}}
    return {f"raw-{keys[code]}": raw for code, raw in said.items()}


def test_raters_stand_side_by_side_and_the_total_can_be_checked_by_hand(opened, owner, sheet):
    make.rated(sheet, "self", _2_2="0")
    make.rated(sheet, "unit", _2_2="1")
    make.rated(sheet, "county", _2_2="2", _3_1="2")
    page = text(opened(owner, "assessment-detail", sheet.pk))
    assert page.count("评分不一致") == 2
    assert "47 + 40 + 7 + 2 + 加分 3 = 99" in page
    assert "<b>99</b> 分 · <b>优秀</b>" in page


def test_a_sheet_that_lacks_scores_says_which(opened, owner, sheet):
    make.rated(sheet, "county", _1_1=None)
    page = text(opened(owner, "assessment-detail", sheet.pk))
    assert "尚缺 1 项" in page and "没有得分:1.1 机构和制度" in page


def test_a_whole_sheet_is_saved_or_nothing_and_keeps_what_was_typed(submit, owner, sheet):
    response = submit(owner, "assessment-rate", sheet.pk, "county", **values(sheet, "county", _1_1="48", _1_2="abc"))
    page = text(response, 422)
    assert "读不出" in page and 'value="48"' in page and 'value="abc"' in page
    response = submit(owner, "assessment-rate", sheet.pk, "county", **values(sheet, "county", _1_1="48"))
    assert "最多47分" in text(response, 422) and Score.objects.count() == 0
    assert submit(owner, "assessment-rate", sheet.pk, "county", **values(sheet, "county")).status_code == 302
    assert Assessment.objects.get(pk=sheet.pk).total == D(100)


def test_a_sheet_changed_by_others_meanwhile_is_shown_again(opened, submit, owner, sheet):
    form = opened(owner, "assessment-rate", sheet.pk, "county").context["form"]
    make.rated(sheet, _2_2="1")
    key = make.indicator(sheet.scheme, "1.1").pk
    # Only 1.1 is typed over the empty sheet.
    typed = {name: form[name].value() or "" for name in form.fields} | {f"raw-{key}": "40"}
    response = submit(owner, "assessment-rate", sheet.pk, "county", **typed)
    page = text(response, 422)
    assert "别人已改过" in page and "<td>47</td><td>40</td>" in page
    assert sheet.scores.get(indicator__code="1.1").raw == D(47)
    again = response.context["form"]
    again = {name: again[name].value() or "" for name in again.fields}
    assert again[f"raw-{make.indicator(sheet.scheme, '2.2').pk}"] == "1"
    assert submit(owner, "assessment-rate", sheet.pk, "county", **again).status_code == 302
    raws = dict(sheet.scores.values_list("indicator__code", "raw"))
    assert raws == {"1.1": D(40), "1.2": D(40), "2.1": D(0), "2.2": D(1), "3.1": D(0), "4.1": D(0)}


def test_a_department_is_asked_only_for_its_lines(opened, submit, sheet):
    by = factories.union_office()
    page = text(opened(by, "assessment-rate", sheet.pk, "county"))
    assert page.count("这项指标不由您评分") == 5
    key = make.indicator(sheet.scheme, "1.2").pk
    assert submit(by, "assessment-rate", sheet.pk, "county", **{f"raw-{key}": "39"}).status_code == 302
    assert Score.objects.get().indicator_id == key


def test_the_organization_reads_its_own_rating_and_after_confirmation_all_of_it(opened, submit, secretary, sheet):
    submit(secretary, "assessment-rate", sheet.pk, "self", **values(sheet, "self", _1_1="46"))
    make.rated(sheet, "county", _1_1="33")
    for view in ("assessment-detail", "assessment-print"):
        page = text(opened(secretary, view, sheet.pk))
        assert "46" in page and "33" not in page and "优秀" not in page and "良好" not in page
    assert "自评已填完" in text(opened(secretary, "my-assessment-list"))
    assert opened(secretary, "assessment-list").status_code == 403
    confirm_many(assessment_ids=[sheet.pk], by=None, now=NOW)
    page = text(opened(secretary, "assessment-detail", sheet.pk))
    assert "<b>86</b> 分 · <b>良好</b>" in page and "33" in page
    assert "<b>86</b> 分" in text(opened(secretary, "my-assessment-list"))


def test_the_organizations_page_tells_each_what_it_may_know(opened, owner, secretary, firm, sheet):
    make.rated(sheet, _1_1="33")
    assert "良好" in text(opened(owner, "organization-detail", firm.pk))
    page = text(opened(secretary, "organization-detail", firm.pk))
    assert 'id="assessments"' in page and "良好" not in page
    filer = factories.account("filer", organization=firm)
    assert 'id="assessments"' not in text(opened(filer, "organization-detail", firm.pk))


def test_confirming_is_previewed_and_what_changed_meanwhile_is_shown_again(submit, owner, sheet):
    make.rated(sheet)
    preview = submit(owner, "assessment-confirm", ids=[sheet.pk])
    mark = preview.context["mark"]
    assert "将核定</span> 1 份" in text(preview)
    make.rated(sheet, _1_1="40")
    again = submit(owner, "assessment-confirm", ids=[sheet.pk], step="confirm", mark=mark)
    assert again.status_code == 409 and "又有变化" in again.content.decode()
    done = submit(owner, "assessment-confirm", ids=[sheet.pk], step="confirm", mark=again.context["mark"])
    assert done.status_code == 302
    sheet.refresh_from_db()
    assert (sheet.result, sheet.confirmed_by_name) == (D(93), owner.name)
    page = text(submit(owner, "assessment-reopen", sheet.pk, change_reason="误扣", version=sheet.version, follow=True))
    assert "误扣" in page and "原结果 93 分、优秀" in page


def test_a_veto_since_the_preview_is_shown_again_though_the_total_is_the_same(submit, owner, sheet):
    make.rated(sheet)
    mark = submit(owner, "assessment-confirm", ids=[sheet.pk]).context["mark"]
    make.rated(sheet, _4_1="1")
    again = submit(owner, "assessment-confirm", ids=[sheet.pk], step="confirm", mark=mark)
    assert again.status_code == 409 and "一票否决" in again.content.decode()
    with pytest.raises(PreviewChanged):
        confirm_many(assessment_ids=[sheet.pk], by=owner, now=NOW, mark=mark)
    sheet.refresh_from_db()
    assert sheet.state == "open"


def test_a_confirmed_sheet_is_not_rated(opened, owner, sheet):
    make.confirmed(make.rated(sheet))
    response = opened(owner, "assessment-rate", sheet.pk, "county")
    assert response.status_code == 302 and response.url == reverse("assessment-detail", args=[sheet.pk])


# lists and sums --------------------------------------------------------------------------------


@pytest.fixture
def several():
    park = factories.unit(factories.PARK)
    firms = [factories.organization(f"第{n}家", park if n > 2 else None) for n in range(1, 6)]
    scheme = make.opened()
    sheets = [make.sheet(scheme, one) for one in firms]
    make.rated(sheets[0])
    make.rated(sheets[1], _1_1="33")
    make.rated(sheets[2], _4_1="1")
    make.rated(sheets[3], "self", _1_1=None)
    confirm_many(assessment_ids=[sheets[0].pk], by=None, now=NOW)
    return scheme, sheets


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, {1, 2, 3, 4, 5}),
        ({"band": "优秀"}, {1}),
        ({"band": "良好"}, {2}),
        ({"band": "不达标"}, {3}),
        ({"complete": "no"}, {4, 5}),
        ({"complete": "yes"}, {1, 2, 3}),
        ({"state": "confirmed"}, {1}),
        ({"rater": "county"}, {4, 5}),
        ({"rater": "self"}, {1, 2, 3, 4, 5}),
        ({"veto": "yes"}, {3}),
        ({"unit": factories.PARK}, {3, 4, 5}),
        ({"q": "第2家"}, {2}),
    ],
)
def test_filters_find_what_they_say(opened, owner, several, query, found):
    rows = opened(owner, "assessment-list", **query).context["rows"]
    assert {int(row.record.name[1]) for row in rows} == found


@pytest.mark.parametrize("key", ["total", "band"])
def test_who_is_not_rated_stands_last_in_either_direction(opened, owner, several, key):
    for asked in (key, f"-{key}"):
        rows = opened(owner, "assessment-list", sort=asked).context["rows"]
        assert {int(row.record.name[1]) for row in list(rows)[-2:]} == {4, 5}


def test_the_summary_averages_the_complete_alone_and_every_number_opens(opened, owner, several):
    scheme, _ = several
    found = summary_of(owner, scheme, today())
    assert (found.total.all, found.total.incomplete, found.total.complete) == (5, 2, 3)
    assert found.total.bands == {"优秀": 1, "良好": 1, "达标": 0, "不达标": 1}
    assert found.total.average == D("95.33")
    page = opened(owner, "assessment-summary")
    for _, _, cells in page.context["rows"]:
        for n, url in [cells["all"], *cells["bands"], cells["incomplete"], cells["confirmed"], cells["complete"]]:
            query = dict(part.partition("=")[::2] for part in url.partition("?")[2].split("&"))
            response = opened(owner, "assessment-list", **{k: unquote(v) for k, v in query.items()})
            assert response.context["page_obj"].paginator.count == n
    file = load_workbook(BytesIO(b"".join(opened(owner, "assessment-summary-export").streaming_content)))
    assert [cell.value for cell in list(file.active.rows)[-1]][:2] == ["合计", 5]


def test_the_form_of_the_list_is_that_of_the_import(opened, owner, several):
    response = opened(owner, "assessment-form", rater_form="county", band="优秀")
    book = load_workbook(BytesIO(b"".join(response.streaming_content)))
    rows = [[cell.value for cell in row] for row in book.active.iter_rows(min_row=4)]
    assert len(rows) == 1 and "县级" in rows[0] and "第1家" in rows[0]
    assert [rater.value for rater in possible_raters(owner)] == ["unit", "county"]


@pytest.mark.parametrize(
    ("view", "args"),
    [("assessment-list", False), ("assessment-summary", False), ("scheme-list", False), ("assessment-detail", True)],
)
def test_queries_do_not_grow_with_the_rows(opened, owner, several, view, args):
    def count():
        with CaptureQueriesContext(connection) as seen:
            response = opened(owner, view, *([several[1][0].pk] if args else []))
        assert response.status_code == 200
        return len(seen)

    count()
    before = count()
    for n in range(6):
        factories.organization(f"另{n}家")
    make.rated(several[1][4])
    make.opened(name="又一方案")
    assert count() == before
    assert before <= 30
