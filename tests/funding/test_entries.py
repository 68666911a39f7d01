"""Recording, correcting and cancelling: who may, what is refused, and what stays readable."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from funding.domain.entries import cancel_entry, correct_entry, record_entry
from funding.models import FundEntry
from orgs.domain.refusals import NotAllowed, StaleRecord
from quannan.base.models import AuditEntry
from tests import factories as f
from tests import makers_funds as make

pytestmark = pytest.mark.usefixtures("seed")

RECEIPT = {
    "line": "party",
    "direction": "receipt",
    "source": "dues",
    "amount_yuan": Decimal("320.50"),
    "occurred_on": date(2012, 5, 4),
}


def recorded(row, by=None, **facts) -> FundEntry:
    return record_entry(organization=row, **(RECEIPT | facts), by=by, now=f.NOW)


def refused(row, **facts) -> dict[str, list[str]]:
    with pytest.raises(ValidationError) as caught:
        recorded(row, **facts)
    return caught.value.message_dict


def test_an_entry_is_kept_as_told_and_audited():
    owner = f.owner()
    entry = recorded(f.organization(), by=owner, voucher=" 记-12 ", note="上半年")
    entry.refresh_from_db()
    assert (entry.amount_yuan, entry.occurred_on, entry.voucher, entry.note, entry.origin, entry.version) == (
        Decimal("320.50"), date(2012, 5, 4), "记-12", "上半年", "page", 1,
    )  # fmt: skip
    told = AuditEntry.objects.get(action="fund.record")
    assert (told.actor, told.detail["amount_yuan"]) == (owner, "320.50")


@pytest.mark.parametrize(
    ("day", "precision", "kept"),
    [
        (date(2012, 5, 4), "day", date(2012, 5, 4)),
        (date(2012, 5, 1), "month", date(2012, 5, 31)),
        (date(2011, 1, 1), "year", date(2011, 12, 31)),
        (date(2012, 11, 1), "month", f.TODAY),
        (date(2012, 1, 1), "year", f.TODAY),
    ],
)
def test_a_coarse_date_is_its_last_day_but_not_after_today(day, precision, kept):
    assert recorded(f.organization(), occurred_on=day, occurred_precision=precision).occurred_on == kept


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"amount_yuan": Decimal(0)}, "amount_yuan"),
        ({"amount_yuan": Decimal("-5")}, "amount_yuan"),
        ({"amount_yuan": Decimal("1.005")}, "amount_yuan"),
        ({"amount_yuan": Decimal("1e12")}, "amount_yuan"),
        ({"occurred_on": date(2012, 11, 6)}, "occurred_on"),
        ({"occurred_on": date(2009, 2, 28)}, "occurred_on"),
        ({"occurred_precision": "by"}, "occurred_precision"),
        ({"source": ""}, "source"),
        ({"source": "lottery"}, "source"),
        ({"purpose": "allowance"}, "purpose"),
        ({"direction": "spending", "source": "", "purpose": ""}, "purpose"),
        ({"direction": "spending", "purpose": "allowance"}, "source"),
        ({"direction": "gift"}, "direction"),
        ({"line": "choir"}, "line"),
        ({"voucher": "凭" * 41}, "voucher"),
        ({"note": "长" * 201}, "note"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(facts, field):
    assert list(refused(f.organization(), **facts)) == [field]
    assert not FundEntry.objects.exists()


def test_all_faults_are_told_at_once():
    told = refused(f.organization(), amount_yuan=Decimal(0), source="", occurred_on=date(2013, 1, 1))
    assert set(told) == {"amount_yuan", "source", "occurred_on"}


def test_nothing_is_recorded_after_closing():
    row = f.organization(closed_on=date(2012, 6, 1), closed_state="deregistered")
    assert "已于2012-06-01注销或迁出" in refused(row, occurred_on=date(2012, 6, 1))["occurred_on"][0]
    assert recorded(row, occurred_on=date(2012, 1, 1), occurred_precision="year").occurred_on == date(2012, 5, 31)


def test_an_allowance_is_a_spending():
    entry = recorded(f.organization(), direction="spending", source="", purpose="allowance")
    assert (entry.source, entry.purpose) == ("", "allowance")


# who may -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "line", "may"),
    [
        ("owner", "union", True),
        ("union", "union", True),
        ("union", "women_workers", True),
        ("union", "party", False),
        ("town", "party", True),
        ("other_town", "party", False),
        ("secretary", "party", True),
        ("secretary", "league", True),
        ("other_secretary", "party", False),
        ("filer", "party", False),
        ("leader", "party", False),
        ("nobody", "party", False),
    ],
)
def test_who_may_record_which_line_where(who, line, may):
    row, other = f.organization(), f.organization()
    account = {
        "owner": f.owner,
        "union": f.union_office,
        "town": f.township,
        "other_town": lambda: f.township(f.PARK),
        "secretary": lambda: f.account("secretary", organization=row),
        "other_secretary": lambda: f.account("secretary", organization=other),
        "filer": lambda: f.account("filer", organization=row),
        "leader": lambda: f.account("leader"),
        "nobody": f.account,
    }[who]()
    if may:
        assert recorded(row, by=account, line=line).line == line
        return
    with pytest.raises(NotAllowed):
        recorded(row, by=account, line=line)
    assert not FundEntry.objects.exists()


def test_a_second_role_that_only_reads_widens_nothing():
    from orgs.models import Role, RoleAssignment

    own, other = f.organization(), f.organization()
    both = f.account("secretary", organization=own)
    RoleAssignment.objects.create(user=both, role=Role.objects.get(code="leader"))
    assert recorded(own, by=both).pk
    with pytest.raises(NotAllowed):
        recorded(other, by=both)


def test_a_department_takes_no_entry_over_to_another_line():
    entry = make.receipt(f.organization(), line="union", source="union")
    with pytest.raises(NotAllowed):
        correct_entry(
            entry=entry, version=1, facts={"line": "party"}, reason="条线登错", by=f.union_office(), now=f.NOW
        )


# correcting and cancelling ------------------------------------------------------------------------


def test_a_correction_says_why_and_keeps_what_was():
    entry = make.receipt(f.organization(), "300.00")
    row = correct_entry(
        entry=entry, version=1, facts={"amount_yuan": Decimal("350.00")}, reason="凭证金额看错", by=f.owner(), now=f.NOW
    )
    assert (row.amount_yuan, row.version) == (Decimal("350.00"), 2)
    history = FundEntry._meta.get_field("events").related_model.objects.filter(pgh_obj_id=entry.pk).order_by("pgh_id")
    assert [str(event.amount_yuan) for event in history] == ["300.00", "350.00"]
    assert history.last().pgh_context.metadata["reason"] == "凭证金额看错"


def test_a_correction_without_a_difference_writes_nothing():
    entry = make.receipt(f.organization(), on=date(2011, 3, 31), occurred_precision="month")
    facts = {"occurred_on": date(2011, 3, 1), "occurred_precision": "month"}
    row = correct_entry(entry=entry, version=1, facts=facts, reason="核对", by=f.owner(), now=f.NOW)
    assert (row.version, row.occurred_on) == (1, date(2011, 3, 31))
    assert not AuditEntry.objects.filter(action="fund.correct").exists()


def test_a_correction_of_what_others_changed_is_refused():
    entry = make.receipt(f.organization())
    owner = f.owner()
    correct_entry(entry=entry, version=1, facts={"note": "甲"}, reason="补备注", by=owner, now=f.NOW)
    with pytest.raises(StaleRecord) as caught:
        correct_entry(entry=entry, version=1, facts={"note": "乙"}, reason="补备注", by=owner, now=f.NOW)
    assert caught.value.theirs == {"note": ("", "甲")}


def test_a_cancelled_entry_stays_with_its_reason_and_cannot_be_changed():
    entry = make.receipt(f.organization())
    owner = f.owner()
    row = cancel_entry(entry=entry, version=entry.version, reason="重复登记", by=owner, now=f.NOW)
    assert (row.cancelled_at, row.cancel_reason, row.version) == (f.NOW, "重复登记", 2)
    with pytest.raises(ValidationError, match="已经作废"):
        cancel_entry(entry=entry, version=row.version, reason="再作废", by=owner, now=f.NOW)
    with pytest.raises(ValidationError, match="已经作废"):
        correct_entry(entry=entry, version=2, facts={"note": "改"}, reason="改", by=owner, now=f.NOW)


@pytest.mark.parametrize("act", ["correct", "cancel"])
def test_both_acts_ask_why(act):
    entry = make.receipt(f.organization())
    with pytest.raises(ValidationError) as caught:
        if act == "correct":
            correct_entry(entry=entry, version=1, facts={"note": "改"}, reason=" ", by=f.owner(), now=f.NOW)
        else:
            cancel_entry(entry=entry, version=1, reason=" ", by=f.owner(), now=f.NOW)
    assert list(caught.value.message_dict) == ["reason"]
