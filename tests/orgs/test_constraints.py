"""What the database itself refuses, however the row arrives: each constraint as a truth table.

Rows are written past every function of ours; the sentence each constraint owns is checked where it is said.
"""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from orgs.domain.refusals import constraints_speak
from orgs.models import (
    BodyForm,
    Branch,
    BranchForm,
    BranchMembership,
    Code,
    Exclusion,
    Figures,
    Organization,
    Placement,
    RoleAssignment,
    Unit,
)
from tests import factories as f

pytestmark = pytest.mark.django_db

A, B, C, D = (date(2010, m, 1) for m in (1, 4, 7, 10))


def broken(write) -> str:
    """The name of the constraint that refuses the write, "" when it passes."""
    try:
        with transaction.atomic():
            write()
    except IntegrityError as error:
        return error.__cause__.diag.constraint_name
    return ""


def sentence(write) -> str:
    with pytest.raises(ValidationError) as error, constraints_speak(), transaction.atomic():
        write()
    return error.value.message


def test_every_constraint_says_its_sentence_in_chinese():
    from django.apps import apps

    for model in apps.get_app_config("orgs").get_models():
        for constraint in model._meta.constraints:
            message = str(constraint.violation_error_message)
            assert "一" <= message[0] <= "鿿", constraint.name
            assert message.endswith("。"), constraint.name


@pytest.mark.parametrize(
    ("closed_on", "state", "expected"),
    [
        (None, "", ""),
        (B, "moved_out", ""),
        (None, "moved_out", "orgs_organization_closed_on_with_state"),
        (B, "", "orgs_organization_closed_on_with_state"),
        (A, "moved_out", "orgs_organization_closed_after_registered"),
        (date(2009, 12, 31), "moved_out", "orgs_organization_closed_after_registered"),
        (date(2010, 1, 2), "moved_out", ""),
    ],
)
def test_closing_has_day_and_state_and_follows_registration(closed_on, state, expected):
    assert broken(lambda: f.organization(registered_on=A, closed_on=closed_on, closed_state=state)) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (None, ""),
        (f.uscc(5), ""),
        (f.uscc(5)[:-1], "orgs_organization_uscc_shape"),
        (f.uscc(5)[:-1] + "I", "orgs_organization_uscc_shape"),
        (f.uscc(5).replace("91", "9i"), "orgs_organization_uscc_shape"),
        ("", "orgs_organization_uscc_shape"),
    ],
)
def test_a_uscc_has_eighteen_characters_of_its_alphabet(code, expected):
    assert broken(lambda: f.organization(uscc=code)) == expected


def test_an_organization_has_a_name():
    row = f.organization()

    assert broken(lambda: Organization.objects.filter(pk=row.pk).update(name="")) == "orgs_organization_has_name"


@pytest.mark.parametrize(("field", "value"), [("uscc", f.uscc(6)), ("old_code", "75421536-X")])
def test_a_code_stands_once_and_missing_codes_many_times(field, value):
    f.organization(**{field: value})

    assert "台账里已有这个" in sentence(lambda: f.organization(**{field: value}))
    f.organization(uscc=None, old_code=None)
    f.organization(uscc=None, old_code=None)


# (first, second, whether the two clash): [A, B) meets [B, C) without overlap.
OVERLAPS = [
    ((A, B), (B, C), False),
    ((A, C), (B, D), True),
    ((A, B), (A, B), True),
    ((A, D), (B, C), True),
    ((A, None), (B, C), True),
    ((A, None), (D, None), True),
    ((B, None), (A, B), False),
    ((A, B), (C, D), False),
]


@pytest.mark.parametrize(
    ("first", "second", "clash"), [*OVERLAPS, ((None, B), (A, C), True), ((None, A), (A, C), False)]
)
def test_an_organization_stands_under_one_unit_at_a_time(first, second, clash):
    row = f.organization()
    row.placements.all().delete()
    f.placed(row, f.unit(), *first)

    expected = "orgs_placement_one_unit_at_a_time" if clash else ""
    assert broken(lambda: f.placed(row, f.unit(f.PARK), *second)) == expected
    assert broken(lambda: f.placed(f.organization(), f.unit(f.PARK), *second)) != ""


@pytest.mark.parametrize(("first", "second", "clash"), OVERLAPS)
def test_an_organization_is_under_one_exclusion_at_a_time(first, second, clash):
    row = f.organization()

    def exclude(organization, period):
        Exclusion.objects.create(
            organization=organization, state="lost", period=DateRange(*period), reason="找不到", approver="钟主任"
        )

    exclude(row, first)
    assert broken(lambda: exclude(row, second)) == ("orgs_exclusion_one_at_a_time" if clash else "")
    assert broken(lambda: exclude(f.organization(), second)) == ""


@pytest.mark.parametrize(("first", "second", "clash"), OVERLAPS)
def test_a_body_covers_an_organization_once_at_a_time(first, second, clash):
    row, other = f.organization(), f.organization()
    branch = f.covered(other, form="party_joint", composition="joint_area")
    f.member(branch, row, *first)

    expected = "orgs_branchmembership_no_overlap" if clash else ""
    assert broken(lambda: f.member(branch, row, *second)) == expected
    assert broken(lambda: f.member(f.covered(other), row, *second)) == ""


@pytest.mark.parametrize(("first", "second", "clash"), [*OVERLAPS, ((None, B), (B, None), False)])
def test_a_body_has_one_form_at_a_time(first, second, clash):
    branch = f.covered(f.organization())
    branch.forms.all().delete()
    form = BodyForm.objects.get(code="party_general")

    def shape(body, period):
        BranchForm.objects.create(branch=body, form=form, period=DateRange(*period))

    shape(branch, first)
    assert broken(lambda: shape(branch, second)) == ("orgs_branchform_one_at_a_time" if clash else "")


def test_periods_are_never_empty():
    row = f.organization()
    branch = f.covered(row)
    row.placements.all().delete()
    empty = DateRange(A, A)
    form = BodyForm.objects.first()

    facts = {"organization": row, "state": "lost", "reason": "找不到", "approver": "钟主任"}
    assert broken(lambda: f.placed(row, f.unit(), A, A)) == "orgs_placement_period_not_empty"
    assert broken(lambda: f.member(branch, f.organization(), A, A)) == "orgs_branchmembership_has_beginning"
    assert broken(lambda: Exclusion.objects.create(**facts, period=empty)) == "orgs_exclusion_has_beginning"
    assert (
        broken(lambda: BranchForm.objects.create(branch=branch, form=form, period=empty))
        == "orgs_branchform_period_not_empty"
    )


def test_coverage_and_exclusion_have_a_beginning():
    row = f.organization()
    facts = {"organization": row, "state": "lost", "reason": "找不到", "approver": "钟主任"}

    assert (
        broken(lambda: Exclusion.objects.create(**facts, period=DateRange(None, B))) == "orgs_exclusion_has_beginning"
    )
    assert broken(lambda: f.member(f.covered(row), f.organization(), None)) == "orgs_branchmembership_has_beginning"


@pytest.mark.parametrize(
    ("reason", "approver", "expected"),
    [
        ("停产", "钟主任", ""),
        ("", "钟主任", "orgs_exclusion_reason_and_approver"),
        ("停产", "", "orgs_exclusion_reason_and_approver"),
        ("", "", "orgs_exclusion_reason_and_approver"),
    ],
)
def test_an_exclusion_says_why_and_who_approved(reason, approver, expected):
    assert broken(lambda: f.excluded(f.organization(), reason=reason, approver=approver)) == expected


@pytest.mark.parametrize("part", ["women", "league_members", "full_members"])
@pytest.mark.parametrize(
    ("employees", "count", "lawful"),
    [(10, 10, True), (10, 11, False), (0, 0, True), (0, 1, False), (None, 11, True), (10, None, True)],
)
def test_a_part_is_within_the_whole_where_both_are_known(part, employees, count, lawful):
    expected = "" if lawful else f"orgs_figures_{part}_within_employees"

    assert broken(lambda: f.figures(f.organization(), employees=employees, **{part: count})) == expected


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("annual_revenue_yuan", 0, ""),
        ("annual_revenue_yuan", -1, "orgs_figures_revenue_not_negative"),
        ("payroll_yuan", 0, ""),
        ("payroll_yuan", -1, "orgs_figures_payroll_not_negative"),
        ("employees", -1, "orgs_figures_employees_check"),
    ],
)
def test_nothing_counted_is_negative(field, value, expected):
    assert broken(lambda: f.figures(f.organization(), **{field: value})) == expected


def test_a_day_has_one_row_of_figures():
    row = f.organization()
    f.figures(row)

    assert broken(lambda: f.figures(row)) == "orgs_figures_one_row_a_day"
    assert broken(lambda: f.figures(f.organization())) == ""
    assert sentence(lambda: f.figures(row)) == "这一天已有一份年度数字,请修改原有的一份。"


@pytest.mark.parametrize(
    ("dissolved", "expected"),
    [(None, ""), (B, ""), (A, ""), (date(2009, 12, 31), "orgs_branch_dissolved_after_founded")],
)
def test_a_body_is_dissolved_no_earlier_than_founded(dissolved, expected):
    assert broken(lambda: f.covered(f.organization(), from_=A, dissolved_on=dissolved)) == expected


@pytest.mark.parametrize(
    ("composition", "provisional", "expected"),
    [
        ("own", False, ""),
        ("joint_area", False, ""),
        ("joint_area", True, ""),
        ("own", True, "orgs_branch_provisional_is_joint"),
    ],
)
def test_only_joint_bodies_wait_to_be_grouped(composition, provisional, expected):
    body = {"composition": composition, "is_provisional": provisional}

    assert broken(lambda: f.covered(f.organization(), **body)) == expected


@pytest.mark.parametrize(
    ("changes", "lawful"),
    [
        ({}, True),
        ({"refused_at": None}, True),
        ({"dissolved_on": B}, False),
        ({"dissolved_on": None}, False),
        ({"dissolved_reason": ""}, False),
        ({"confirmed_at": f.NOW}, False),
    ],
)
def test_a_refused_body_never_counted(changes, lawful):
    branch = f.covered(f.organization(), from_=A, confirmed=False)
    facts = {"refused_at": f.NOW, "dissolved_on": A, "dissolved_reason": "没有选举记录"} | changes

    expected = "" if lawful else "orgs_branch_refused_never_counted"
    assert broken(lambda: Branch.objects.filter(pk=branch.pk).update(**facts)) == expected


def test_forms_codes_and_units_have_names_of_their_own():
    f.reference()
    form, code, unit = BodyForm.objects.first(), Code.objects.first(), f.unit()

    def again(row, **changes):
        row.pk, row._state.adding = None, True
        for name, value in changes.items():
            setattr(row, name, value)
        row.save(force_insert=True)

    assert broken(lambda: again(form, code="another")) == "orgs_bodyform_label_once_in_line"
    assert broken(lambda: again(code)) == "orgs_code_code_once_in_list"
    assert broken(lambda: again(unit, code="x", path="/x/")) == "orgs_unit_name_once_below_parent"


@pytest.mark.parametrize(("path", "lawful"), [("/1/", True), ("1/", False), ("/1", False), ("/", True)])
def test_a_units_path_is_delimited(path, lawful):
    expected = "" if lawful else "orgs_unit_path_is_delimited"

    assert broken(lambda: Unit.objects.create(code="1", name="某场", path=path)) == expected


def test_a_county_has_one_root_of_a_name():
    Unit.objects.create(code="1", name="某县", path="/1/")

    assert broken(lambda: Unit.objects.create(code="2", name="某县", path="/2/")) == "orgs_unit_name_once_below_parent"


@pytest.mark.parametrize(
    ("unit", "organization", "lawful"),
    [(False, False, True), (True, False, True), (False, True, True), (True, True, False)],
)
def test_a_role_is_given_for_a_unit_or_an_organization(unit, organization, lawful):
    user = f.account()
    scope = {"unit": f.unit() if unit else None, "organization": f.organization() if organization else None}
    role = f.Role.objects.get(code="leader")

    def give():
        RoleAssignment.objects.create(user=user, role=role, **scope)

    assert broken(give) == ("" if lawful else "orgs_roleassignment_unit_or_organization")
    if lawful:
        assert broken(give) == "orgs_roleassignment_once"


def test_a_refused_row_of_another_app_keeps_its_own_error():
    def write():
        f.User.objects.create(pk=1, username="a")
        f.User.objects.create(pk=1, username="b")

    with pytest.raises(IntegrityError), constraints_speak(), transaction.atomic():
        write()


def test_figures_of_nobody_are_refused():
    with pytest.raises(IntegrityError):
        Figures.objects.create(as_of=A)


def test_a_placement_of_an_unknown_unit_is_refused():
    with pytest.raises(IntegrityError):
        Placement.objects.create(organization=f.organization(), period=DateRange(None, None))


def test_a_membership_needs_both_sides():
    with pytest.raises(IntegrityError):
        BranchMembership.objects.create(organization=f.organization(), period=DateRange(A, None))
