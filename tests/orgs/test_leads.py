"""Leads: entered, corrected, turned into organizations, linked, dropped and taken up again."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from orgs.domain.leads import (
    add_lead,
    convert_lead,
    correct_lead,
    drop_lead,
    link_lead,
    record_lead_contact_reveal,
    reopen_lead,
)
from orgs.domain.refusals import NotAllowed, StaleRecord
from orgs.models import Lead, Organization
from orgs.queries_leads import leads_at, likely_organizations, waiting_leads
from quannan.base.models import AuditEntry
from tests import factories as f
from tests import makers_leads as make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def reference():
    f.reference()


def add(**changes) -> Lead:
    """A lawful lead of the township, with one thing changed."""
    act = {
        "source": "registration",
        "name": "全南县新泰电子厂",
        "unit": f.unit(),
        "happened_on": date(2012, 10, 1),
        "by": f.township(),
        "now": f.NOW,
    }
    return add_lead(**(act | changes))


def test_a_lead_is_due_a_month_later_and_thinks_of_party_and_mass_bodies():
    lead = add(name=" 全南县新泰电子厂 ", uscc=f.uscc(9001).lower())

    assert (lead.due_on, lead.lines) == (date(2012, 10, 31), ["party", "union", "league", "women"])
    assert (lead.name, lead.uscc, lead.state) == ("全南县新泰电子厂", f.uscc(9001), "open")
    assert AuditEntry.objects.get().action == "lead.add"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "长" * 121}, "name"),
        ({"source": ""}, "source"),
        ({"source": "rumour"}, "source"),
        ({"kind": "state"}, "kind"),
        ({"uscc": "91360729MA"}, "uscc"),
        ({"happened_on": None}, "happened_on"),
        ({"happened_on": date(2012, 11, 6)}, "happened_on"),
        ({"due_on": date(2012, 9, 30)}, "due_on"),
        ({"lines": []}, "lines"),
        ({"lines": ["choir"]}, "lines"),
        ({"expected_employees": -1}, "expected_employees"),
        ({"note": "长" * 201}, "note"),
    ],
)
def test_a_lead_is_refused(changes, field):
    with pytest.raises(ValidationError) as error:
        add(**changes)
    assert list(error.value.error_dict) == [field]
    assert not Lead.objects.exists()


def test_a_code_has_one_open_lead():
    first = add(uscc=f.uscc(9002))
    with pytest.raises(ValidationError) as error:
        add(uscc=f.uscc(9002))
    assert list(error.value.error_dict) == ["uscc"]

    drop_lead(lead=first, version=1, reason="登记撤销", by=f.township(), now=f.NOW)
    assert add(uscc=f.uscc(9002)).pk


@pytest.mark.parametrize("role", ["line_department", "leader", "secretary", "filer", "auditor", "technician"])
def test_others_enter_no_lead(role):
    scope = {"line_department": {"lines": ["union"]}}.get(role, {})
    if role in ("secretary", "filer"):
        scope = {"organization": f.organization()}
    with pytest.raises(NotAllowed):
        add(by=f.account(role, **scope))


def test_a_township_follows_its_own_leads_only():
    elsewhere = make.lead(under=f.unit(f.PARK))
    by = f.township()
    with pytest.raises(NotAllowed):
        add(unit=f.unit(f.PARK))
    for act in (
        lambda: correct_lead(lead=elsewhere, version=1, changes={"note": "x"}, by=by, now=f.NOW),
        lambda: drop_lead(lead=elsewhere, version=1, reason="x", by=by, now=f.NOW),
        lambda: link_lead(lead=elsewhere, version=1, organization=f.organization(), by=by, now=f.NOW),
        lambda: record_lead_contact_reveal(lead=elsewhere, reason="x", by=by, now=f.NOW),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_a_correction_bumps_the_version_and_a_stale_one_shows_the_difference():
    lead = add()
    by = f.township()
    assert correct_lead(lead=lead, version=1, changes={"note": ""}, by=by, now=f.NOW).version == 1
    assert correct_lead(lead=lead, version=1, changes={"note": "先建工会"}, by=by, now=f.NOW).version == 2

    with pytest.raises(StaleRecord) as stale:
        correct_lead(lead=lead, version=1, changes={"note": "暂缓"}, by=by, now=f.NOW)
    assert stale.value.theirs == {"note": ("", "先建工会")}


def test_converting_enters_the_organization_and_settles_the_lead():
    lead = add(contact_phone="0797-0111111")
    facts = {"name": lead.name, "unit": lead.unit, "kind": "enterprise", "registered_on": lead.happened_on}

    made = convert_lead(lead=lead, version=1, facts=facts, by=f.township(), now=f.NOW)

    lead.refresh_from_db()
    assert (lead.state, lead.organization, lead.decided_on) == ("converted", made, f.TODAY)
    assert {entry.action for entry in AuditEntry.objects.all()} == {"lead.add", "organization.create", "lead.convert"}


def test_a_refused_organization_leaves_the_lead_open():
    lead = add()
    facts = {"name": "", "unit": lead.unit, "kind": "enterprise", "registered_on": lead.happened_on}
    with pytest.raises(ValidationError):
        convert_lead(lead=lead, version=1, facts=facts, by=f.township(), now=f.NOW)
    lead.refresh_from_db()
    assert (lead.state, Organization.objects.count()) == ("open", 0)


def test_linking_to_what_is_there_and_not_to_what_is_out_of_sight():
    lead, mine, theirs = add(), f.organization(), f.organization(under=f.unit(f.PARK))
    by = f.township()
    with pytest.raises(NotAllowed):
        link_lead(lead=lead, version=1, organization=theirs, by=by, now=f.NOW)
    with pytest.raises(ValidationError):
        link_lead(lead=lead, version=1, organization=f.organization(is_demo=True), by=by, now=f.NOW)
    assert link_lead(lead=lead, version=1, organization=mine, by=by, now=f.NOW).organization == mine


def test_a_settled_lead_is_taken_up_again_before_anything_else():
    lead = add()
    by = f.township()
    with pytest.raises(ValidationError) as error:
        drop_lead(lead=lead, version=1, reason=" ", by=by, now=f.NOW)
    assert list(error.value.error_dict) == ["reason"]
    with pytest.raises(ValidationError) as error:
        reopen_lead(lead=lead, reason="弄错", by=by, now=f.NOW)
    assert error.value.code == "open"
    drop_lead(lead=lead, version=1, reason="外县登记", by=by, now=f.NOW)
    with pytest.raises(ValidationError) as error:
        correct_lead(lead=lead, version=2, changes={"note": "x"}, by=by, now=f.NOW)
    assert error.value.code == "settled"

    again = reopen_lead(lead=lead, reason="弄错", by=by, now=f.NOW)
    assert (again.state, again.decided_on, again.decided_reason) == ("open", None, "")


def test_a_contact_is_revealed_for_a_reason_that_is_kept():
    lead = add(contact_name="丘晓明", contact_phone="0797-0111111")
    by = f.township()
    with pytest.raises(ValidationError):
        record_lead_contact_reveal(lead=lead, reason="", by=by, now=f.NOW)
    with pytest.raises(NotAllowed):
        record_lead_contact_reveal(lead=lead, reason="看看", by=f.account("leader"), now=f.NOW)

    assert record_lead_contact_reveal(lead=lead, reason="约访", by=by, now=f.NOW).phone == "0797-0111111"
    entry = AuditEntry.objects.get(action="lead.reveal_contact")
    assert entry.detail == {"reason": "约访"}
    with pytest.raises(ValidationError) as error:
        record_lead_contact_reveal(lead=make.lead(), reason="约访", by=by, now=f.NOW)
    assert error.value.code == "no_contact"


def test_the_state_of_a_lead_at_a_date():
    make.lead(state="dropped", decided_on=date(2012, 10, 20), decided_reason="外县登记")
    by = f.township()

    def states(day: date) -> list[str]:
        return [lead.state_at for lead in leads_at(by, day).order_by("pk")]

    assert states(date(2012, 9, 30)) == []
    assert states(date(2012, 10, 19)) == ["open"]
    assert states(date(2012, 10, 20)) == ["dropped"]


def test_likely_organizations_bear_the_name_or_the_code():
    lead = make.lead("新泰电子厂", uscc=f.uscc(9003))
    named = f.organization("新泰电子厂")
    former = f.organization("泰和电子厂", former_names=["新泰电子厂"])
    coded = f.organization("别的名字", uscc=f.uscc(9003))
    f.organization("新泰电子厂", f.unit(f.PARK))
    f.organization("不相干的厂")

    assert {row.pk for row in likely_organizations(f.township(), lead)} == {named.pk, former.pk, coded.pk}


def test_what_waits_counts_open_and_overdue(django_assert_num_queries):
    make.lead()
    make.lead("另一家", due_on=date(2013, 1, 31))
    make.lead("办结的", state="dropped", decided_on=date(2012, 10, 2), decided_reason="撤销")
    make.lead("外地的", f.unit(f.PARK))
    by = f.township()
    assert by.assignments
    with django_assert_num_queries(1):
        (waiting,) = waiting_leads(by, f.TODAY)
    assert waiting.text == "2 条登记招商线索待办,其中 1 条已过期限"
    assert (waiting.due, waiting.late) == (date(2012, 10, 31), True)
    assert waiting_leads(f.account("leader"), f.TODAY) == []
    assert waiting_leads(f.township(f.PARK), date(2012, 9, 1)) == []
