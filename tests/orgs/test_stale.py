"""Two people at one row: the second sees what the first changed, for every kind of record with a version."""

from datetime import date

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from orgs.domain.refusals import StaleRecord
from orgs.domain.stale import refuse_stale
from orgs.lines import Line
from orgs.models import EstablishmentPlan, Lead, Organization, Person
from orgs.views.acts import differences_of
from tests import factories as f

pytestmark = pytest.mark.django_db


def changed(row, **values) -> None:
    """What the first of two people does: other values, the next version."""
    type(row).objects.filter(pk=row.pk).update(version=row.version + 1, **values)


def refused(row, **wanted) -> StaleRecord:
    """What the second is told, who had opened version 1."""
    with pytest.raises(StaleRecord) as refusal:
        refuse_stale(type(row).objects.get(pk=row.pk), 1, wanted)
    return refusal.value


def person(**facts) -> Person:
    return Person.objects.create(name="钟小兰", unit=f.unit(), **facts)


def test_whoever_opened_the_present_version_passes():
    row = person()

    refuse_stale(row, 1, {"name": "钟兰"})


def test_a_body():
    row = f.covered(f.organization())
    changed(row, founded_on=date(2010, 6, 1))

    told = refused(row, approval="城发〔2010〕6号", founded_on=date(2010, 5, 1))

    assert told.theirs == {"founded_on": (date(2010, 5, 1), date(2010, 6, 1))}
    assert told.mine == {"approval": ("", "城发〔2010〕6号")}


def test_a_person_whose_phone_nobody_reads_in_the_difference():
    row = person(phone="13807970001")
    changed(row, phone="13807970002", name="钟晓兰")

    told = refused(row, phone="13807970003", unit=f.unit(f.PARK))

    assert told.theirs["phone"] == ("13807970001", "13807970002")
    shown = {d.label: (d.seen, d.theirs, d.mine) for d in differences_of(told)}
    assert shown == {
        "姓名": ("钟小兰", "钟晓兰", "钟小兰"),
        "联系电话": ("(不显示)",) * 3,
        "管理单位": (str(f.unit()), str(f.unit()), str(f.unit(f.PARK))),
    }


def test_a_plan_in_words():
    row = EstablishmentPlan.objects.create(
        organization=f.organization(), line="party", period=DateRange(date(2011, 1, 1), None), reason="no_members"
    )
    changed(row, reason="other", reason_note="厂房搬迁", period=DateRange(date(2011, 1, 1), date(2011, 7, 1)))

    told = refused(row, line="union", reason="no_members")

    shown = {d.label: (d.theirs, d.mine) for d in differences_of(told)}
    assert shown == {
        "起止": ("2011-01-01起至 2011-06-30", "2011-01-01起"),
        "未建原因": ("other", "no_members"),
        "原因说明": ("厂房搬迁", "—"),
        "条线": (Line.PARTY.label, Line.UNION.label),
    }
    listed = {d.label: d.theirs for d in differences_of(told, {"reason": "no_party_reason"})}
    assert "其他" in listed["未建原因"]


def test_a_lead_and_an_organization():
    lead = Lead.objects.create(
        source="civil", name="青竹协会", unit=f.unit(), happened_on=date(2011, 1, 1), due_on=date(2011, 3, 1)
    )
    changed(lead, lines=["party", "union"])
    row = f.organization("甲厂")
    changed(row, remark="已搬")

    assert [d.theirs for d in differences_of(refused(lead))] == [f"{Line.PARTY.label}、{Line.UNION.label}"]
    assert refused(row, remark="待查").theirs == {"remark": ("", "已搬")}
    assert Organization.objects.get().remark == "已搬"


def test_a_row_whose_history_is_gone_shows_what_the_second_wanted():
    row = person()
    changed(row, name="钟晓兰")
    Person._meta.get_field("events").related_model.objects.all().delete()

    told = refused(row, name="钟兰")

    assert (told.theirs, told.mine) == ({}, {"name": (None, "钟兰")})
