"""指导员和挂点表: instructors, leaders and units from a workbook, by the rules of the single acts."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from coverage.domain.spans import drain_marks
from coverage.models import Span
from orgs.imports.maps import CodeLists
from orgs.imports.support.form import support_form
from orgs.models import Instructor, Liaison, Person
from quannan.base.domain import import_files
from quannan.base.models import AuditEntry
from quannan.base.workbook.check import check_workbook
from tests import factories as f
from tests import makers_support as m
from tests.orgs.imports.staff import Staff, faults, told, warnings

pytestmark = pytest.mark.django_db

PHONE = "13800001234"


@pytest.fixture
def staff(tmp_path):
    f.reference()
    return Staff("SUPPORT", tmp_path)


@pytest.fixture
def firm(staff):
    return f.organization("全南县兴隆竹业有限公司")


def sent(firm, **changed):
    """An instructor sent by 城厢镇."""
    said = {
        "kind": "党建工作指导员",
        "name": firm.name,
        "uscc": firm.uscc,
        "person": "钟明",
        "sent_by": "城厢镇",
        "from_": "2011-03-01",
        "phone": PHONE,
    }
    return said | changed


def tied(firm, **changed):
    """A leader of 县总工会."""
    return sent(firm, kind="领导挂点", person="赖主席", workplace="县总工会", sent_by=None, phone=None) | changed


def unit(firm, **changed):
    """A unit tied to the organization."""
    return sent(firm, kind="挂点单位", person="县财政局", sent_by=None, phone=None) | changed


def test_the_three_kinds_are_written_as_the_rows_say(staff, firm):
    counts, result = staff.write(sent(firm), tied(firm), unit(firm))
    assert (counts, faults(result), warnings(result)) == ((3, 0, 0), [], [])
    instructor = Instructor.objects.get()
    assert (instructor.person.name, instructor.organization, instructor.sent_by, instructor.source) == (
        "钟明",
        firm,
        f.unit(),
        "SUPPORT",
    )
    assert (instructor.period.lower, instructor.period.upper) == (date(2011, 3, 1), None)
    assert (instructor.person.unit, instructor.person.phone) == (f.unit(), PHONE)
    leader = Liaison.objects.get(kind="leader")
    assert (leader.person.name, leader.department, leader.organization) == ("赖主席", "union", firm)
    tied_unit = Liaison.objects.get(kind="unit")
    assert (tied_unit.unit_name, tied_unit.person) == ("县财政局", None)


def test_phones_are_encrypted_and_never_told(staff, firm):
    _, result = staff.write(sent(firm))
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone FROM orgs_person")
        assert cursor.fetchone()[0].startswith("gAAAA")
    other = staff.check(sent(firm, phone="13900005678"))
    assert faults(other) == [("I2", "phone_differs")]
    assert PHONE not in told(result) + told(other) and "13900005678" not in told(other)


def test_the_same_file_again_changes_nothing(staff, firm):
    rows = [sent(firm), tied(firm), unit(firm), sent(f.organization(), person="钟明", phone="138****1234")]
    assert staff.write(*rows)[0] == (4, 0, 0)
    assert (staff.write(*rows)[0], Person.objects.count()) == ((0, 0, 4), 2)
    assert AuditEntry.objects.filter(action="support.import").count() == 1


def test_preview_tells_what_is_written(staff, firm):
    staff.write(sent(firm))
    changed = sent(firm, from_="2011-02-01", until="2012-03-31", reason="任务完成")
    seen = staff.check(changed)
    counts, written = staff.write(changed)
    assert counts == (0, 1, 0)
    assert seen.plan.rows[0].changes == written.plan.rows[0].changes
    assert written.plan.rows[0].changes == (
        ("起日", "2011-03-01", "2011-02-01"),
        ("至", "", "2012-03-31"),
        ("结束原因", "", "任务完成"),
    )
    assert Instructor.objects.get().period.upper == date(2012, 4, 1)


def test_history_keeps_every_change(staff, firm):
    staff.write(unit(firm))
    staff.write(unit(firm, until="2012-03-31", reason="机构改革"))
    events = Liaison.pgh_event_model.objects.order_by("pgh_id").values_list("pgh_label", "end_reason")
    assert list(events) == [("insert", ""), ("update", "机构改革")]


def test_a_month_is_taken_as_its_last_day_and_said_aloud(staff, firm):
    _, result = staff.write(sent(firm, from_="2011年3月"))
    assert warnings(result) == [("G2", "taken_as_day")]
    assert Instructor.objects.get().period.lower == date(2011, 3, 31)
    assert staff.write(sent(firm, from_="2011年3月"))[0] == (0, 0, 1)


def test_work_coverage_follows_an_instructors_import(staff, firm):
    def work(day):
        drain_marks()
        return Span.objects.at(day).get(organization=firm).work

    assert work(date(2011, 3, 1)) is False
    staff.write(sent(firm))
    assert (work(date(2011, 2, 28)), work(date(2011, 3, 1))) == (False, True)
    staff.write(sent(firm, until="2012-03-31", reason="任务完成"))
    assert (work(date(2012, 3, 31)), work(date(2012, 4, 1))) == (True, False)


# The rules of the single acts, each broken once.


@pytest.mark.parametrize(
    ("make", "changed", "fault"),
    [
        (sent, {"kind": "顾问"}, ("A2", "unknown_kind")),
        (sent, {"kind": None}, ("A2", "missing_kind")),
        (sent, {"person": None}, ("D2", "missing_person")),
        (sent, {"person": "钟" * 41}, ("D2", "too_long")),
        (sent, {"sent_by": "火星镇"}, ("F2", "unknown_unit")),
        (sent, {"sent_by": None}, ("F2", "missing_unit")),
        (sent, {"from_": None}, ("G2", "missing_from")),
        (sent, {"from_": "2099-01-01"}, ("G2", "future")),
        (sent, {"from_": "2009-02-28"}, ("G2", "bad_day")),
        (sent, {"until": "2011-02-28", "reason": "召回"}, ("H2", "bad_day")),
        (sent, {"until": "2011-12-31"}, ("J2", "missing_reason")),
        (tied, {"workplace": "县人社局"}, ("E2", "unknown_code")),
        (tied, {"workplace": None}, ("E2", "missing_department")),
        (unit, {"from_": "2009-02-28"}, ("G2", "bad_day")),
    ],
)
def test_a_broken_cell_is_refused_with_its_place(staff, firm, make, changed, fault):
    result = staff.check(make(firm, **changed))
    assert faults(result) == [fault]
    assert all(p.message.endswith("。") for p in result.checked.problems())


def test_a_closed_organization_takes_nobody_after_its_end(staff):
    closed = f.organization(closed_on=date(2011, 1, 1), closed_state="cancelled")
    assert faults(staff.check(sent(closed), unit(closed))) == [("G2", "bad_day"), ("G3", "bad_day")]


def test_leaders_are_tied_to_enterprises_alone(staff):
    club = f.organization("全南县竹艺协会", kind="social", uscc=f.uscc(4711, "social"))
    assert faults(staff.check(tied(club), unit(club))) == [("B2", "not_enterprise")]


def test_each_leader_has_one_enterprise_at_a_time(staff, firm):
    other = f.organization()
    result = staff.check(tied(firm), tied(other), tied(other, until="2011-01-31", from_="2010-01-01", reason="换点"))
    assert faults(result) == [("D3", "leader_has_enterprise")]
    staff.write(tied(firm))
    result = staff.check(tied(other))
    assert faults(result) == [("D2", "leader_has_enterprise")]
    assert firm.name in told(result) and "换点" in told(result)


def test_a_leader_on_record_is_found_by_name_and_department(staff, firm):
    known = m.leader(firm, m.person("赖主席", unit=f.unit()), last_day=date(2011, 12, 31)).person
    staff.write(tied(f.organization(), from_="2012-01-01"))
    assert {liaison.person for liaison in Liaison.objects.all()} == {known}


def test_who_sends_and_the_department_stay_as_they_are(staff, firm):
    staff.write(sent(firm), tied(firm))
    result = staff.check(sent(firm, sent_by="大吉山镇"), tied(firm, workplace="县妇联"))
    # Nobody of that name and department is known: 县妇联 has a leader of its own, a person of the same home.
    assert faults(result) == []
    assert warnings(result) == [("F2", "sent_by_differs"), ("E3", "department_differs")]
    assert [r.outcome for r in result.plan.rows] == ["unchanged", "unchanged"]


def test_of_duplicate_rows_the_first_stands(staff, firm):
    counts, result = staff.write(unit(firm), unit(firm, from_="2011-03-01", person="县 财政局"))
    assert (counts, faults(result)) == ((1, 0, 0), [("D3", "duplicate")])


def test_a_unit_has_no_phone(staff, firm):
    result = staff.check(unit(firm, phone=PHONE))
    assert (faults(result), warnings(result)) == ([], [("I2", "not_kept")])
    assert PHONE not in told(result)


# Whose rows.


def test_rows_out_of_scope_are_refused_one_by_one(staff, firm):
    far = f.organization(under=f.unit(f.PARK))
    office = f.township()
    result = staff.check(sent(firm), sent(far), sent(firm, person="钟亮", phone=None, sent_by="大吉山镇"), by=office)
    assert faults(result) == [("C3", "out_of_scope"), ("F4", "out_of_scope")]


def test_leaders_are_for_the_county_office(staff, firm):
    assert faults(staff.check(tied(firm), unit(firm), by=f.township())) == [("A2", "not_yours")]
    assert faults(staff.check(tied(firm), by=f.owner())) == []


def test_the_number_of_queries_does_not_grow(staff, firm):
    office = f.township()
    assert office.assignments

    def queries(number):
        path = staff.file(*(sent(firm, person=f"钟{n}号", phone=None) for n in range(number)))
        with CaptureQueriesContext(connection) as seen:
            import_files.check_file(staff.kind, path, by=office)
        return len(seen)

    assert queries(3) == queries(100)


def test_the_template_downloads_and_reads_back_empty(client, staff, tmp_path):
    client.force_login(f.township())
    response = client.get(reverse("import-template", args=["SUPPORT"]))
    path = tmp_path / "template.xlsx"
    path.write_bytes(b"".join(response.streaming_content))
    checked = check_workbook(path, support_form(CodeLists.load()), prepare=lambda reading, sheet: None)
    assert (checked.rows, checked.reading.absent, checked.reading.unknown) == ([], (), ())


def test_what_is_exported_imports_back_to_no_change(client, staff, firm, tmp_path):
    m.instructor(firm, m.person("钟明", organization=f.organization(), phone=PHONE), sent_by=f.unit(f.PARK))
    m.leader(firm, m.person("赖主席", unit=f.unit(f.COUNTY), phone=PHONE))
    m.tied_unit(firm)
    for office in (f.owner(), f.township()):
        client.force_login(office)
        for name, number in (("instructor-form-export", 1), ("liaison-form-export", 2)):
            path = tmp_path / f"{name}.xlsx"
            path.write_bytes(b"".join(client.get(reverse(name)).streaming_content))
            result = import_files.check_file(staff.kind, path, by=office)
            assert ([r.outcome for r in result.plan.rows], faults(result), warnings(result)) == (
                ["unchanged"] * number,
                [],
                [],
            )
