"""任职表: people and posts from a workbook, by the rules of the single acts."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from orgs.imports.maps import CodeLists
from orgs.imports.posts.form import posts_form
from orgs.models import Appointment, Code, Person
from quannan.base.domain import import_files
from quannan.base.models import AuditEntry
from quannan.base.workbook.check import check_workbook
from tests import factories as f
from tests import makers_people as m
from tests.orgs.imports.staff import Staff, faults, told, warnings

pytestmark = pytest.mark.django_db

PHONE = "13800001234"


@pytest.fixture
def staff(tmp_path):
    f.reference()
    return Staff("POSTS", tmp_path)


@pytest.fixture
def firm(staff):
    return f.organization("全南县兴隆竹业有限公司")


@pytest.fixture
def party(firm):
    return f.covered(firm, from_=date(2010, 5, 1))


def row(firm, **changed):
    """The first secretary of the firm's branch."""
    said = {
        "name": firm.name,
        "uscc": firm.uscc,
        "line": "党",
        "person": "王小明",
        "post": "书记",
        "from_": "2010-06-15",
        "source": "出资人",
        "full_time": "兼职",
        "phone": PHONE,
    }
    return said | changed


def posts():
    """(name, post, first day, last day) of every post."""
    return [
        (
            a.person.name,
            a.post,
            str(a.period.lower),
            str(a.period.upper - timedelta(days=1)) if a.period.upper else "",
        )
        for a in Appointment.objects.select_related("person").order_by("period", "pk")
    ]


def test_new_people_and_posts_are_written_as_the_row_says(staff, firm, party):
    counts, result = staff.write(row(firm))
    assert (counts, faults(result), warnings(result)) == ((1, 0, 0), [], [])
    post = Appointment.objects.get()
    assert (post.branch, post.post, post.is_head, post.period.lower, post.period.upper) == (
        party,
        "party.secretary",
        True,
        date(2010, 6, 15),
        None,
    )
    assert (post.source, post.is_full_time, post.precision) == ("investor", False, "day")
    person = Person.objects.get()
    assert (person.name, person.organization, person.unit, person.phone) == ("王小明", firm, None, PHONE)
    assert person.search_text and person.sort_key


def test_phone_and_political_status_are_encrypted_and_never_told(staff, firm, party):
    _, result = staff.write(row(firm, political_status="正式党员"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone, political_status FROM orgs_person")
        assert all(text.startswith("gAAAA") for text in cursor.fetchone())
    assert Person.objects.get().political_status == "full"
    for said in (told(result), told(staff.check(row(firm, phone="13900005678", political_status="民主党派")))):
        assert PHONE not in said and "13900005678" not in said and "民主党派" not in said


def test_the_same_file_again_changes_nothing(staff, firm, party):
    rows = [row(firm), row(firm, person="李春", post="委员", from_="2011年6月", phone=None)]
    staff.write(*rows)
    before = posts()
    counts, result = staff.write(*rows)
    assert (counts, [r.changes for r in result.plan.rows], posts()) == ((0, 0, 2), [(), ()], before)
    assert Person.objects.count() == 2
    assert AuditEntry.objects.filter(action="appointment.import").count() == 1


def test_preview_tells_what_is_written(staff, firm, party):
    staff.write(row(firm))
    changed = row(firm, from_="2010-06-01", source="员工", full_time="专职")
    seen = staff.check(changed)
    counts, written = staff.write(changed)
    assert counts == (0, 1, 0)
    assert [r.changes for r in seen.plan.rows] == [r.changes for r in written.plan.rows]
    assert written.plan.rows[0].changes == (
        ("任职日期", "2010-06-15", "2010-06-01"),
        ("来源", "出资人", "员工"),
        ("专职或兼职", "兼职", "专职"),
    )


def test_a_finer_date_is_kept_and_a_coarser_one_is_no_news(staff, firm, party):
    member = row(firm, person="李春", post="委员", from_="2011年6月", phone=None)
    staff.write(member)
    assert posts() == [("李春", "party.member", "2011-06-30", "")]
    assert staff.write(member | {"from_": "2011年"})[0] == (0, 0, 1)
    assert staff.write(member | {"from_": "2011-06-08"})[0] == (0, 1, 0)
    assert posts() == [("李春", "party.member", "2011-06-08", "")]


def test_an_end_date_ends_the_post_with_its_last_day_included(staff, firm, party):
    member = row(firm, person="李春", post="委员", phone=None)
    staff.write(member)
    ended = member | {"until": "2012-03-31", "reason": "调离"}
    assert staff.write(ended)[0] == (0, 1, 0)
    post = Appointment.objects.get()
    assert (post.period.upper, post.end_reason) == (date(2012, 4, 1), "调离")
    assert staff.write(ended)[0] == (0, 0, 1)
    # A blank end keeps the one on record; another one corrects it.
    assert staff.write(member)[0] == (0, 0, 1)
    assert staff.write(ended | {"until": "2012-03-30"})[0] == (0, 1, 0)
    assert posts() == [("李春", "party.member", "2010-06-15", "2012-03-30")]


def test_a_row_without_a_beginning_speaks_of_the_open_post(staff, firm, party):
    m.post(m.person("李春", firm), party, "party.member")
    assert staff.write(row(firm, person="李春", post="委员", phone=None, from_=None, until="2012-3-31", reason="退休"))[
        0
    ] == (0, 1, 0)
    assert faults(staff.check(row(firm, from_=None))) == [("G2", "missing_from")]


def test_blank_keeps_and_dashes_clear(staff, firm, party):
    staff.write(row(firm))
    assert staff.write(row(firm, source=None, full_time=None, phone=None))[0] == (0, 0, 1)
    assert staff.write(row(firm, source="--", full_time="--", phone="--"))[0] == (0, 1, 0)
    post = Appointment.objects.get()
    assert (post.source, post.is_full_time, Person.objects.get().phone) == ("", None, "")


def test_history_keeps_every_change(staff, firm, party):
    member = row(firm, person="李春", post="委员", phone=None)
    staff.write(member)
    staff.write(member | {"until": "2012-03-31", "reason": "调离"})
    events = Appointment.pgh_event_model.objects.order_by("pgh_id").values_list("pgh_label", "end_reason")
    assert list(events) == [("insert", ""), ("update", "调离")]


# Who is meant.


def test_the_same_name_in_the_organization_is_the_same_person(staff, firm, party):
    known = m.person("王小明", firm)
    staff.write(row(firm))
    assert (Appointment.objects.get().person, Person.objects.get().phone) == (known, PHONE)


def test_another_phone_asks_who_is_meant(staff, firm, party):
    m.person("王小明", firm, phone="13800009999")
    result = staff.check(row(firm))
    assert faults(result) == [("K2", "phone_differs")]
    assert PHONE not in told(result) and "13800009999" not in told(result)
    assert "138****9999" in told(result) and "138****1234" in told(result)


def test_a_masked_phone_that_fits_is_no_change_and_another_one_only_a_hint(staff, firm, party):
    staff.write(row(firm))
    assert staff.write(row(firm, phone="138****1234"))[0] == (0, 0, 1)
    result = staff.check(row(firm, phone="138****9999"))
    assert (faults(result), warnings(result)) == ([], [("K2", "masked_contact")])


def test_namesakes_are_told_apart_by_their_phone_or_refused(staff, firm, party):
    first = m.person("王小明", firm, phone=PHONE)
    m.person("王小明", firm, phone="13800009999")
    assert faults(staff.check(row(firm, phone=None))) == [("E2", "ambiguous_person")]
    staff.write(row(firm))
    assert Appointment.objects.get().person == first


def test_somebody_sent_is_kept_by_their_unit_and_found_in_the_post_again(staff, firm, party):
    sent = row(firm, workplace="城厢镇", source="上级选派")
    staff.write(sent)
    assert Person.objects.get().unit == f.unit()
    assert staff.write(sent | {"workplace": None})[0] == (0, 0, 1)
    assert Person.objects.count() == 1


def test_namesakes_of_one_unit_with_other_workplaces_are_asked_about(staff, firm, party):
    m.person("王小明", under=f.unit(f.COUNTY), workplace="县税务局", phone=PHONE)
    assert faults(staff.check(row(firm, workplace="县教育局", phone=None))) == [("L2", "workplace_differs")]
    result = staff.check(row(firm, workplace="县教育局"))
    assert (faults(result), warnings(result)) == ([], [("L2", "workplace_differs")])


def test_rows_that_name_the_same_new_person_make_one(staff, firm, party):
    f.covered(firm, line="union")
    counts, _ = staff.write(row(firm), row(firm, line="工会", post="主席"))
    assert (counts, Person.objects.count()) == ((2, 0, 0), 1)


# Which organization and which body is meant.


def test_an_organization_is_found_by_its_whole_name_alone(staff, firm, party):
    assert faults(staff.check(row(firm, uscc=None))) == []
    assert faults(staff.check(row(firm, uscc=None, name="兴隆竹业"))) == [("A2", "unknown_organization")]
    f.organization(firm.name)
    assert faults(staff.check(row(firm, uscc=None))) == [("A2", "ambiguous_name")]


def test_codes_that_are_wrong_or_belong_to_another_name(staff, firm, party):
    broken = firm.uscc[:-1] + ("0" if firm.uscc[-1] != "0" else "1")
    result = staff.check(
        row(firm, uscc=broken),
        row(firm, uscc=f.uscc(99_999)),
        row(firm, name="另一家公司"),
        row(firm, uscc=None, name=None),
    )
    assert faults(result) == [
        ("B2", "bad_uscc"),
        ("B3", "unknown_organization"),
        ("A4", "code_and_name_differ"),
        ("A5", "missing_name"),
    ]


def test_a_joint_body_is_named_and_an_own_one_is_not(staff, firm):
    assert faults(staff.check(row(firm))) == [("C2", "no_body")]
    joint = f.covered(firm, f.organization(), name="城厢镇竹业联合党支部")
    assert faults(staff.check(row(firm))) == [("D2", "missing_body")]
    assert faults(staff.check(row(firm, body="别的支部"))) == [("D2", "unknown_body")]
    staff.write(row(firm, body="城厢镇竹业联合党支部"))
    assert Appointment.objects.get().branch == joint


# The rules of the single acts, each broken once.


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"line": "老干部"}, ("C2", "unknown_line")),
        ({"line": None}, ("C2", "missing_line")),
        ({"person": None}, ("E2", "missing_person")),
        ({"post": None}, ("F2", "missing_post")),
        ({"post": "主席"}, ("F2", "unknown_post")),
        ({"from_": "去年"}, ("G2", "bad_date")),
        ({"from_": "2010-04-30"}, ("G2", "bad_day")),
        ({"from_": "2099-01-01"}, ("G2", "future")),
        ({"until": "2099-01-01"}, ("H2", "future")),
        ({"until": "2010-06-14"}, ("H2", "bad_day")),
        ({"until": "--"}, ("H2", "cannot_clear")),
        ({"source": "不详"}, ("I2", "unknown_source")),
        ({"full_time": "半职"}, ("J2", "unknown_full_time")),
        ({"phone": "1" * 33}, ("K2", "too_long")),
        ({"political_status": "其他"}, ("M2", "unknown_code")),
    ],
)
def test_a_broken_cell_is_refused_with_its_place(staff, firm, party, changed, fault):
    result = staff.check(row(firm, **changed))
    assert faults(result) == [fault]
    assert all(p.message.endswith(("。", "?")) for p in result.checked.problems())


def test_all_faults_of_a_row_are_told_at_once(staff, firm, party):
    result = staff.check(row(firm, post="主席", source="不详", from_="2099-01-01", phone="1" * 33))
    assert sorted(faults(result)) == [
        ("F2", "unknown_post"),
        ("G2", "future"),
        ("I2", "unknown_source"),
        ("K2", "too_long"),
    ]


def test_ending_a_post_wants_the_reason(staff, firm, party):
    m.post(m.person("李春", firm), party, "party.member")
    result = staff.check(row(firm, person="李春", post="委员", phone=None, from_=None, until="2012-03-31"))
    assert faults(result) == [("N2", "missing_reason")]


def test_a_dissolved_body_takes_only_past_posts(staff, firm):
    f.covered(firm, dissolved_on=date(2012, 1, 1), dissolved_reason="合并")
    assert faults(staff.check(row(firm))) == [("H2", "dissolved")]
    assert faults(staff.check(row(firm, until="2012-01-01"))) == [("H2", "dissolved")]
    assert staff.write(row(firm, until="2011-12-31"))[0] == (1, 0, 0)


def test_a_refused_body_takes_no_post(staff, firm, party):
    party.refused_at, party.confirmed_at = timezone.now(), None
    party.dissolved_on, party.dissolved_reason = party.founded_on, "未获确认"
    party.save()
    assert faults(staff.check(row(firm))) == [("D2", "refused")]


def test_a_second_head_at_the_same_time_is_refused(staff, firm, party):
    result = staff.check(
        row(firm, until="2011-06-30"),
        row(firm, person="李春", phone=None, from_="2011-06-30", until="2011-12-31"),
        row(firm, person="李夏", phone=None, from_="2012-01-01"),
    )
    assert faults(result) == [("F3", "head_serves")]
    assert len(result.plan.rows) == 2


def test_whoever_follows_a_head_goes_through_the_opinions(staff, firm, party):
    m.post(m.person("赖书记", firm), party, from_=date(2010, 6, 1))
    result = staff.check(row(firm, from_="2012-01-01"))
    assert faults(result) == [("F2", "needs_change")]
    assert "负责人调整" in told(result)
    ending = row(firm, person="赖书记", phone=None, from_=None, until="2011-12-31", reason="退休")
    assert faults(staff.check(ending)) == [("H2", "needs_change")]
    # A term of the past replaces nobody.
    assert faults(staff.check(row(firm, from_="2010-05-01", until="2010-05-31"))) == []


def test_a_head_after_a_past_one_goes_through_the_opinions_too(staff, firm, party):
    m.post(m.person("赖书记", firm), party, last_day=date(2011, 12, 31))
    assert faults(staff.check(row(firm, from_="2012-01-01"))) == [("F2", "needs_change")]


def test_where_nobody_is_asked_a_file_ends_one_head_and_begins_another(staff, firm, party):
    Code.objects.filter(list_name="opinion_body").update(is_active=False)
    m.post(m.person("赖书记", firm), party)
    counts, _ = staff.write(
        row(firm, person="赖书记", phone=None, from_=None, until="2011-12-31", reason="退休"),
        row(firm, from_="2012-01-01"),
    )
    assert counts == (1, 1, 0)
    assert posts() == [
        ("赖书记", "party.secretary", "2010-05-01", "2011-12-31"),
        ("王小明", "party.secretary", "2012-01-01", ""),
    ]


def test_two_terms_of_one_head_may_be_put_right_in_one_file(staff, firm, party):
    first, second = m.person("赖书记", firm), m.person("钟书记", firm)
    m.post(first, party, last_day=date(2011, 12, 31))
    m.post(second, party, from_=date(2012, 1, 1), last_day=date(2012, 12, 31))
    counts, result = staff.write(
        row(firm, person="赖书记", phone=None, source=None, full_time=None, from_="2010-05-01", until="2011-06-30"),
        row(firm, person="钟书记", phone=None, source=None, full_time=None, from_="2011-07-01", until="2012-12-31"),
    )
    assert (counts, faults(result)) == ((0, 2, 0), [])
    assert [p[2:] for p in posts()] == [("2010-05-01", "2011-06-30"), ("2011-07-01", "2012-12-31")]


def test_a_post_held_several_times_wants_its_dates(staff, firm, party):
    who = m.person("李春", firm)
    m.post(who, party, "party.member", last_day=date(2010, 12, 31))
    m.post(who, party, "party.member", from_=date(2011, 6, 1), last_day=date(2011, 12, 31))
    said = row(firm, person="李春", post="委员", phone=None, source=None, full_time=None)
    assert faults(staff.check(said | {"from_": None})) == [("G2", "several_terms")]
    assert staff.write(said | {"from_": "2011-06-01"})[0] == (0, 0, 1)
    assert staff.write(said | {"from_": "2012-06-01"})[0] == (1, 0, 0)


def test_of_duplicate_rows_the_first_stands(staff, firm, party):
    counts, result = staff.write(row(firm), row(firm, source="员工"))
    assert (counts, faults(result)) == ((1, 0, 0), [("E3", "duplicate")])
    assert warnings(result) == [("E2", "differs_from_later")]
    assert Appointment.objects.get().source == "investor"


# Whose rows.


def test_rows_out_of_scope_are_refused_one_by_one(staff, firm, party):
    far = f.organization(under=f.unit(f.PARK))
    f.covered(far)
    office = f.township()
    assert faults(staff.check(row(firm), row(far), row(far, uscc=None), by=office)) == [
        ("B3", "out_of_scope"),
        ("A4", "unknown_organization"),
    ]
    assert far.name not in str([p.message for p in staff.check(row(far), by=office).checked.problems()])


def test_a_line_department_writes_its_own_lines_alone(staff, firm, party):
    f.covered(firm, line="union")
    result = staff.check(row(firm), row(firm, line="工会", post="主席"), by=f.union_office())
    assert faults(result) == [("C2", "not_your_line")]
    assert [r.number for r in result.plan.rows] == [3]


def test_a_person_of_another_unit_is_not_drawn_over(staff, firm, party):
    m.person("王小明", under=f.unit(f.PARK))
    result = staff.check(row(firm, workplace="工业园区"), by=f.township())
    assert [code for _, code in faults(result)] == ["out_of_sight"]


def test_who_may_not_keep_a_person_gives_no_phone(staff, firm):
    f.covered(firm, line="union")
    f.covered(firm)
    both = m.person("王小明", firm)
    m.post(both, f.covered(firm, line="league"))
    result = staff.check(row(firm, line="工会", post="主席"), by=f.union_office())
    assert (faults(result), warnings(result)) == ([], [("K2", "not_yours")])
    assert PHONE not in told(result)


# The page, the number of questions, the form.


def test_the_number_of_queries_does_not_grow(staff, firm, party):
    def queries(number):
        rows = [row(firm, person=f"王{n}号", post="委员", phone=None) for n in range(number)]
        path = staff.file(*rows)
        with CaptureQueriesContext(connection) as seen:
            import_files.check_file(staff.kind, path, by=office)
        return len(seen)

    office = f.township()
    assert office.assignments
    assert queries(3) == queries(100)


def test_the_template_downloads_and_reads_back_empty(client, staff, tmp_path):
    client.force_login(f.union_office())
    response = client.get(reverse("import-template", args=["POSTS"]))
    path = tmp_path / "template.xlsx"
    path.write_bytes(b"".join(response.streaming_content))
    checked = check_workbook(path, posts_form(CodeLists.load()), prepare=lambda reading, sheet: None)
    assert (checked.rows, checked.reading.absent, checked.reading.unknown) == ([], (), ())


def test_the_navigation_offers_it_to_whoever_may_import_posts(client, staff):
    entry = f'href="{reverse("import-list")}"'
    for user, offered in ((f.union_office(), True), (f.owner(), True), (f.account("leader"), False)):
        client.force_login(user)
        assert (entry in client.get(reverse("workbench")).content.decode()) is offered


def test_what_is_exported_imports_back_to_no_change(client, staff, firm, party, tmp_path):
    joint = f.covered(firm, f.organization(), line="union", name="城厢镇竹业联合工会")
    m.post(m.person("王小明", firm, phone=PHONE), party, source="investor", is_full_time=True)
    m.post(m.person("李春", under=f.unit(f.PARK), phone=PHONE), joint, precision="month", from_=date(2011, 6, 30))
    office = f.owner()
    client.force_login(office)
    assert reverse("appointment-form-export") in client.get(reverse("appointment-list")).content.decode()
    path = tmp_path / "posts.xlsx"
    path.write_bytes(b"".join(client.get(reverse("appointment-form-export")).streaming_content))
    result = import_files.check_file(staff.kind, path, by=office)
    assert ([(r.outcome, r.changes) for r in result.plan.rows], faults(result), warnings(result)) == (
        [("unchanged", ())] * 2,
        [],
        [],
    )
    assert PHONE not in str(path.read_bytes())


def test_the_department_of_a_line_hands_in_others_rows_as_they_stand(staff, firm, party):
    staff.write(row(firm))
    office = f.union_office()
    assert faults(staff.check(row(firm, phone="138****1234"), by=office)) == []
    assert faults(staff.check(row(firm, source="员工"), by=office)) == [("C2", "not_your_line")]
