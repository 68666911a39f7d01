"""What is known when a round opens: from the register with its dates, else from last year, else nothing."""

from datetime import date
from decimal import Decimal

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from evaluation.domain.prefill import known_values
from evaluation.domain.sheet import Sheet, read_form
from evaluation.domain.values import read_answer, typed_form
from orgs.models import Appointment, EstablishmentPlan, Person
from tests import factories
from tests import makers_reports as make

pytestmark = pytest.mark.django_db
AS_OF = date(2012, 10, 31)


@pytest.fixture
def read():
    return read_form(make.form())


def known_of(row, read, *, year=2012, as_of=AS_OF):
    return known_values(organization_ids=[row.pk], kinds={row.pk: row.kind}, read=read, year=year, as_of=as_of)[row.pk]


def head(branch, name="钟书记", from_=date(2010, 6, 1), **facts):
    person = Person.objects.create(name=name, organization=branch.memberships.first().organization)
    facts = {"post": "书记", "is_head": True, "period": DateRange(from_, None)} | facts
    return Appointment.objects.create(person=person, branch=branch, **facts)


@pytest.fixture
def full(read):
    """An organization of which the register knows nearly everything."""
    row = factories.organization("青山竹业公司", registration_type="private", industry="C")
    factories.figures(
        row, employees=60, women=20, league_members=6, union_members=40, full_members=8, probationary_members=1,
        annual_revenue_yuan=Decimal("6000000.50"), payroll_yuan=Decimal("1200000"),
    )  # fmt: skip
    for line in ("party", "union", "league", "women", "women_workers", "mechanism"):
        factories.covered(row, line=line)
    party = row.memberships.get(branch__line="party").branch
    head(party, source="investor", is_full_time=True)
    return row


def test_every_known_value_is_stored_as_if_it_had_been_typed(full, read):
    known = known_of(full, read)
    assert len(known) > 30
    for code, told in known.items():
        question = read.by_code[code]
        assert read_answer(question, typed_form(question, told["v"]), read.choices) == told["v"], code


def test_each_value_says_where_it_comes_from_and_of_which_day(full, read):
    known = known_of(full, read)
    assert known["name"] == {"v": "青山竹业公司", "w": "台账:单位情况", "d": ""}
    assert known["employees"] == {"v": 60, "w": "台账:年度数字", "d": "2011-06-30"}
    assert known["annual_revenue"] == {"v": "6000000.5", "w": "台账:年度数字", "d": "2011-06-30"}
    assert known["operating_state"]["v"] == "normal"
    assert known["party_has"] == {"v": "yes", "w": "台账:党群组织", "d": "2010-05-01"}
    assert known["party_form"]["v"] == "party_branch"
    assert known["party_founded_on"]["v"] == "2010-05-01"
    assert known["party_head"] == {"v": "钟书记", "w": "台账:任职", "d": "2010-06-01"}
    assert (known["party_head_source"]["v"], known["party_head_full_time"]["v"]) == ("investor", "yes")
    assert "annual_income" not in known and "union_head" not in known


def test_a_newer_row_without_a_number_does_not_hide_an_older_one_that_has_it(read):
    row = factories.organization()
    factories.figures(row, date(2011, 6, 30), employees=48, women=12)
    factories.figures(row, date(2012, 6, 30), employees=52)
    factories.figures(row, date(2012, 11, 30), employees=99, women=99)
    known = known_of(row, read)
    assert (known["employees"]["v"], known["employees"]["d"]) == (52, "2012-06-30")
    assert (known["women"]["v"], known["women"]["d"]) == (12, "2011-06-30")


def test_a_number_nobody_knows_is_not_proposed_and_zero_is_a_number(read):
    row = factories.organization()
    factories.figures(row, employees=30, full_members=0)
    known = known_of(row, read)
    assert known["full_members"]["v"] == 0
    assert "women" not in known


def test_an_own_body_goes_before_a_joint_one_and_refused_or_ended_ones_never_count(read):
    row, other = factories.organization(), factories.organization()
    factories.covered(row, other, line="party", form="party_joint", from_=date(2009, 5, 1))
    assert known_of(row, read)["party_composition"]["v"] == "joint_area"
    factories.covered(row, line="party", from_=date(2011, 5, 1))
    gone = factories.covered(row, line="union", dissolved_on=date(2012, 3, 1), dissolved_reason="并入园区工会")
    assert gone.dissolved_on < AS_OF
    factories.covered(
        row, line="league", confirmed=False, refused_at=factories.NOW, dissolved_on=date(2010, 5, 1),
        dissolved_reason="人数不实",
    )  # fmt: skip
    known = known_of(row, read)
    assert (known["party_composition"]["v"], known["party_founded_on"]["v"]) == ("own", "2011-05-01")
    assert (known["union_has"]["v"], known["league_has"]["v"]) == ("no", "no")
    assert "union_form" not in known


def test_a_joint_body_is_told_to_each_of_its_members(read):
    rows = [factories.organization() for _ in range(3)]
    factories.covered(*rows, line="union", form="union_joint")
    for row in rows:
        known = known_of(row, read)
        assert [known[f"union_{part}"]["v"] for part in ("has", "composition", "form", "founded_on")] == [
            "yes", "joint_area", "union_joint", "2010-05-01",
        ]  # fmt: skip


def test_the_reason_for_having_no_party_body_comes_from_the_plan(read):
    row = factories.organization()
    EstablishmentPlan.objects.create(
        organization=row, line="party", reason="under_three", period=DateRange(date(2012, 2, 1), None)
    )
    assert known_of(row, read)["no_party_reason"] == {"v": "under_three", "w": "台账:未建原因", "d": "2012-02-01"}


def test_what_the_register_does_not_keep_comes_from_the_last_accepted_report(read):
    row = factories.organization()
    for year, venue in ((2010, "no"), (2011, "yes")):
        last = make.report(row, make.round_(year))
        make.answered(last, venue=venue, activities=year - 2008, employees=70, funds_total=None)
        make.accepted(last)
    never = make.report(factories.organization(), last.round)
    make.submitted(never)
    known = known_of(row, read)
    assert known["venue"] == {"v": "yes", "w": "2011 年度年报", "d": "2011-10-31"}
    assert known["activities"]["v"] == 3
    # The register has no figures: last year's stand in; 不清楚 is not knowledge.
    assert (known["employees"]["v"], known["employees"]["w"]) == (70, "2011 年度年报")
    assert "funds_total" not in known
    assert "venue" not in known_of(never.organization, read)


def test_a_post_that_became_vacant_is_not_filled_from_last_year(read):
    row = factories.organization()
    last = make.report(row, make.round_(2011))
    make.answered(last, party_has="yes", party_head="老书记")
    make.accepted(last)
    factories.covered(row, line="party")
    assert "party_head" not in known_of(row, read)


def test_a_code_no_longer_in_use_is_asked_anew(read):
    row = factories.organization(registration_type="某种旧类型")
    assert "registration_type" not in known_of(row, read)


def test_everything_known_can_be_confirmed_in_one_act(full, read):
    known = known_of(full, read)
    sheet = Sheet(read, full.kind, 2012, known)
    for section, _ in read.sections:
        sheet.answers |= sheet.confirm_same(section)
    assert sheet.changed() == []
    assert {q.code for q in sheet.lacking()} == {"meetings", "activities", "venue", "funds_total"}


def test_the_number_of_statements_does_not_grow(read, django_assert_num_queries):
    for n in (1, 30):
        rows = [factories.organization() for _ in range(n)]
        for row in rows:
            factories.figures(row, employees=30)
            factories.covered(row)
        kinds = {row.pk: row.kind for row in rows}
        with django_assert_num_queries(5):
            known_values(organization_ids=kinds, kinds=kinds, read=read, year=2012, as_of=AS_OF)
