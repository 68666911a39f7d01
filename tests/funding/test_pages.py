"""The pages of funds: what they show, what they write, and that page, export and API say the same."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from funding.domain.entries import cancel_entry
from funding.models import FundEntry, FundStandard
from funding.queries import annual_sums, funds_of
from tests import factories as f
from tests import makers_funds as make

pytestmark = pytest.mark.usefixtures("seed")

DAY = "2011-06-30"


def get(client, user, name, *args, **query):
    client.force_login(user)
    return client.get(reverse(name, args=args), {"as_of": DAY} | query)


def post(client, user, name, *args, at="", **data):
    client.force_login(user)
    return client.post(reverse(name, args=args) + at, data)


def sheet(response):
    assert response.status_code == 200
    return load_workbook(BytesIO(b"".join(response.streaming_content))).worksheets[0]


# The ledger.


def test_the_head_says_what_the_filtered_rows_come_to_and_so_does_the_export(client):
    row, other = f.organization("甲厂"), f.organization("乙厂")
    make.receipt(row, "1234.50")
    make.receipt(row, "100.00", source="fiscal")
    make.spending(row, "80.25")
    make.receipt(other, "5.00", on=date(2010, 3, 1))
    make.receipt(other, "999.00", on=date(2011, 7, 1))
    cancel_entry(entry=make.receipt(row, "7000.00"), version=1, reason="重复登记", by=f.owner(), now=f.NOW)
    words = "收入 2 笔、合计 1,334.50 元,支出 1 笔、合计 80.25 元(作废的不计)"
    page = get(client, f.owner(), "fund-list", year="2011")
    assert words in page.content.decode()
    assert page.context["page_obj"].paginator.count == 3
    exported = sheet(get(client, f.owner(), "fund-export", year="2011"))
    assert words in exported["A2"].value
    head = next(i for i, line in enumerate(exported.iter_rows(values_only=True)) if "收入(元)" in line)
    lines = list(exported.iter_rows(min_row=head + 1, values_only=True))
    received = [line[lines[0].index("收入(元)")] for line in lines[1:]]
    assert sum(Decimal(str(value)) for value in received if value is not None) == Decimal("1334.50")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, {"a", "b", "c"}),
        ({"direction": "receipt"}, {"a", "c"}),
        ({"line": "union"}, {"c"}),
        ({"source": "dues"}, {"a"}),
        ({"purpose": "activity"}, {"b"}),
        ({"year": "2010"}, {"c"}),
        ({"occurred_from": "2011-03-02"}, {"b"}),
        ({"occurred_to": "2010-12-31"}, {"c"}),
        ({"cancelled": "only"}, {"d"}),
        ({"cancelled": "with"}, {"a", "b", "c", "d"}),
        ({"unit": f.PARK}, {"c"}),
        ({"q": "乙厂"}, {"c"}),
        ({"origin": "import"}, {"b"}),
    ],
)
def test_each_filter_finds_its_rows(client, query, found):
    row, other = f.organization("甲厂"), f.organization("乙厂", under=f.unit(f.PARK))
    entries = {
        "a": make.receipt(row),
        "b": make.spending(row, on=date(2011, 4, 1), origin="import"),
        "c": make.receipt(other, on=date(2010, 5, 1), line="union", source="union"),
        "d": make.receipt(row, cancelled_at=f.NOW, cancel_reason="登错"),
    }
    page = get(client, f.owner(), "fund-list", **query)
    assert {row.pk for row in page.context["rows"]} == {entries[name].pk for name in found}


def test_the_ledger_takes_a_fixed_number_of_queries(client, django_assert_num_queries):
    user = f.owner()
    counts = []
    for number in (1, 3):
        for _ in range(number):
            make.receipt(f.organization())
        get(client, user, "fund-list")
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as asked:
            get(client, user, "fund-list")
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_the_form_export_leaves_cancelled_ones_out(client):
    row = f.organization("甲厂")
    make.receipt(row)
    make.receipt(row, cancelled_at=f.NOW, cancel_reason="登错")
    lines = list(sheet(get(client, f.owner(), "fund-form-export", cancelled="with")).iter_rows(values_only=True))
    assert sum("甲厂" in line for line in lines) == 1


# One entry.


def test_a_receipt_is_recorded_and_shown_with_its_history(client):
    row, owner = f.organization("甲厂"), f.owner()
    said = {
        "organization": "甲厂", "line": "party", "kind": "fiscal", "amount_yuan": "0.12万元",
        "occurred_on": "2011-05-04", "occurred_precision": "month", "voucher": "记-9", "note": "",
    }  # fmt: skip
    answer = post(client, owner, "fund-create", at="?direction=receipt", **said)
    entry = FundEntry.objects.get()
    assert answer.url == reverse("fund-detail", args=[entry.pk])
    assert (entry.organization, entry.source, entry.amount_yuan, entry.occurred_on) == (
        row, "fiscal", Decimal("1200.00"), date(2011, 5, 31),
    )  # fmt: skip
    text = get(client, owner, "fund-detail", entry.pk).content.decode()
    assert "收入 1,200.00 元" in text
    assert "页面登记:党组织收入 1,200.00元,财政补助,2011年5月" in text


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"amount_yuan": "12.345"}, "金额最多写到分"),
        ({"amount_yuan": "0"}, "金额应大于0"),
        ({"amount_yuan": "约300"}, "读不出金额"),
        ({"amount_yuan": ""}, "请填写金额"),
        ({"kind": ""}, "请选择用途"),
        ({"kind": "dues"}, "用途"),
        ({"occurred_on": "2008-01-01"}, "不能早于这一天"),
        ({"organization": "没有这家"}, "没有这个全称或代码的组织"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(client, changed, sentence):
    f.organization("甲厂")
    said = {
        "organization": "甲厂", "line": "party", "kind": "allowance", "amount_yuan": "600",
        "occurred_on": "2011-05-04", "occurred_precision": "day", "voucher": "记-10", "note": "",
    } | changed  # fmt: skip
    page = post(client, f.owner(), "fund-create", at="?direction=spending", **said)
    text = page.content.decode()
    assert sentence in text and "form-errors" in text and "记-10" in text
    assert not FundEntry.objects.exists()


def test_a_secretary_finds_its_own_organization_filled_in_and_all_lines(client):
    row = f.organization("甲厂")
    form = get(client, f.account("secretary", organization=row), "fund-create").context["form"]
    assert form.initial["organization"] == "甲厂"
    assert len(form.fields["line"].choices) == 6


def test_a_department_is_offered_its_lines_alone(client):
    form = get(client, f.union_office(), "fund-create").context["form"]
    assert [value for value, _ in form.fields["line"].choices] == ["union", "women_workers"]


def test_a_correction_and_a_cancelling_are_told_in_words(client):
    row, owner = f.organization("甲厂"), f.owner()
    entry = make.receipt(row)
    said = {
        "line": "party", "direction": "receipt", "source": "superior", "purpose": "", "amount_yuan": "350.00",
        "occurred_on": "2011-03-01", "occurred_precision": "day", "voucher": "", "note": "", "version": "1",
        "change_reason": "凭证看错",
    }  # fmt: skip
    assert post(client, owner, "fund-correct", entry.pk, **said).status_code == 302
    assert post(client, owner, "fund-cancel", entry.pk, version="2", change_reason="重复登记").status_code == 302
    page = get(client, owner, "fund-detail", entry.pk)
    assert [(e.words, e.why) for e in page.context["entries"][:2]] == [
        ("作废", "重复登记"),
        ("来源 党费返还→上级拨付,金额 300.00元→350.00元", "凭证看错"),
    ]
    assert "已作废" in page.content.decode() and not page.context["may_change"]


def test_a_stale_correction_shows_both_sides(client):
    entry = make.receipt(f.organization("甲厂"))
    said = {
        "line": "party", "direction": "receipt", "source": "dues", "purpose": "", "amount_yuan": "300.00",
        "occurred_on": "2011-03-01", "occurred_precision": "day", "voucher": "", "version": "1", "change_reason": "补备注",
    }  # fmt: skip
    owner = f.owner()
    post(client, owner, "fund-correct", entry.pk, **said, note="甲说")
    page = post(client, owner, "fund-correct", entry.pk, **said, note="乙说")
    text = page.content.decode()
    assert "甲说" in text and "乙说" in text and 'name="version" value="2"' in text


def test_who_only_reads_is_offered_no_act(client):
    row = f.organization("甲厂")
    entry = make.receipt(row)
    for user in (f.account("leader"), f.account("filer", organization=row)):
        assert not get(client, user, "fund-detail", entry.pk).context["may_change"]
        assert "登记收入" not in get(client, user, "fund-list").content.decode()
    union = f.union_office()
    assert not get(client, union, "fund-detail", entry.pk).context["may_change"]
    assert get(client, union, "fund-correct", entry.pk).status_code == 403


# The check.


@pytest.fixture
def judged_county():
    town, park = f.unit(), f.unit(f.PARK)
    rows = {}
    for name, under, full, yuan in (
        ("甲厂", town, 3, "300.00"),
        ("乙厂", town, 3, "299.99"),
        ("丙厂", park, 3, None),
        ("丁厂", park, None, "100.00"),
        ("戊厂", park, 0, None),
    ):
        rows[name] = make.with_members(full, name=name, under=under)
        if yuan:
            make.receipt(rows[name], yuan)
    make.worked_in()
    return rows


def test_the_check_names_its_reading_its_base_and_what_is_not_known(client, judged_county):
    page = get(client, f.owner(), "fund-check")
    text = page.content.decode()
    assert "每名党员每年不低于 100.00 元(依据 四(三)),按 2011 年 1 月 1 日至 2011-06-30 党组织条线的收入计算" in text
    assert "有党组织、且不是确知没有党员的组织" in text
    total = page.context["check"].total
    assert (total.met, total.rated, total.not_known, total.memberless, total.missing) == (1, 4, 2, 1, Decimal("0.01"))
    assert "25.0" in text


def test_every_number_opens_its_organizations(client, judged_county):
    owner = f.owner()
    page = get(client, owner, "fund-check")
    for _, _, links in [*page.context["rows"], (None, None, page.context["total_links"])]:
        for number, address in links.values():
            found = client.get(address)
            assert found.context["page_obj"].paginator.count == number, address


@pytest.mark.parametrize(
    ("name", "tag", "reason"),
    [
        ("甲厂", "达标", "党员 3 人 × 100.00 元 = 300.00 元;党组织条线的收入 300.00 元"),
        ("乙厂", "未达标", "党员 3 人 × 100.00 元 = 300.00 元;党组织条线的收入 299.99 元,还差 0.01 元"),
        ("丙厂", "未登记经费", "党员 3 人 × 100.00 元 = 300.00 元;2011 年还没有登记党组织条线的收入,不能判断"),
        ("丁厂", "党员数不掌握", "正式党员或预备党员数不掌握,不能判断"),
        ("戊厂", "无党员", "没有党员,不计入基数"),
    ],
)
def test_each_verdict_says_why_in_the_list_and_on_the_organizations_page(client, judged_county, name, tag, reason):
    owner = f.owner()
    (row,) = [row.record for row in get(client, owner, "fund-check-list", q=name).context["rows"]]
    assert (row.tag.word, row.reason) == (tag, reason)
    text = get(client, owner, "organization-detail", judged_county[name].pk).content.decode()
    assert reason in text and "依据 四(三)" in text


def test_the_check_and_its_list_take_a_fixed_number_of_queries(client):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    user, counts = f.owner(), []
    for number in (1, 3):
        for _ in range(number):
            make.receipt(make.with_members(3))
        make.worked_in()
        for name in ("fund-check", "fund-check-list"):
            get(client, user, name)
            with CaptureQueriesContext(connection) as asked:
                get(client, user, name)
            counts.append(len(asked))
    assert counts[:2] == counts[2:]


def test_a_year_outside_what_is_known_is_not_found(client):
    assert get(client, f.owner(), "fund-check", year="2012").status_code == 404
    assert get(client, f.owner(), "fund-check", year="x").status_code == 404


def test_without_a_standard_nothing_is_judged(client, judged_county):
    FundStandard.objects.all().delete()
    page = get(client, f.owner(), "fund-check")
    assert "没有施行中的经费标准" in page.content.decode()
    assert get(client, f.owner(), "fund-check-list").context["page_obj"].paginator.count == 0


def test_the_exports_of_the_check_bear_the_same_numbers(client, judged_county):
    lines = list(sheet(get(client, f.owner(), "fund-check-export")).iter_rows(values_only=True))
    assert "达标%的基数为有党组织" in lines[1][0]
    assert lines[-1][:10] == ("合计", 5, 4, 1, 25, 1, 1, 1, 1, 0.01)
    listed = list(sheet(get(client, f.owner(), "fund-check-list-export")).iter_rows(values_only=True))
    assert sum("未达标" in line for line in listed) == 1


# Standards.


def test_a_new_version_is_seen_before_it_is_saved(client, judged_county, monkeypatch):
    owner = f.owner()
    from django.utils import timezone

    from_ = (timezone.localdate() + timezone.timedelta(days=1)).isoformat()
    said = {"from_": from_, "yearly_yuan_per_member": "50", "counts": "receipts", "clause": "试行办法", "reading": ""}
    client.force_login(owner)
    address = f"{reverse('fund-standard-create')}?as_of={DAY}"
    page = client.post(address, said | {"step": "preview"})
    text = page.content.decode()
    assert "乙厂" in text and FundStandard.objects.count() == 1
    mark = page.context["preview"].mark
    assert client.post(address, said | {"step": "confirm", "mark": mark}).status_code == 302
    assert FundStandard.objects.count() == 2
    assert "50.00" in get(client, owner, "fund-standard-list").content.decode()


# 党建情况页 and the API.


def test_the_boxes_of_the_annual_page_are_filled_from_the_ledger(client, judged_county):
    row, owner = judged_county["甲厂"], f.owner()
    for source, yuan in (
        ("superior", "10"),
        ("business", "20"),
        ("fiscal", "30"),
        ("union", "1"),
        ("own", "2"),
        ("other", "4"),
    ):
        make.receipt(row, yuan, source=source)
    make.receipt(row, "5000", on=date(2010, 12, 31))
    make.receipt(row, "5000", line="union", source="union")
    make.spending(row, "5000")
    page = get(client, owner, "annual-form", row.pk)
    texts = [[box.text for box in line] for line in page.context["lines"]]
    at = next(i for i, line in enumerate(texts) if "经费总额" in line)
    assert texts[at + 1] == [Decimal(v) for v in ("367.00", "300.00", "10.00", "20.00", "30.00")]
    assert texts[at + 2][1] == Decimal("7.00")
    assert texts[at + 2][2] == "经费总额 = 党费 + 上级支持 + 业务经费 + 财政 + 其他"
    empty = get(client, owner, "annual-form", judged_county["丙厂"].pk)
    assert [box.text for box in empty.context["lines"][at + 1]] == [None] * 5
    assert annual_sums([row.pk], date(2011, 6, 30), f.account()) == {}


def test_the_api_lists_entries_and_checks_in_sight(client, judged_county):
    client.force_login(f.township())
    found = client.get("/api/v1/funds/", {"as_of": DAY, "year": 2011}).json()
    assert [(one["name"], one["amount_yuan"], one["kind_label"], one["unit"]["code"]) for one in found["results"]] == [
        ("甲厂", "300.00", "党费返还", f.CHENGXIANG),
        ("乙厂", "299.99", "党费返还", f.CHENGXIANG),
    ]
    one = client.get(f"/api/v1/funds/{found['results'][0]['id']}/", {"as_of": DAY}).json()
    assert one == found["results"][0]
    theirs = FundEntry.objects.get(organization=judged_county["丁厂"])
    assert client.get(f"/api/v1/funds/{theirs.pk}/").status_code == 404
    check = client.get("/api/v1/fund-checks/", {"as_of": DAY, "year": 2011}).json()
    assert check["standard"]["yearly_yuan_per_member"] == "100.00"
    assert {name: check["total"][name] for name in ("met", "short", "rated", "rate", "missing_yuan")} == {
        "met": 1, "short": 1, "rated": 2, "rate": 50.0, "missing_yuan": "0.01",
    }  # fmt: skip
    assert [(row["name"], row["verdict"], row["missing_yuan"]) for row in check["results"]] == [
        ("甲厂", "met", "0.00"),
        ("乙厂", "short", "0.01"),
    ]


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("funds/", {"year": "20x1"}),
        ("funds/", {"line": "choir"}),
        ("funds/", {"direction": "gift"}),
        ("fund-checks/", {"year": "2013", "as_of": DAY}),
        ("fund-checks/", {"nonsense": "1"}),
    ],
)
def test_the_api_says_which_parameter_it_cannot_read(client, path, query):
    client.force_login(f.owner())
    answer = client.get(f"/api/v1/{path}", query)
    assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (400, next(iter(query)))


def test_a_cancelling_opened_before_somebody_corrected_the_entry_is_not_carried_out(client):
    entry, owner = make.receipt(f.organization(), "100.00"), f.owner()
    form = get(client, owner, "fund-cancel", entry.pk).context["form"]
    assert str(form["version"].value()) == "1"
    FundEntry.objects.update(version=2, amount_yuan=Decimal("120.00"))
    address = reverse("fund-cancel", args=[entry.pk])
    answer = client.post(address, {"version": "1", "change_reason": "重复登记"})
    assert answer.status_code == 200
    assert FundEntry.objects.get().cancelled_at is None
    assert answer.context["form"]["version"].value() == "2"
    assert client.post(address, {"version": "2", "change_reason": "重复登记"}).status_code == 302
    assert FundEntry.objects.get().cancelled_at is not None


def test_links_and_exports_of_the_check_keep_its_date_and_its_unit(client, judged_county):
    page = get(client, f.owner(), "fund-check", unit=f.PARK)
    text = page.content.decode()
    assert f"as_of={DAY}&amp;unit={f.PARK}" in text
    assert f"as_of={DAY}" in page.context["list_url"] and f"unit={f.PARK}" in page.context["list_url"]
    listed = get(client, f.owner(), "fund-check-list")
    assert f"as_of={DAY}" in listed.content.decode().split('class="crumbs')[1].split("</p>")[0]


def test_sums_open_to_their_entries_whatever_unit_is_being_worked_on(client, judged_county):
    owner = f.owner()
    client.force_login(owner)
    session = client.session
    session["working_scope"] = {"as_of": DAY, "unit": f.PARK, "line": "union"}
    session.save()
    row = judged_county["甲厂"]
    told = funds_of(row, owner, date.fromisoformat(DAY))
    assert client.get(told.list_query).context["page_obj"].paginator.count == 1
    listed = get(client, owner, "fund-check-list", q="甲厂", unit="")
    (address,) = [cell.url for cell in listed.context["rows"][0].cells if "direction" in cell.url]
    assert client.get(address).context["page_obj"].paginator.count == 1
