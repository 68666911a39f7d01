"""经费表: receipts and spendings from a workbook, by the rules of the page."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import Workbook

from funding.domain.entries import cancel_entry, correct_entry
from funding.exports import funds_form_file
from funding.models import FundEntry
from quannan.base.domain import import_files
from quannan.base.imports import import_kind
from tests import factories as f
from tests import makers_funds as make
from tests.orgs.imports.staff import Staff, faults, warnings

pytestmark = pytest.mark.usefixtures("seed")


@pytest.fixture
def funds(tmp_path):
    return Staff("FUND", tmp_path)


@pytest.fixture
def firm(seed):
    return f.organization("全南县兴隆竹业有限公司")


def got(firm, **changed):
    said = {
        "uscc": firm.uscc, "name": firm.name, "line": "党组织", "direction": "收入", "source": "党费返还",
        "occurred": "2011-03-01", "amount": 320.5, "voucher": "记-3",
    }  # fmt: skip
    return said | changed


def spent(firm, **changed):
    return got(firm, direction="支出", source=None, purpose="活动", amount=120, voucher=None) | changed


def test_rows_are_written_as_they_say(funds, firm):
    counts, result = funds.write(
        got(firm), spent(firm, note="重温入党誓词"), spent(firm, line="工会", purpose="岗位津贴", occurred="2011年5月")
    )
    assert (counts, faults(result), warnings(result)) == ((3, 0, 0), [], [])
    rows = FundEntry.objects.order_by("pk").values_list(
        "line", "direction", "source", "purpose", "amount_yuan", "occurred_on", "occurred_precision", "voucher", "note",
        "origin", "cancelled_at", "version",
    )  # fmt: skip
    assert list(rows) == [
        ("party", "receipt", "dues", "", Decimal("320.50"), date(2011, 3, 1), "day", "记-3", "", "import", None, 1),
        ("party", "spending", "", "activity", Decimal("120.00"), date(2011, 3, 1), "day", "", "重温入党誓词", "import", None, 1),
        ("union", "spending", "", "allowance", Decimal("120.00"), date(2011, 5, 31), "month", "", "", "import", None, 1),
    ]  # fmt: skip


def test_the_same_file_again_changes_nothing(funds, firm):
    rows = [
        got(firm),
        got(firm),
        got(firm),
        spent(firm, occurred="2011年"),
        spent(firm, note="甲"),
        spent(firm, note="乙"),
    ]
    assert funds.write(*rows)[0] == (6, 0, 0)
    assert funds.write(*rows)[0] == (0, 0, 6)
    assert funds.write(*reversed(rows))[0] == (0, 0, 6)
    assert FundEntry.objects.count() == 6


def test_one_equal_row_more_is_one_payment_more(funds, firm):
    funds.write(got(firm), got(firm))
    assert funds.write(got(firm), got(firm), got(firm))[0] == (1, 0, 2)


def test_a_note_is_put_right_and_cleared_and_a_blank_one_keeps(funds, firm):
    funds.write(spent(firm, note="甲"))
    assert funds.write(spent(firm))[0] == (0, 0, 1)
    assert funds.write(spent(firm, note="乙"))[0] == (0, 1, 0)
    assert FundEntry.objects.values_list("note", "version").get() == ("乙", 2)
    assert funds.write(spent(firm, note="--"))[0] == (0, 1, 0)
    assert FundEntry.objects.get().note == ""


def test_a_cancelled_entry_is_not_brought_back(funds, firm):
    funds.write(got(firm))
    cancel_entry(entry=FundEntry.objects.get(), version=1, reason="不是本组织的", by=f.owner(), now=f.NOW)
    counts, result = funds.write(got(firm))
    assert (counts, warnings(result)) == ((0, 0, 1), [("H2", "cancelled")])
    assert FundEntry.objects.count() == 1


@pytest.mark.parametrize(
    ("header", "cell", "yuan"),
    [
        ("金额(元)", 1200, "1200.00"),
        ("金额(万元)", 0.12, "1200.00"),
        ("金额(万元)", "0.123456", "1234.56"),
        ("金额", "1,200.5元", "1200.50"),
        ("经费金额(元)", "0.3万元", "3000.00"),
        ("金额(元)", 0.1 + 0.2, "0.30"),
    ],
)
def test_the_heading_says_what_a_number_counts(tmp_path, firm, header, cell, yuan):
    book = Workbook()
    book.active.append(["单位全称", "经费条线", "收/支", "经费来源", "入账日期", header])
    book.active.append([firm.name, "党", "收", "财政拨款", "2011.3.1", cell])
    book.save(tmp_path / "a.xlsx")
    import_files.write_file(import_kind("FUND"), tmp_path / "a.xlsx", mode="valid", by=None, now=timezone.now())
    assert FundEntry.objects.values_list("amount_yuan", "source").get() == (Decimal(yuan), "fiscal")


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"uscc": "91360729000000000X"}, ("A2", "bad_uscc")),
        ({"uscc": None, "name": "没有这家公司"}, ("B2", "unknown_organization")),
        ({"uscc": None, "name": None}, ("B2", "missing_name")),
        ({"name": "别的名称"}, ("B2", "code_and_name_differ")),
        ({"line": "合唱队"}, ("C2", "unknown_line")),
        ({"line": None}, ("C2", "missing_line")),
        ({"direction": "借用"}, ("D2", "unknown_direction")),
        ({"direction": None}, ("D2", "missing_direction")),
        ({"source": "中奖"}, ("E2", "unknown_source")),
        ({"source": None}, ("E2", "unknown_code")),
        ({"purpose": "活动"}, ("F2", "source_or_purpose")),
        ({"direction": "支出"}, ("E2", "source_or_purpose")),
        ({"occurred": None}, ("G2", "missing_day")),
        ({"occurred": "2011-13-01"}, ("G2", "bad_date")),
        ({"occurred": "2008年"}, ("G2", "bad_day")),
        ({"occurred": "2099-01-01"}, ("G2", "bad_day")),
        ({"amount": None}, ("H2", "missing_amount")),
        ({"amount": 0}, ("H2", "bad_amount")),
        ({"amount": -5}, ("H2", "negative_number")),
        ({"amount": "约300"}, ("H2", "not_a_number")),
        ({"amount": "12.345"}, ("H2", "bad_amount")),
        ({"voucher": "凭" * 41}, ("I2", "too_long")),
        ({"note": "长" * 201}, ("J2", "too_long")),
    ],
)
def test_each_fault_is_told_at_its_cell(funds, firm, changed, fault):
    counts, result = funds.write(got(firm, **changed))
    assert fault in faults(result)
    assert counts == (0, 0, 0)
    assert not FundEntry.objects.exists()


def test_all_faults_of_a_row_are_told_at_once(funds, firm):
    result = funds.check(got(firm, name="别的名称", source=None, occurred="2008", amount=0))
    assert faults(result) == [
        ("B2", "code_and_name_differ"), ("E2", "unknown_code"), ("H2", "bad_amount"), ("G2", "bad_day"),
    ]  # fmt: skip


def test_a_faulty_row_harms_no_other(funds, firm):
    counts, _ = funds.write(got(firm), got(firm, amount=0), spent(firm))
    assert counts == (2, 0, 0)


def test_who_may_hand_in_which_rows(funds, firm):
    other = f.organization("全南县别处电子有限公司", under=f.unit(f.PARK))
    secretary = f.account("secretary", organization=firm)
    counts, result = funds.write(got(firm), got(other), by=secretary)
    assert (counts, faults(result)) == ((1, 0, 0), [("A3", "out_of_scope")])
    counts, result = funds.write(got(firm, line="工会", source="工会经费"), got(firm, amount=9), by=f.union_office())
    assert (counts, faults(result)) == ((1, 0, 0), [("C3", "not_your_line")])
    # What stands on record already passes.
    assert funds.write(got(firm), by=f.union_office())[0] == (0, 0, 1)


def test_who_may_import_at_all(firm):
    allowed = import_kind("FUND").allowed
    assert [
        allowed(a) for a in (f.owner(), f.township(), f.union_office(), f.account("secretary", organization=firm))
    ] == [True] * 4
    assert [allowed(a) for a in (f.account("filer", organization=firm), f.account("leader"), f.account())] == [
        False
    ] * 3


def test_the_number_of_queries_does_not_grow(funds):
    def cost(number):
        rows = [got(f.organization(), note=str(n)) for n in range(number)]
        with CaptureQueriesContext(
            connection,
        ) as few:
            assert funds.write(*rows, by=owner)[0] == (number, 0, 0)
        return len(few)

    owner = f.owner()
    cost(1)
    assert cost(3) == cost(30)


def test_an_export_imported_again_changes_nothing(funds, firm, tmp_path):
    closed = f.organization("全南县旧厂", closed_on=date(2011, 6, 1), closed_state="deregistered")
    funds.write(
        got(firm), got(firm), spent(firm, note="甲"), spent(firm, note="乙"), spent(firm, occurred="2011年"),
        spent(closed, occurred="2011年", purpose="岗位津贴"), got(firm, line="一会三组", source="自筹", voucher="0012"),
    )  # fmt: skip
    rows = FundEntry.objects.select_related("organization").order_by("-occurred_on", "-pk")
    file = funds_form_file(rows, whose="全县", as_of=date(2012, 1, 1), by=f.owner(), now=f.NOW)
    (tmp_path / "out.xlsx").write_bytes(file.read())
    result, counts = import_files.write_file(
        import_kind("FUND"), tmp_path / "out.xlsx", mode="valid", by=f.owner(), now=timezone.now()
    )
    assert (faults(result), warnings(result)) == ([], [])
    assert (counts["created"], counts["updated"], counts["unchanged"]) == (0, 0, 7)


def test_a_code_out_of_use_is_read_where_it_stands_on_record(funds, firm):
    from orgs.models import Code

    funds.write(got(firm))
    Code.objects.filter(list_name="fund_source", code="dues").update(is_active=False)
    counts, result = funds.write(got(firm), got(firm))
    assert (counts, faults(result)) == ((0, 0, 1), [("E3", "out_of_use")])


def test_a_corrected_entry_no_longer_answers_the_old_row(funds, firm):
    funds.write(got(firm))
    correct_entry(
        entry=FundEntry.objects.get(),
        version=1,
        facts={"amount_yuan": Decimal("1.00")},
        reason="看错",
        by=f.owner(),
        now=f.NOW,
    )
    assert funds.write(got(firm))[0] == (1, 0, 0)
    assert make.FundEntry.objects.count() == 2
