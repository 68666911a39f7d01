"""标准与节点: what holds and since when, boundary tables, and another version seen before it is saved."""

from io import BytesIO

import pytest
from openpyxl import load_workbook

from coverage.models import ScaleRule, Standard
from orgs.permissions import today
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner():
    return make.owner()


def typed(**more):
    return {
        "from_": str(today().replace(year=today().year + 1)),
        "measure": "employees",
        "obliged_from": "10",
        "permitted_from": "1",
        "zero_state": "7",
        "own_body_from": "",
        "clause": "试行办法",
        "reading": "从宽。",
        "rungs": "1 联合基层工会 可建\n10 基层工会委员会 应建",
        "change_reason": "",
    } | more


def test_the_page_shows_versions_and_boundaries(county, opened, owner):
    page = opened(owner, "standard-list", as_of="2011-06-30")
    text = page.content.decode()
    women = next(shown for line, _, shown in page.context["page"].lines if line == "women")[0]
    assert {b.count: (b.tag.word, b.form) for b in women.boundaries} == {
        "0": ("不适用", "—"),
        "1": ("可建", "妇女小组"),
        "2": ("可建", "妇女小组"),
        "9": ("可建", "妇女小组"),
        "10": ("应建未建", "妇委会"),
        "11": ("应建未建", "妇委会"),
        "19": ("应建未建", "妇委会"),
        "20": ("应建未建", "妇代会"),
        "21": ("应建未建", "妇代会"),
        "不明": ("数据不足", "—"),
    }
    assert "党支部(设委员会)" in text and "换新的一版" in text
    assert len(next(shown for line, _, shown in page.context["page"].lines if line == "party")) == 2


def test_others_read_it_without_the_acts(county, opened):
    for who in (make.township(), make.account("filer", organization=county["gap"])):
        text = opened(who, "standard-list").content.decode()
        assert "边界对照" in text and "换新的一版" not in text and "修改依据和口径" not in text


def test_a_version_is_previewed_then_saved(county, submit, owner):
    page = submit(owner, "standard-version", "union", step="preview", **typed())
    text = page.content.decode()
    assert "预览,还没有保存" in text and "龙源坝镇便民超市" in text
    assert Standard.objects.filter(line="union").count() == 1
    mark = page.context["preview"].mark
    file = submit(owner, "standard-version", "union", step="export", **typed())
    book = load_workbook(BytesIO(b"".join(file.streaming_content)), read_only=True)
    assert "龙源坝镇便民超市" in str(list(book.worksheets[0].iter_rows(values_only=True)))
    book.close()
    page = submit(owner, "standard-version", "union", step="confirm", mark=mark, follow=True, **typed())
    assert "新的一版已保存" in page.content.decode()
    assert [row.obliged_from for row in Standard.objects.filter(line="union")] == [25, 10]


def test_a_stale_preview_is_shown_again(county, submit, owner):
    page = submit(owner, "standard-version", "union", step="confirm", mark="别的", **typed())
    assert "预览之后标准或台账有变动" in page.content.decode()
    assert page.context["preview"].mark
    assert Standard.objects.filter(line="union").count() == 1


def test_a_version_of_the_past_wants_a_reason(county, submit, owner):
    past = typed(from_="2011-01-01")
    page = submit(owner, "standard-version", "union", step="preview", **past)
    assert "从今天以前开始" in page.content.decode()
    said = {"step": "confirm", "mark": page.context["preview"].mark}
    refused = submit(owner, "standard-version", "union", **said, **past)
    assert refused.status_code == 422
    assert "请写明理由" in refused.content.decode() and 'value="2011-01-01"' in refused.content.decode()
    submit(owner, "standard-version", "union", **said, **past | {"change_reason": "文件追溯"})
    assert Standard.objects.filter(line="union").count() == 2


def test_faulty_rungs_are_named_line_by_line(county, submit, owner):
    page = submit(owner, "standard-version", "union", step="preview", **typed(rungs="十 工会\n10 团支部 应建"))
    text = page.content.decode()
    assert "第1行“十 工会”应写成" in text and "第2行的“团支部”不是工会的形式" in text
    assert page.status_code == 422


def test_going_back_keeps_what_was_typed(county, submit, owner):
    page = submit(owner, "standard-version", "union", step="edit", **typed(clause="某某文件"))
    assert 'value="某某文件"' in page.content.decode()


def test_the_rule_of_scale_has_its_version(county, submit, owner):
    data = {
        "from_": typed()["from_"],
        "employees_with_revenue": "40",
        "revenue": "400",
        "employees_alone": "60",
        "clause": "试行",
        "reading": "",
        "change_reason": "",
    }
    page = submit(owner, "scale-version", step="preview", **data)
    assert "全南县长青竹木厂" in page.content.decode()
    submit(owner, "scale-version", step="confirm", mark=page.context["preview"].mark, **data)
    page = submit(owner, "scale-version", step="preview", **data | {"employees_alone": "39"})
    assert "单用的人数不能小于与营收并用的人数" in page.content.decode()


def test_words_and_rungs_of_a_version(county, opened, submit, owner):
    row = Standard.objects.get(line="union")
    form = opened(owner, "standard-words", row.pk).context["form"]
    assert form["rungs"].value().splitlines()[-1] == "25 基层工会委员会 应建"
    typed = {"seen": form["seen"].value(), "clause": "三(一)3", "rungs": "25 基层工会委员会 应建 设委员"}
    submit(owner, "standard-words", row.pk, reading="按在册。", **typed)
    row.refresh_from_db()
    assert (row.reading, row.rungs) == (
        "按在册。",
        [{"min": 25, "form": "union_committee", "duty": "应建", "note": "设委员"}],
    )


@pytest.mark.parametrize(("view", "find"), [("standard-words", Standard), ("scale-words", ScaleRule)])
def test_words_changed_meanwhile_are_shown_not_written_over(county, opened, submit, owner, view, find):
    row = find.objects.first()
    form = opened(owner, view, row.pk).context["form"]
    typed = {name: form[name].value() for name in form.fields}
    submit(owner, view, row.pk, **typed | {"reading": "甲写的口径。"})
    late = submit(owner, view, row.pk, **typed | {"reading": "乙写的口径。", "clause": "乙"})
    text = late.content.decode()
    assert "别人已改过这条记录" in text and "<td>甲写的口径。</td>" in text and "<td>乙写的口径。</td>" in text
    row.refresh_from_db()
    assert (row.reading, row.clause) == ("甲写的口径。", typed["clause"])
    again = late.context["form"]
    submit(owner, view, row.pk, **{name: again[name].value() for name in again.fields})
    row.refresh_from_db()
    assert (row.reading, row.clause) == ("乙写的口径。", "乙")


def test_rungs_changed_meanwhile_are_shown_in_words(county, opened, submit, owner):
    row = Standard.objects.get(line="union")
    form = opened(owner, "standard-words", row.pk).context["form"]
    typed = {name: form[name].value() for name in form.fields}
    submit(owner, "standard-words", row.pk, **typed | {"rungs": "1 联合基层工会 可建\n25 基层工会委员会 应建 设委员"})
    text = submit(owner, "standard-words", row.pk, **typed | {"reading": "乙。"}).content.decode()
    assert "<td>1 联合基层工会 可建;25 基层工会委员会 应建 设委员</td>" in text


def test_an_unknown_line_is_not_found(opened, owner):
    assert opened(owner, "standard-version", "choir").status_code == 404


def test_the_page_asks_a_fixed_number_of_questions(county, opened, owner, django_assert_num_queries):
    opened(owner, "standard-list")
    with django_assert_num_queries(QUESTIONS):
        opened(owner, "standard-list")


QUESTIONS = 11
