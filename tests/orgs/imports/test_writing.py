"""What an accepted row makes of the register, the first time and later."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from orgs.imports import check_file, write_file
from orgs.models import Branch, BranchForm, BranchMembership, Figures, Organization, Placement
from quannan.base.import_jobs import row_results
from quannan.base.models import AuditEntry
from tests.orgs.imports.conftest import AS_OF, faults, lawful, uscc

pytestmark = pytest.mark.django_db

LATER = dt.date(2012, 6, 30)
EARLIER = dt.date(2010, 6, 30)


def bodies():
    return sorted(
        (b.line, b.name, b.composition, str(b.founded_on), b.founded_precision, b.is_provisional)
        for b in Branch.objects.all()
    )


def memberships():
    return sorted(
        (m.organization.uscc, m.branch.line, str(m.period.lower), str(m.period.upper or ""))
        for m in BranchMembership.objects.select_related("organization", "branch")
    )


def form_history():
    return [
        (f.form.label, str(f.period.lower or ""), str(f.period.upper or ""))
        for f in BranchForm.objects.select_related("form").order_by("period")
    ]


def figures():
    return [(str(f.as_of), f.employees, f.women) for f in Figures.objects.order_by("as_of")]


def test_new_row_becomes_an_organization_with_all_its_facts(load):
    counts, _ = load(lawful(mechanism_date="2010年3月"))
    assert counts == (1, 0, 0)
    found = Organization.objects.get()
    assert (found.name, found.uscc, found.kind, found.registration_type, found.industry) == (
        "全南县第1制造有限公司",
        uscc(1),
        "enterprise",
        "private",
        "C",
    )
    assert (str(found.registered_on), found.registered_precision) == ("2005-03-08", "day")
    assert (found.contact_name, found.contact_phone) == ("王小明", "0797-2600001")
    assert found.name_key and found.search_text and found.sort_key
    placement = Placement.objects.get()
    assert (placement.unit.name, placement.period.lower, placement.period.upper) == ("城厢镇", None, None)
    row = Figures.objects.get()
    assert (row.as_of, row.employees, row.women, row.annual_revenue_yuan, row.union_members) == (
        AS_OF,
        40,
        9,
        Decimal("3000000.00"),
        None,
    )
    assert bodies() == [
        ("mechanism", "", "own", "2010-03-31", "month", False),
        ("union", "", "own", "2009-04-19", "day", False),
    ]
    assert memberships() == [(uscc(1), "mechanism", "2010-03-31", ""), (uscc(1), "union", "2009-04-19", "")]
    assert not Branch.objects.exclude(confirmed_at=None).exists()


def test_contact_is_encrypted_at_rest(load):
    load(lawful())
    with connection.cursor() as cursor:
        cursor.execute("SELECT contact_name, contact_phone FROM orgs_organization")
        assert all(text.startswith("gAAAA") for text in cursor.fetchone())


def test_same_file_again_changes_nothing(load):
    row = lawful(mechanism_date="2010年3月", party_form="联合党支部", party_date="2011.6", women_form="无")
    load(row)
    before = (bodies(), memberships(), form_history(), figures())
    counts, _ = load(row)
    assert counts == (0, 0, 1)
    assert (bodies(), memberships(), form_history(), figures()) == before
    assert AuditEntry.objects.filter(action="register.import").count() == 1


def test_equal_figures_later_are_confirmed_and_count_as_unchanged(load):
    load(lawful())
    counts, _ = load(lawful(), as_of=LATER)
    assert (counts, figures()) == ((0, 0, 1), [("2011-06-30", 40, 9), ("2012-06-30", 40, 9)])


def test_changed_figures_are_told_field_by_field(load):
    load(lawful())
    counts, result = load(lawful(employees=45), as_of=LATER)
    assert counts == (0, 1, 0)
    assert [(row.number, row.name, row.changes) for row in result.plan.rows] == [
        (3, "全南县第1制造有限公司", (("从业人员", "40", "45"),))
    ]


def test_figures_of_the_same_date_are_put_right_in_place(load):
    load(lawful())
    load(lawful(employees=45))
    assert figures() == [("2011-06-30", 45, 9)]


def test_blank_keeps_and_dashes_clear(load):
    load(lawful())
    load(lawful(women=None, league_members="--", remark="--"), as_of=LATER)
    row = Figures.objects.get(as_of=LATER)
    assert (row.women, row.league_members) == (9, None)


def test_figures_of_an_older_form_leave_later_ones_alone(load):
    load(lawful())
    counts, _ = load(lawful(employees=30, name="全南县旧名有限公司", unit="大吉山镇"), as_of=EARLIER)
    assert figures() == [("2010-06-30", 30, 9), ("2011-06-30", 40, 9)]
    assert Organization.objects.get().name == "全南县第1制造有限公司"
    assert Placement.objects.get().unit.name == "城厢镇"


def test_new_name_keeps_the_former_one(load):
    load(lawful())
    load(lawful(name="全南县新名有限公司", contact_phone="0797-2600002"), as_of=LATER)
    found = Organization.objects.get()
    assert (found.name, found.former_names, found.version) == ("全南县新名有限公司", ["全南县第1制造有限公司"], 2)
    assert (found.contact_name, found.contact_phone) == ("王小明", "0797-2600002")
    assert "全南县第1制造" in found.search_text


def test_unit_of_a_later_form_is_a_move_on_its_date(load):
    load(lawful())
    load(lawful(unit="工业园区"), as_of=LATER)
    assert [(p.unit.name, p.period.lower, p.period.upper) for p in Placement.objects.order_by("period")] == [
        ("城厢镇", None, LATER),
        ("工业园区", LATER, None),
    ]


def test_unit_of_the_same_form_is_put_right(load):
    load(lawful())
    load(lawful(unit="工业园区"))
    assert [(p.unit.name, p.period.lower) for p in Placement.objects.all()] == [("工业园区", None)]


def test_registration_date_is_kept_where_it_is_finer(load):
    load(lawful())
    counts, _ = load(lawful(registered_on="2005.3"))
    assert counts == (0, 0, 1)
    counts, _ = load(lawful(registered_on="2006.3"))
    found = Organization.objects.get()
    assert (counts, str(found.registered_on), found.registered_precision) == ((0, 1, 0), "2006-03-01", "month")


def test_date_of_a_month_is_never_after_the_form(load):
    load(lawful(union_date="2011.6"), as_of=dt.date(2011, 6, 15))
    assert bodies()[0][3:5] == ("2011-06-15", "month")
    counts, _ = load(lawful(union_date="2011.6"))
    assert (counts, bodies()[0][3:5]) == ((0, 0, 1), ("2011-06-15", "month"))


def test_finer_founding_date_replaces_the_month(load):
    load(lawful(union_date="2009.4"))
    counts, _ = load(lawful(union_date="2009-04-19"), as_of=LATER)
    assert (counts, bodies()[0][3:5]) == ((0, 1, 0), ("2009-04-19", "day"))
    assert memberships() == [(uscc(1), "union", "2009-04-19", "")]


def test_form_column_without_date_column_means_by_the_date_of_the_form(load):
    load(lawful(), without=("union_date",))
    assert bodies() == [("union", "", "own", "2011-06-30", "by", False)]
    counts, _ = load(lawful(), without=("union_date",), as_of=LATER)
    assert counts == (0, 0, 1)
    load(lawful(union_date="2009-04-19"), as_of=LATER)
    assert bodies() == [("union", "", "own", "2009-04-19", "day", False)]


def test_changed_form_of_the_same_body_is_dated_as_of(load):
    load(lawful(party_form="党支部", party_date="2009-01-05"))
    counts, _ = load(lawful(party_form="党总支", party_date="2009-01-05"), as_of=LATER)
    assert (counts[1], Branch.objects.filter(line="party").count()) == (1, 1)
    assert [entry for entry in form_history() if entry[0].startswith("党")] == [
        ("党支部", "", "2012-06-30"),
        ("党总支", "2012-06-30", ""),
    ]


def test_form_put_right_on_the_same_date_is_not_a_change(load):
    load(lawful(party_form="党支部", party_date="2009-01-05"))
    load(lawful(party_form="党总支", party_date="2009-01-05"))
    assert [entry for entry in form_history() if entry[0].startswith("党")] == [("党总支", "", "")]


def test_other_founding_date_is_a_question_not_a_change(load):
    load(lawful())
    before = bodies()
    counts, result = load(lawful(union_date="2010-01-01"), as_of=LATER)
    assert (counts, faults(result, "warning"), bodies()) == ((0, 0, 1), [("R1", "founding_differs")], before)


def test_other_form_and_date_is_a_question(load):
    load(lawful())
    before = bodies()
    _, result = load(lawful(union_form="联合基层工会", union_date="2010-01-01"), as_of=LATER)
    assert (faults(result, "warning"), bodies()) == ([("R1", "body_differs")], before)


def test_organizer_is_no_body_and_a_union_may_follow(load):
    load(lawful(union_form="组织员", union_date="2009-04-19"))
    load(lawful(union_form="基层工会委员会", union_date="2012-01-05"), as_of=LATER)
    assert [entry[3] for entry in bodies()] == ["2009-04-19", "2012-01-05"]


def test_none_where_none_is_registered_is_nothing_to_do(load):
    load(lawful(league_form="未建"))
    counts, result = load(lawful(league_form="无"))
    assert (counts, faults(result, "warning")) == ((0, 0, 1), [])


def test_none_where_one_is_registered_is_a_warning_and_ends_only_when_confirmed(load):
    load(lawful())
    none = lawful(union_form="无", union_date=None)
    counts, result = load(none, as_of=LATER)
    assert (counts, faults(result, "warning")) == ((0, 0, 1), [("Q1", "registered_but_none")])
    assert memberships() == [(uscc(1), "union", "2009-04-19", "")]
    counts, _ = load(none, as_of=LATER, endings=[(3, "union")])
    assert (counts, memberships()) == ((0, 1, 0), [(uscc(1), "union", "2009-04-19", "2012-06-30")])
    assert Branch.objects.get().dissolved_on == LATER
    assert load(none, as_of=LATER)[0] == (0, 0, 1)


def test_ended_body_that_a_form_still_names_is_a_question(load):
    load(lawful())
    load(lawful(union_form="无", union_date=None), as_of=LATER, endings=[(3, "union")])
    _, result = load(lawful(), as_of=dt.date(2013, 6, 30))
    assert faults(result, "warning") == [("Q1", "body_ended")]


def joint(number, since, name="城厢镇第1联合党支部", **changed):
    return lawful(number, party_form="联合党支部", party_date=since, party_name=name, **changed)


def test_rows_naming_one_joint_body_share_it(load):
    load(joint(1, "2010-05-01"), joint(2, "2009-02"), joint(3, "2010-05-01", name=" 城厢镇第1联合党支部 "))
    assert [entry for entry in bodies() if entry[0] == "party"] == [
        ("party", "城厢镇第1联合党支部", "joint_area", "2009-02-28", "month", False)
    ]
    assert [entry[2] for entry in memberships() if entry[1] == "party"] == ["2010-05-01", "2009-02-28", "2010-05-01"]


def test_later_row_joins_the_registered_joint_body(load):
    load(joint(1, "2010-05-01"))
    counts, _ = load(joint(1, "2010-05-01"), joint(2, "2008-01-01"), as_of=LATER)
    assert counts == (1, 0, 1)
    assert [entry[3] for entry in bodies() if entry[0] == "party"] == ["2008-01-01"]
    assert Branch.objects.get(line="party").memberships.count() == 2


def test_joint_form_without_a_name_is_provisional_each(load):
    rows = [lawful(number, league_form="联合团支部", league_date="2010-05-01") for number in (1, 2)]
    load(*rows)
    provisional = ("league", "", "joint_area", "2010-05-01", "day", True)
    assert [entry for entry in bodies() if entry[0] == "league"] == [provisional, provisional]
    assert load(*rows)[0] == (0, 0, 2)


def test_name_that_differs_from_the_registered_joint_body_is_a_question(load):
    load(joint(1, "2010-05-01"))
    _, result = load(joint(1, "2010-05-01", name="城厢镇第2联合党支部"), as_of=LATER)
    assert (faults(result, "warning"), Branch.objects.filter(line="party").count()) == (
        [("P1", "joint_body_differs")],
        1,
    )


def test_rejected_row_leaves_no_trace(load):
    counts, _ = load(lawful(1), joint(2, "2010-05-01", employees="约50"))
    assert (counts, Organization.objects.count(), Branch.objects.filter(line="party").count()) == ((1, 0, 0), 1, 0)


def test_all_or_nothing_writes_nothing_when_a_row_is_rejected(reference, form_file):
    path = form_file(lawful(1), lawful(2, employees="约50"))
    result, counts = write_file(path, AS_OF, mode="all", by=None, now=timezone.now())
    assert (counts, result.rejected_rows) == ({"created": 0, "updated": 0, "unchanged": 0}, 1)
    assert not Organization.objects.exists()
    assert not AuditEntry.objects.filter(action="register.import").exists()


def test_interrupted_before_the_end_leaves_nothing_and_can_be_repeated(reference, form_file):
    path = form_file(*(lawful(number) for number in range(1, 30)))

    def stop(result):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_file(path, AS_OF, mode="all", by=None, now=timezone.now(), before_commit=stop)
    assert (Organization.objects.count(), Branch.objects.count()) == (0, 0)
    _, counts = write_file(path, AS_OF, mode="all", by=None, now=timezone.now())
    assert counts["created"] == Organization.objects.count() == 29


def test_preview_is_what_writing_then_does(reference, form_file):
    path = form_file(lawful(1), joint(2, "2010-05-01"))
    before = check_file(path, AS_OF).counts()
    _, counts = write_file(path, AS_OF, mode="all", by=None, now=timezone.now())
    assert {outcome: before[outcome] for outcome in counts} == counts


def test_audit_entry_says_what_was_imported(load):
    load(lawful(1), lawful(2))
    entry = AuditEntry.objects.get(action="register.import")
    assert {key: entry.detail[key] for key in ("form", "created", "rejected", "as_of")} == {
        "form": "F0",
        "created": 2,
        "rejected": 0,
        "as_of": "2011-06-30",
    }
    assert len(entry.detail["sha256"]) == 64


def test_outcomes_name_every_row(load):
    _, result = load(lawful(1), lawful(2, employees="约50"))
    first, second = row_results(result)
    assert (first.number, first.outcome, first.label) == (3, "created", "全南县第1制造有限公司")
    assert (second.number, second.outcome, second.messages[0]["column"]) == (4, "rejected", "I")


@pytest.mark.parametrize("known", [False, True])
def test_queries_do_not_grow_with_rows(reference, form_file, known):
    def queries(numbers):
        path = form_file(*(joint(number, "2010-05-01") for number in numbers))
        if known:
            write_file(path, AS_OF, mode="all", by=None, now=timezone.now())
        with CaptureQueriesContext(connection) as captured:
            write_file(path, LATER, mode="all", by=None, now=timezone.now())
        return len(captured)

    queries(range(1, 3))
    assert queries(range(100, 103)) == queries(range(200, 300))
