"""Pages of 登记名册核对: handing in, progress, counts, the list, both sides, answers one by one and many."""

import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from orgs.models import Discrepancy, Lead, Organization, Reconciliation
from tests import factories as f
from tests import makers_reconciliation as make

D = "2012-11-05"


def words(response) -> str:
    return response.content.decode()


def names(response) -> list[str]:
    return [row.record.finding.name for row in response.context["rows"]]


@pytest.fixture
def found():
    """A register with a finding of each kind, in 城厢镇 and in the park."""
    here, away = f.organization("此地厂", industry="C"), f.organization("园区厂", f.unit(f.PARK))
    one, _ = f.organization("同名厂", uscc=None), f.organization("同名厂", f.unit(f.PARK), uscc=None)
    assert one.name
    rows = [
        make.said_of(here, 企业名称="此地新名厂", 行业门类="采矿业"),
        make.said_of(away, 登记状态="注销", 注销日期="2012-08-15"),
        make.stranger(1),
        make.stranger(2, 企业名称="同名厂"),
        make.stranger(3, 成立日期="不详"),
    ]
    return make.compared(rows)


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("view", "queries"), [("reconciliation-list", 11), ("discrepancy-list", 9)])
def test_the_lists_ask_the_same_number_of_questions(opened, view, queries, rows, django_assert_num_queries):
    for number in range(rows):
        of = make.register(name=f"{number}.csv")
        make.finding("changed", f.organization(f"第{number}厂"), of=of)
    user = f.township()
    opened(user, view, as_of=D)
    with django_assert_num_queries(queries):
        assert len(opened(user, view, as_of=D).context["rows"]) == rows


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_of_a_register_asks_the_same_number_of_questions(opened, rows, django_assert_num_queries):
    of = make.register()
    for number in range(rows):
        make.finding("changed", f.organization(f"第{number}厂"), of=of)
        make.finding("new", name=f"新{number}厂", of=of)
    user = f.owner()
    opened(user, "reconciliation-detail", of.pk, as_of=D)
    with django_assert_num_queries(11):
        assert len(opened(user, "reconciliation-detail", of.pk, as_of=D).context["rows"]) == 2 * rows


def test_a_register_is_handed_in_and_can_be_left_and_come_back_to(client):
    user = f.owner()
    client.force_login(user)
    said = {"source": "market", "as_of": "2012-10-31", "completeness": "kind", "kind": "enterprise"}
    file = SimpleUploadedFile("企业名录.xlsx", make.workbook([make.stranger(1)]))
    response = client.post(reverse("reconciliation-upload"), said | {"file": file})
    found = Reconciliation.objects.get()
    assert response.url == reverse("reconciliation-detail", args=[found.pk])
    page = words(client.get(response.url))
    assert "hx-trigger" in page and "排队中" in page and "市场监管名册,截至 2012-10-31,全县的非公有制企业完整" in page
    assert "企业名录.xlsx" in words(client.get(reverse("reconciliation-list")))
    make.done(found)
    assert "全南县新来1厂" in words(client.get(response.url))


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({}, "请填写名册文件。"),
        ({"completeness": "kind"}, "请选择名册完整的是哪一类"),
        ({"completeness": "unit"}, "请选择这份名册所属的主管党(工)委。"),
        ({"as_of": "2099-01-01"}, "名册截至日期不能晚于今天"),
        ({"as_of": "昨天"}, "日期应写成 2011-06-30 这样。"),
    ],
)
def test_a_register_that_is_refused_says_why_beside_the_field(client, said, sentence):
    client.force_login(f.owner())
    lawful = {"source": "market", "as_of": "2012-10-31", "completeness": "part"}
    if said:
        lawful["file"] = SimpleUploadedFile("企业名录.xlsx", make.workbook([make.stranger(1)]))
    response = client.post(reverse("reconciliation-upload"), lawful | said)
    assert response.status_code == 422
    assert sentence in words(response)
    assert not Reconciliation.objects.exists()


def test_a_file_that_cannot_be_read_says_its_sentence_on_the_page(opened):
    user = f.owner()
    found = make.handed_in_file(b"plain text", "假.xlsx", user)
    with pytest.raises(AssertionError):
        make.done(found)
    found.check_job.refresh_from_db()
    assert found.check_job.failure in words(opened(user, "reconciliation-detail", found.pk))


def test_who_only_reads_is_offered_neither_upload_nor_answers(opened, found):
    for user in (f.account("leader"), f.union_office()):
        assert "上传并核对" not in words(opened(user, "reconciliation-list"))
        page = words(opened(user, "reconciliation-detail", found.pk))
        assert "采纳选中的" not in page and "原文件" not in page and "此地厂" in page
        one = Discrepancy.objects.get(kind="gone")
        assert "办理减少" not in words(opened(user, "discrepancy-detail", one.pk))


def test_the_template_is_read_back_without_a_fault(opened):
    response = opened(f.owner(), "reconciliation-template")
    book = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content)))
    sheet = book.worksheets[0]
    heads = [cell.value for cell in sheet[3]]
    assert heads[1:4] == ["单位名称", "统一社会信用代码", "注册号"]
    for at, value in ((2, "模板厂"), (3, f.uscc(44)), (5, "合伙企业"), (7, "2012-05-06"), (8, "存续")):
        sheet.cell(4, at, value)
    out = io.BytesIO()
    book.save(out)
    found = make.compared_file(out.getvalue(), "模板.xlsx")
    assert found.check_result["rejected"] == 0
    assert [(d.kind, d.name, d.facts["registered_on"]) for d in found.discrepancies.all()] == [
        ("new", "模板厂", "2012-05-06")
    ]


def test_the_page_counts_by_kind_and_field_and_leads_to_the_faulty_rows(opened, found):
    user = f.owner()
    response = opened(user, "reconciliation-detail", found.pk)
    counts = response.context["counts"]
    assert counts.kinds == {"new": 1, "gone": 1, "changed": 2, "ambiguous": 1}
    assert (counts.waiting, counts.changed) == (5, [("单位名称", 1), ("行业门类", 1)])
    page = words(response)
    assert "有错误 1、有提示 0、跳过 0" in page
    rows = words(opened(user, "reconciliation-rows", found.pk))
    assert "F6" in rows and "不详" in rows and "读不出日期" in rows


def test_a_unit_sees_its_own_findings_of_the_countys_register(opened, found):
    response = opened(f.township(), "reconciliation-detail", found.pk)
    assert sorted(names(response)) == ["全南县新来1厂", "同名厂", "此地厂", "此地厂"]
    assert response.context["counts"].kinds == {"new": 1, "gone": 0, "changed": 2, "ambiguous": 1}
    assert "园区厂" not in words(response) and "名册行数" not in words(response)
    assert names(opened(f.township(f.PARK), "reconciliation-detail", found.pk)) == ["园区厂"]
    assert opened(f.township("36072906"), "reconciliation-detail", found.pk).status_code == 404
    assert opened(f.township(), "reconciliation-rows", found.pk).status_code == 404


@pytest.mark.parametrize(
    ("query", "seen"),
    [
        ({"kind": "gone"}, ["园区厂"]),
        ({"field": "industry"}, ["此地厂"]),
        ({"unit": f.PARK}, ["园区厂"]),
        ({"unit": f.CHENGXIANG, "kind": "new"}, ["全南县新来1厂"]),
        ({"matched": "uscc", "kind": "gone"}, ["园区厂"]),
        ({"q": "新来"}, ["全南县新来1厂"]),
        ({"state": "refused"}, []),
        ({"earlier": "yes"}, []),
        ({"source": "civil"}, []),
        ({"kind": "nonsense"}, []),
    ],
)
def test_each_filter_narrows_the_list(opened, found, query, seen):
    assert names(opened(f.owner(), "discrepancy-list", as_of=D, **query)) == seen


def test_the_list_ends_with_the_working_date_and_a_registers_page_does_not(opened, found):
    user = f.owner()
    assert names(opened(user, "discrepancy-list", as_of="2012-10-30")) == []
    assert len(names(opened(user, "reconciliation-detail", found.pk, as_of="2012-10-30"))) == 5


def test_the_export_holds_what_the_page_shows_with_the_words_of_the_lists(opened, found):
    response = opened(f.township(), "discrepancy-export", as_of=D, reconciliation=str(found.pk), kind="changed")
    book = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content)))
    rows = [row[:5] for row in book.active.iter_rows(values_only=True)]
    head = rows.index(("单位名称", "差异", "项目", "台账", "名册"))
    assert sorted(rows[head + 1 :]) == [
        ("此地厂", "变更", "单位名称", "此地厂", "此地新名厂"),
        ("此地厂", "变更", "行业门类", "制造业", "采矿业"),
    ]


def test_both_sides_stand_beside_each_other(opened, found):
    f.figures(Organization.objects.get(name="此地厂"), employees=48)
    one = Discrepancy.objects.get(field="industry")
    page = words(opened(f.township(), "discrepancy-detail", one.pk))
    assert all(word in page for word in ("制造业", "采矿业", "48", "按信用代码匹配", "这份名册里它的其他差异"))
    assert opened(f.township(f.PARK), "discrepancy-detail", one.pk).status_code == 404


def test_an_earlier_answer_stands_beside_what_comes_again(opened):
    row = f.organization("改名厂")
    first = make.compared([make.said_of(row, 企业名称="别名厂")]).discrepancies
    first.update(state="refused", reason="名册写错", decided_by=f.owner(), decided_at=f.NOW)
    again = make.compared([make.said_of(row, 企业名称="别名厂")])
    assert "已答复过:名册写错" in words(opened(f.owner(), "reconciliation-detail", again.pk))
    one = again.discrepancies.get()
    assert "以前的名册这样写时已答复过" in words(opened(f.owner(), "discrepancy-detail", one.pk))


def test_each_kind_is_accepted_on_its_own_form(submit, found):
    user = f.owner()
    by_kind = {d.kind: d for d in Discrepancy.objects.exclude(field="name")}
    accept = "discrepancy-accept"
    assert submit(user, accept, by_kind["new"].pk, unit=f.unit().pk).status_code == 302
    said = {"state": "deregistered", "on": "2012-08-15"}
    assert submit(user, accept, by_kind["gone"].pk, **said).status_code == 302
    assert submit(user, accept, by_kind["changed"].pk, change_reason="已核对").status_code == 302
    chosen = Organization.objects.filter(name="同名厂").first()
    page = submit(user, accept, by_kind["ambiguous"].pk, organization=chosen.pk, follow=True)
    assert "已确定是“同名厂”,另列出" in words(page)
    assert Lead.objects.get().name == "全南县新来1厂"
    assert Organization.objects.get(name="园区厂").closed_state == "deregistered"
    assert Organization.objects.get(name="此地厂").industry == "B"


def test_the_form_of_a_gone_one_is_filled_with_what_the_register_says(opened, found):
    one = Discrepancy.objects.get(kind="gone")
    form = opened(f.owner(), "discrepancy-accept", one.pk).context["form"]
    assert (form.initial["state"], form.initial["on"]) == ("deregistered", "2012-08-15")


def test_a_unit_is_shown_no_namesake_of_another(opened, found):
    one = Discrepancy.objects.get(kind="ambiguous")
    form = opened(f.township(), "discrepancy-accept", one.pk).context["form"]
    assert len(form.fields["organization"].choices) == 2
    assert len(opened(f.owner(), "discrepancy-accept", one.pk).context["form"].fields["organization"].choices) == 3


def test_a_stale_one_says_both_values_and_stays_open(submit, found):
    one = Discrepancy.objects.get(field="industry")
    Organization.objects.filter(name="此地厂").update(industry="A")
    page = words(submit(f.owner(), "discrepancy-accept", one.pk, change_reason="核对"))
    assert "当时是“制造业”,现在是“农、林、牧、渔业”;名册是“采矿业”" in page or "名册是“采矿业”" in page
    one.refresh_from_db()
    assert one.state == "open"


def test_refusing_asks_why(submit, found):
    one = Discrepancy.objects.get(field="name")
    assert "请填写理由。" in words(submit(f.township(), "discrepancy-refuse", one.pk, change_reason=""))
    assert submit(f.township(), "discrepancy-refuse", one.pk, change_reason="有误").status_code == 302
    one.refresh_from_db()
    assert (one.state, one.reason) == ("refused", "有误")


def test_many_are_accepted_in_two_steps_and_each_row_says_what_became_of_it(submit, found):
    user = f.owner()
    query = {"reconciliation": str(found.pk)}
    asked = submit(user, "discrepancy-answer", query=query, act="accept", whole="1")
    assert "采纳这 5 条" in words(asked) and not Lead.objects.exists()
    ids = [str(pk) for pk in Discrepancy.objects.values_list("pk", flat=True)]
    page = submit(user, "discrepancy-answer", query=query, act="accept", sure="1", ids=ids)
    assert (page.context["done"], page.context["left"]) == (3, 2)
    assert "减少的须逐条办理" in words(page) and "待判断的须逐条办理" in words(page)
    assert sorted(Discrepancy.objects.filter(state="open").values_list("kind", flat=True)) == ["ambiguous", "gone"]


def test_many_are_refused_with_one_reason(submit, found):
    ids = [str(pk) for pk in Discrepancy.objects.values_list("pk", flat=True)]
    said = {"act": "refuse", "sure": "1", "ids": ids}
    assert "请填写理由。" in words(submit(f.township(), "discrepancy-answer", **said))
    submit(f.township(), "discrepancy-answer", change_reason="待核实", **said)
    # What another unit has to answer was not even meant.
    assert list(Discrepancy.objects.filter(state="open").values_list("name", flat=True)) == ["园区厂"]


def test_nothing_ticked_answers_nothing(submit, found):
    page = submit(f.owner(), "discrepancy-answer", act="refuse", follow=True)
    assert "还没有勾选" in words(page)


def test_an_empty_list_says_so(opened):
    assert "还没有核对过名册" in words(opened(f.owner(), "reconciliation-list"))
    assert "没有差异" in words(opened(f.owner(), "discrepancy-list"))


@pytest.mark.parametrize("role", ["secretary", "filer"])
def test_accounts_of_organizations_are_not_let_in(opened, found, role):
    user = f.account(role, organization=Organization.objects.get(name="此地厂"))
    for page in ("reconciliation-list", "discrepancy-list"):
        assert opened(user, page).status_code == 403


def test_the_workbench_leads_to_what_waits(opened, found):
    page = words(opened(f.township(), "workbench", as_of=D))
    assert "名册核对 4 条待答复" in page
    assert f"{reverse('discrepancy-list')}?state=open" in page
