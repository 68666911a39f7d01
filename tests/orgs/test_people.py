"""People: entered once, corrected by who keeps them, phone and political status handed out for a reason."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from orgs.domain.people import Newcomer, add_person, correct_person, reveal_person, settled
from orgs.domain.refusals import NotAllowed, StaleRecord
from orgs.models import Person
from quannan.base.models import AuditEntry
from tests import factories as f
from tests import makers_people as m

pytestmark = pytest.mark.django_db


def add(**changes):
    act = {"name": "王小明", "by": f.owner(), "now": f.NOW} | changes
    return add_person(**act)


def code_of(error) -> str:
    (name,) = error.value.error_dict
    return f"{name}:{error.value.error_dict[name][0].code}"


def test_a_person_is_entered_with_what_search_and_order_need():
    at = f.organization()
    row = add(name=" 王 小明 ", organization=at, phone="13800001234", political_status="full", by=f.township())
    row.refresh_from_db()
    assert (row.name, row.sort_key, row.organization, row.version) == ("王小明", "wang xiao ming", at, 1)
    assert " wxm " in row.search_text
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone, political_status FROM orgs_person WHERE id = %s", [row.pk])
        stored = cursor.fetchone()
    assert "1380000" not in stored[0] and "full" not in stored[1]
    entry = AuditEntry.objects.get(action="person.add")
    assert entry.detail == {}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"name": ""}, "name:required"),
        ({"name": "王" * 41}, "name:too_long"),
        ({"unit": None}, "organization:required"),
        ({"political_status": "friend"}, "political_status:unknown_code"),
        ({"phone": "1" * 33}, "phone:too_long"),
        ({"workplace": "县" * 121}, "workplace:too_long"),
    ],
)
def test_what_is_missing_or_unknown_is_said(changes, code):
    with pytest.raises(ValidationError) as error:
        add(**({"unit": f.unit()} | changes))
    assert code_of(error) == code
    assert not Person.objects.exists()


def test_the_same_name_at_the_same_workplace_is_entered_twice_only_when_told():
    at, other = f.organization(), f.organization()
    first = add(organization=at)
    with pytest.raises(ValidationError) as error:
        add(organization=at)
    assert code_of(error) == "name:same_person"
    add(organization=other)
    assert add(organization=at, distinct=True).pk != first.pk
    add(unit=f.unit())
    with pytest.raises(ValidationError):
        add(unit=f.unit())


@pytest.mark.parametrize("role", ["secretary", "filer", "leader", "auditor", "technician"])
def test_who_keeps_nobody_enters_nobody(role):
    at = f.organization()
    scope = {"organization": at} if role in ("secretary", "filer") else {}
    with pytest.raises(NotAllowed):
        add(organization=at, by=f.account(role, **scope))


def test_a_township_enters_people_of_its_own_organizations_and_unit_alone():
    foreign = f.organization(under=f.unit(f.PARK))
    with pytest.raises(NotAllowed):
        add(organization=foreign, by=f.township())
    with pytest.raises(NotAllowed):
        add(unit=f.unit(f.PARK), by=f.township())
    assert add(unit=f.unit(), by=f.township()).unit == f.unit()


def correct(row, **changes):
    act = {"version": row.version, "changes": {"phone": "13911110000"}, "by": f.township(), "now": f.NOW} | changes
    return correct_person(person=row, **act)


def test_a_correction_changes_what_was_given_and_counts_a_version():
    row = m.person("王小明", f.organization(), phone="13800001234")
    correct(row)
    row.refresh_from_db()
    assert (row.phone, row.name, row.version) == ("13911110000", "王小明", 2)
    assert AuditEntry.objects.get(action="person.correct").detail == {"fields": ["phone"]}


def test_a_new_name_needs_a_reason_and_is_found_by_its_pinyin():
    row = m.person("王小明", f.organization())
    with pytest.raises(ValidationError) as error:
        correct(row, changes={"name": "汪小明"})
    assert code_of(error) == "reason:required"
    correct(row, changes={"name": "汪晓明"}, reason="原录入有误")
    row.refresh_from_db()
    assert row.name == "汪晓明" and "汪晓" in row.search_text


def test_the_second_of_two_sees_what_the_first_has_changed():
    row = m.person("王小明", f.organization(), workplace="甲厂")
    correct(row, changes={"workplace": "乙厂"})
    with pytest.raises(StaleRecord) as stale:
        correct(row, version=1, changes={"workplace": "丙厂"})
    assert stale.value.theirs == {"workplace": ("甲厂", "乙厂")}
    assert stale.value.mine == {"workplace": ("甲厂", "丙厂")}
    row.refresh_from_db()
    assert row.workplace == "乙厂"


def test_a_line_department_corrects_who_is_known_for_its_lines_alone():
    at = f.organization()
    chair, both, nobody = (m.person(name, at) for name in ("陈工会", "李两头", "张无职"))
    union, party = f.covered(at, line="union"), f.covered(at)
    m.post(chair, union)
    m.post(both, union, "union.vice")
    m.post(both, party)
    correct(chair, by=f.union_office())
    for row in (both, nobody):
        with pytest.raises(NotAllowed):
            correct(row, by=f.union_office())


def test_who_holds_a_post_here_but_works_elsewhere_is_seen_and_not_corrected():
    here, there = f.organization(), f.organization(under=f.unit(f.PARK))
    joint = f.covered(here, there, line="union", form="union_joint", name="片区联合工会")
    row = m.person("何外来", there)
    m.post(row, joint)
    assert Person.objects.visible_to(f.township()).filter(pk=row.pk).exists()
    with pytest.raises(NotAllowed):
        correct(row)
    with pytest.raises(NotAllowed):
        correct(m.person("何外人", there))


def test_phone_and_political_status_are_handed_out_for_a_reason_and_it_is_on_record():
    row = m.person("王小明", f.organization(), phone="13800001234", political_status="full")
    act = {"person": row, "by": f.township(), "now": f.NOW}
    with pytest.raises(ValidationError):
        reveal_person(reason=" ", **act)
    assert not AuditEntry.objects.filter(action="person.reveal").exists()
    found = reveal_person(reason="通知开会", **act)
    assert (found.phone, found.political_status) == ("13800001234", "正式党员")
    entry = AuditEntry.objects.get(action="person.reveal")
    assert entry.detail == {"reason": "通知开会"} and "1380" not in entry.object_label


@pytest.mark.parametrize("role", ["secretary", "filer", "leader", "auditor", "technician"])
def test_who_may_not_look_gets_nothing(role):
    at = f.organization()
    row = m.person("王小明", at, phone="13800001234")
    scope = {"organization": at} if role in ("secretary", "filer") else {}
    with pytest.raises(NotAllowed):
        reveal_person(person=row, reason="看看", by=f.account(role, **scope), now=f.NOW)
    with pytest.raises(NotAllowed):
        reveal_person(person=row, reason="看看", by=f.township(f.PARK), now=f.NOW)
    assert not AuditEntry.objects.exists()


def test_somebody_typed_anew_becomes_a_row_and_somebody_on_record_stays_one():
    known = m.person("王小明", f.organization())
    assert settled(known, by=f.township(), now=f.NOW) == known
    new = settled(Newcomer("李新来", unit=f.unit()), by=f.township(), now=f.NOW)
    assert Person.objects.get(name="李新来") == new
    with pytest.raises(NotAllowed):
        settled(known, by=f.township(f.PARK), now=f.NOW)
