"""Each check of a sheet by itself: one lawful sheet, one thing changed, one finding; what is unknown is no zero."""

from datetime import date

import pytest

from evaluation.domain.check_context import context_of
from evaluation.domain.checks import (
    HARD,
    SOFT,
    Context,
    FormSize,
    OpenDifference,
    check_sheet,
    explained,
)
from evaluation.domain.sheet import read_form
from tests import factories
from tests import makers_reports as make
from tests.factories import NOW, TODAY

pytestmark = pytest.mark.django_db
AS_OF = date(2012, 10, 31)
BRANCH = {
    "party_has": "yes",
    "party_composition": "own",
    "party_form": "party_branch",
    "party_founded_on": "2010-05-01",
}
UNION = {"union_has": "yes", "union_composition": "own", "union_form": "union_committee"}
FORMS = {
    "party_branch": FormSize("party", "党支部", least=3, most=49),
    "party_joint": FormSize("party", "联合党支部", joint=True),
    "union_committee": FormSize("union", "基层工会委员会"),
    "union_organizer": FormSize("union", "组织员", body=False),
    "women_committee": FormSize("women", "妇委会", least=10, most=19),
}


@pytest.fixture
def said():
    """The keys of what the checks say of a complete sheet with these answers."""
    row = make.report(factories.organization(), make.round_())
    read = read_form(row.round.form)

    def ask(known=None, differences=(), last=None, **answers):
        row.answers, row.known = {}, make.known(**(known or {}))
        make.answered(row, **{"funds_total": "500"} | answers)
        context = Context(
            registered_on=factories.REGISTERED,
            as_of=AS_OF,
            today=TODAY,
            differences=tuple(differences),
            forms=FORMS,
            own_from={"union": 25},
            last=last or {},
            last_year=2011,
        )
        return [finding.key for finding in check_sheet(make.sheet(row, read), context)]

    return ask


def test_a_lawful_sheet_is_passed_in_silence(said):
    assert said() == []


@pytest.mark.parametrize(
    ("answers", "keys"),
    [
        ({"name": ""}, ["name_empty.name"]),
        ({"women": 49}, ["part_over_whole.women"]),
        ({"women": None}, []),
        ({"league_members": 49}, ["part_over_whole.league_members"]),
        ({"full_members": 49, "funds_total": "9000"}, ["part_over_whole.full_members"]),
        ({"union_members": 49}, ["part_over_whole.union_members"]),
        ({"union_members": 48}, []),
        (
            {"members_under_36": 1, "members_36_50": 0, "members_51_60": 0, "members_over_60": 0},
            ["ages.members_under_36"],
        ),
        ({"members_under_36": 1, "members_36_50": 0, "members_51_60": 1, "members_over_60": 0}, []),
        ({"members_under_36": 1, "members_36_50": 0, "members_51_60": 0}, []),
        ({"members_under_36": 1, "members_36_50": None, "members_51_60": 0, "members_over_60": 0}, []),
        ({"members_36_50": 3}, ["ages.members_36_50"]),
        ({"probationary_members": None, "members_36_50": 3}, []),
        ({"funds_dues": "200", "funds_superior": "200"}, []),
        ({"funds_dues": "200", "funds_superior": "400"}, ["funds.funds_dues"]),
        (
            dict.fromkeys(("funds_dues", "funds_superior", "funds_business", "funds_fiscal", "funds_other"), "99"),
            ["funds.funds_dues"],
        ),
        (
            dict.fromkeys(("funds_dues", "funds_superior", "funds_business", "funds_fiscal", "funds_other"), "100"),
            [],
        ),
        (BRANCH | {"full_members": 5, "party_founded_on": "2012-11-06"}, ["future.party_founded_on"]),
        (BRANCH | {"full_members": 5, "party_founded_on": "2012-11-01"}, ["after_as_of.party_founded_on"]),
        (BRANCH | {"full_members": 5, "party_founded_on": "2012-10-31"}, []),
        (BRANCH | {"full_members": 5, "party_founded_on": "2009-02-28"}, ["before_registration.party_founded_on"]),
        (
            BRANCH
            | {"full_members": 5, "party_founded_on": "2009-02-28", "party_composition": "joint_area"}
            | {"party_form": "party_joint"},
            [],
        ),
        (BRANCH | {"full_members": 5, "party_form": "women_committee"}, ["form_of_other_line.party_form"]),
    ],
)
def test_what_cannot_be_true_is_hard(said, answers, keys):
    assert said(**answers) == keys
    assert all(key.partition(".")[0] in HARD for key in keys)


@pytest.mark.parametrize(
    ("known", "answers", "keys"),
    [
        ({"employees": 36}, {}, ["change.employees"]),
        ({"employees": 40}, {}, []),
        ({"employees": 39}, {"employees": 29}, []),
        ({"women": 6}, {}, ["change.women"]),
        ({"women": 8}, {}, []),
        ({"women": 0}, {}, ["change.women"]),
        ({"women": 12}, {"women": None}, ["unknown.women"]),
        ({"women": None}, {"women": None}, []),
        ({"union_has": "yes"}, {}, ["gone.union_has"]),
        ({}, UNION | {"union_founded_on": "2010-01-01", "employees": 24}, ["too_small.union_composition"]),
        ({}, UNION | {"union_founded_on": "2010-01-01", "employees": 25}, []),
        ({}, UNION | {"union_form": "union_organizer", "employees": 24}, []),
        ({"employees": 24} | UNION, UNION | {"employees": 24}, []),
        ({}, BRANCH, ["branch_without_three.party_form"]),
        ({}, BRANCH | {"full_members": None}, []),
        ({}, BRANCH | {"full_members": 3}, []),
        ({}, {"annual_revenue": "0", "employees": 50}, ["idle.annual_revenue"]),
        ({}, {"annual_revenue": "0", "employees": 49}, []),
        ({}, {"annual_revenue": None, "employees": 50}, []),
        ({"party_head": "甲"}, BRANCH | {"full_members": 3, "party_head": "乙"}, ["head.party_head"]),
        ({"party_head": "甲"}, BRANCH | {"full_members": 3, "party_head": ""}, ["head.party_head"]),
        ({"party_head": "甲"}, BRANCH | {"full_members": 3}, []),
        ({}, {"funds_total": "199"}, ["funds_a_member.funds_total"]),
        ({}, {"funds_total": "200"}, []),
        ({}, {"funds_total": None}, []),
        ({}, {"funds_total": "0", "probationary_members": None}, []),
        ({}, {"funds_total": "0", "full_members": 0}, []),
        (
            {},
            {"women_has": "yes", "women_composition": "own", "women_form": "women_committee", "women": 30},
            ["size_of_form.women_form"],
        ),
        (
            {},
            BRANCH | {"full_members": 48, "probationary_members": 2, "funds_total": "9000"},
            ["size_of_form.party_form"],
        ),
    ],
)
def test_what_is_unlikely_asks_for_a_sentence(said, known, answers, keys):
    assert said(known=known, **answers) == keys
    assert all(key.partition(".")[0] in SOFT for key in keys)


def test_last_year_stands_in_for_what_the_register_does_not_know(said):
    assert said(last={"employees": 20}) == ["change.employees"]
    assert said(known={"employees": 48}, last={"employees": 20}) == []


@pytest.mark.parametrize(
    ("difference", "answers", "keys"),
    [
        (
            OpenDifference("changed", "registration_type", "limited", "市监局", AS_OF),
            {},
            ["register.registration_type"],
        ),
        (OpenDifference("changed", "registration_type", "private", "市监局", AS_OF), {}, []),
        (OpenDifference("changed", "name", "另一个名称", "市监局", AS_OF), {}, ["register.name"]),
        (OpenDifference("gone", "", "", "市监局", AS_OF), {}, ["register.operating_state"]),
        (OpenDifference("gone", "", "", "市监局", AS_OF), {"operating_state": "suspended"}, []),
    ],
)
def test_what_another_register_says_otherwise_is_asked(said, difference, answers, keys):
    assert said(differences=[difference], **answers) == keys


def test_a_finding_names_the_sections_it_touches_and_is_explained_in_four_characters():
    row = make.report(factories.organization(), make.round_(), known=make.known(employees=50))
    make.answered(row, employees=5, full_members=9, funds_total="900")
    found = {one.key: one for one in check_sheet(make.sheet(row), context_of(row, NOW))}
    hard, soft = found["part_over_whole.full_members"], found["change.employees"]
    assert (hard.hard, hard.question, hard.sections) == (True, "full_members", ("members", "figures"))
    assert (soft.hard, soft.sections) == (False, ("figures",))
    assert not explained(soft, {soft.key: " 三个字 "})
    assert explained(soft, {soft.key: "新招一批"})


def test_the_context_is_read_from_register_standards_and_last_year(django_assert_num_queries):
    organization = factories.organization()
    factories.covered(organization, line="union")
    make.submitted(make.report(organization, make.round_(2011)), employees=33)
    row = make.report(organization, make.round_())
    from quannan.base.events import announce

    announce("reference.load")
    with django_assert_num_queries(5):
        context = context_of(row, NOW)
    assert (context.registered_on, context.as_of, context.today) == (factories.REGISTERED, AS_OF, TODAY)
    assert context.compositions == {"union": "own"}
    assert context.own_from["union"] == 25
    assert (context.last["employees"], context.last_year) == (33, 2011)
    assert context.forms["party_branch"] == FormSize("party", "党支部", False, True, 3, 49)
