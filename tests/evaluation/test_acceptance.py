"""What an accepted report writes to the register, with its dates; what is left to be done otherwise, and why."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from coverage.domain.spans import drain_marks
from coverage.models import Span, State
from evaluation.domain.reviewing import accept_at_county
from evaluation.models import AnnualReport, ReportState, ReportStep, StepKind
from orgs.models import Appointment, Branch, Code, EstablishmentPlan, Figures, LeaderChange, Organization, Person
from quannan.base.events import announce
from tests import factories
from tests import makers_reports as make
from tests.factories import NOW
from tests.makers_reports import AT

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=2)
PARTY = {
    "party_has": "yes",
    "party_composition": "own",
    "party_form": "party_branch",
    "party_founded_on": "2012-07-01",
    "meetings": 4,
}
WAS = {"party_has": "yes", "party_composition": "own", "party_form": "party_branch", "party_founded_on": "2010-05-01"}


@pytest.fixture
def owner():
    return factories.owner()


@pytest.fixture
def round_():
    return make.round_()


def accepted(organization, round_, owner, *, known=None, flags=(), **answers):
    """The organization's report, accepted by the county; `known` is what the round's opening knew besides."""
    told = {"name": organization.name, "registration_type": "private", "industry": "C"} | (known or {})
    row = make.report(organization, round_, known=make.known(**told))
    make.answered(row, **answers)
    if flags:
        file_with(row, flags)
    make.unit_accepted(row)
    return accept_at_county(report=row, by=owner, now=LATER)


def file_with(row, flags):
    from evaluation.domain.submissions import Signing, store_submission

    store_submission(
        report=row, sheet=make.sheet(row), flags=flags, signing=Signing("钟书记"), late=False, by=None, now=NOW
    )


def traced(row):
    return ReportStep.objects.get(report=row, kind=StepKind.WRITTEN).detail


def left(row):
    return {one["what"]: one["why"] for one in traced(row)["left"]}


def written(row):
    return {one["what"]: one["words"] for one in traced(row)["written"]}


def test_figures_are_written_as_of_the_rounds_day_with_the_receipt(round_, owner):
    organization = factories.organization()
    factories.figures(organization, employees=40, women=12)
    row = accepted(organization, round_, owner)
    figures = Figures.objects.get(organization=organization, as_of=AT)
    assert (figures.employees, figures.women, figures.full_members) == (48, 12, 2)
    assert (figures.annual_revenue_yuan, figures.source) == (Decimal("3000000"), "annual_report")
    assert figures.note == f"2012 年度年检年报(回执 {row.accepted_submission.receipt})"
    entry = traced(row)["written"][0]
    assert (entry["model"], entry["pk"]) == ("orgs.Figures", figures.pk)
    assert "从业人员 40 人→48 人" in entry["words"]


def test_unknown_leaves_the_stored_figure_of_that_day_as_it_is(round_, owner):
    organization = factories.organization()
    factories.figures(organization, AT, employees=40, women=11)
    accepted(organization, round_, owner, women=None, league_members=None)
    figures = Figures.objects.get(organization=organization, as_of=AT)
    assert (figures.employees, figures.women, figures.league_members) == (48, 11, None)


def test_fewer_people_are_written_with_the_filers_sentence(round_, owner):
    organization = factories.organization()
    factories.figures(organization, employees=100)
    flag = {"key": "k", "question": "employees", "text": "比上年少", "remark": "搬走一个车间"}
    accepted(organization, round_, owner, flags=[flag])
    figures = Figures.objects.get(organization=organization, as_of=AT)
    assert figures.note.endswith(";搬走一个车间")


def test_figures_that_cannot_be_written_stop_the_acceptance(round_, owner):
    organization = factories.organization(closed_on=date(2012, 10, 1), closed_state="deregistered")
    with pytest.raises(ValidationError) as caught:
        accepted(organization, round_, owner)
    assert caught.value.code == "figures"
    assert "注销或迁出" in caught.value.messages[0]
    assert AnnualReport.objects.get().state == ReportState.UNIT_ACCEPTED
    assert not Figures.objects.exists()


def test_a_new_name_is_written_and_the_old_one_kept(round_, owner):
    organization = factories.organization("全南县旧名木业")
    row = accepted(organization, round_, owner, name="全南县新名木业", industry="F")
    fresh = Organization.objects.get(pk=organization.pk)
    assert (fresh.name, fresh.former_names, fresh.industry) == ("全南县新名木业", ["全南县旧名木业"], "F")
    assert written(row)["单位名称"] == "全南县旧名木业→全南县新名木业"


def test_what_was_only_confirmed_does_not_undo_a_correction_made_meanwhile(round_, owner):
    organization = factories.organization()
    told = {"name": organization.name, "registration_type": "private", "industry": "F"}
    row = make.report(organization, round_, known=make.known(**told))
    make.answered(row, industry="F")
    make.unit_accepted(row)
    Organization.objects.filter(pk=organization.pk).update(industry="G", registration_type="private")
    accept_at_county(report=row, by=owner, now=LATER)
    assert Organization.objects.get(pk=organization.pk).industry == "G"


def test_a_fact_the_register_refuses_is_left_with_its_sentence_and_the_rest_written(round_, owner):
    organization = factories.organization()
    row = accepted(organization, round_, owner, registration_type="association", industry="F")
    assert "与单位类别不符" in left(row)["登记类型"]
    assert Organization.objects.get(pk=organization.pk).industry == "F"
    assert row.state == ReportState.ACCEPTED


def test_an_operating_state_is_left_to_the_office(round_, owner):
    organization = factories.organization()
    row = accepted(organization, round_, owner, known={"operating_state": "normal"}, operating_state="suspended")
    assert "主管党(工)委核实后" in left(row)["经营状态"]


def test_a_body_nobody_knew_is_founded_with_its_head_and_coverage_follows(round_, owner):
    announce("reference.load")
    organization = factories.organization()
    factories.figures(organization, employees=48, full_members=5)
    row = accepted(
        organization,
        round_,
        owner,
        known={"party_has": "no"},
        full_members=5,
        party_head="温书记",
        party_head_from="2012-07-01",
        party_head_source="employee",
        party_head_full_time="no",
        **PARTY,
    )
    drain_marks()
    branch = Branch.objects.get(line="party")
    assert (branch.composition, branch.founded_on, branch.source) == ("own", date(2012, 7, 1), "annual_report")
    assert branch.memberships.get().source == "annual_report"
    head = Appointment.objects.get(branch=branch)
    assert (head.person.name, head.source, head.is_full_time, head.is_head) == ("温书记", "employee", False, True)
    span = Span.objects.get(organization=organization, period__contains=AT)
    assert span.party_state in (State.COVERED, State.COVERED_UNCONFIRMED)
    assert {"党组织", "党组织书记姓名"} <= set(written(row))


def test_a_joint_body_is_not_founded_by_one_report(round_, owner):
    row = accepted(
        factories.organization(),
        round_,
        owner,
        known={"party_has": "no"},
        **(PARTY | {"party_composition": "joint_area", "party_form": "party_joint"}),
    )
    assert "加入已有的" in left(row)["党组织"]
    assert not Branch.objects.exists()


def test_another_form_is_dated_the_rounds_day_and_the_founding_day_corrected(round_, owner):
    organization = factories.organization()
    branch = factories.covered(organization)
    answers = PARTY | {"party_form": "party_general", "party_founded_on": "2010-06-01"}
    row = accepted(organization, round_, owner, known=WAS, **answers)
    branch.refresh_from_db()
    assert branch.founded_on == date(2010, 6, 1)
    held = branch.forms.get(period__contains=AT)
    assert (held.form.code, held.period.lower) == ("party_general", AT)
    assert set(written(row)) >= {"党组织成立日期", "党组织形式"}


def test_a_body_that_is_no_more_ends_before_the_rounds_day_with_the_filers_sentence(round_, owner):
    organization = factories.organization()
    branch = factories.covered(organization)
    flag = {"key": "k", "question": "party_has", "text": "台账已建", "remark": "党员转走后撤销"}
    accepted(organization, round_, owner, known=WAS, flags=[flag], party_has="no", no_party_reason="no_members")
    branch.refresh_from_db()
    assert branch.dissolved_on == AT
    assert branch.dissolved_reason.startswith("党员转走后撤销;2012 年度年检年报")
    plan = EstablishmentPlan.objects.get(organization=organization, line="party")
    assert (plan.reason, plan.period.lower) == ("no_members", AT)


def test_a_joint_body_is_left_and_stays_with_the_others(round_, owner):
    organization, other = factories.organization(), factories.organization()
    branch = factories.covered(organization, other, name="竹木联合支部", form="party_joint")
    accepted(organization, round_, owner, known=WAS, party_has="no", no_party_reason="no_members")
    branch.refresh_from_db()
    assert branch.dissolved_on is None
    assert branch.memberships.get(organization=organization).period.upper == AT
    assert branch.memberships.get(organization=other).period.upper is None


def test_a_body_of_several_is_not_changed_by_one_report(round_, owner):
    organization = factories.organization()
    branch = factories.covered(organization, factories.organization(), name="竹木联合支部", form="party_joint")
    known = WAS | {"party_composition": "joint_area", "party_form": "party_joint"}
    row = accepted(
        organization, round_, owner, known=known,
        **(PARTY | {"party_composition": "joint_area", "party_form": "party_joint", "party_founded_on": "2011-01-01"}),
    )  # fmt: skip
    branch.refresh_from_db()
    assert branch.founded_on == date(2010, 5, 1)
    assert "与别的组织联合" in left(row)["党组织"]


def serving(branch, name="钟书记", organization=None):
    from django.db.backends.postgresql.psycopg_any import DateRange

    person = Person.objects.create(name=name, organization=organization)
    return Appointment.objects.create(
        branch=branch, person=person, post="party.secretary", is_head=True, period=DateRange(date(2010, 5, 1), None)
    )


HEAD = {"party_head": "钟书记", "party_head_from": "2010-05-01"}
SAME = PARTY | {"party_founded_on": "2010-05-01"}


def test_another_head_asks_for_opinions_and_changes_nothing_yet(round_, owner):
    organization = factories.organization()
    head = serving(factories.covered(organization), organization=organization)
    row = accepted(
        organization, round_, owner, known=WAS | HEAD, **SAME, party_head="温书记", party_head_from="2012-08-01"
    )
    change = LeaderChange.objects.get()
    assert (change.leaving, change.successor.name, change.state) == (head, "温书记", "open")
    head.refresh_from_db()
    assert head.period.upper is None
    assert "征求意见后生效" in written(row)["党组织书记姓名"]


def test_where_nobody_is_asked_the_old_head_ends_and_the_new_one_begins(round_, owner):
    organization = factories.organization()
    Code.objects.filter(list_name="opinion_body").update(is_active=False)
    head = serving(factories.covered(organization), organization=organization)
    accepted(organization, round_, owner, known=WAS | HEAD, **SAME, party_head="温书记", party_head_from="2012-08-01")
    head.refresh_from_db()
    assert head.period.upper == date(2012, 8, 1)
    assert Appointment.objects.get(period__upper_inf=True).person.name == "温书记"


def test_how_the_head_was_entered_is_corrected(round_, owner):
    organization = factories.organization()
    head = serving(factories.covered(organization), organization=organization)
    accepted(
        organization, round_, owner, known=WAS | HEAD,
        **(SAME | HEAD | {"party_head_source": "sent", "party_head_full_time": "yes", "party_head_from": "2010-06-01"}),
    )  # fmt: skip
    head.refresh_from_db()
    assert (head.source, head.is_full_time, head.period.lower) == ("sent", True, date(2010, 6, 1))


def test_a_head_without_a_day_is_left(round_, owner):
    organization = factories.organization()
    factories.covered(organization)
    row = accepted(organization, round_, owner, known=WAS, **SAME, party_head="温书记")
    assert "没有填任职日期" in left(row)["党组织书记姓名"]


def test_an_unchanged_report_writes_its_figures_and_nothing_else(round_, owner):
    organization = factories.organization(registration_type="private", industry="C")
    known = {code: value for code, value in make.ANSWERS.items() if code != "name"}
    row = accepted(organization, round_, owner, known=known)
    assert row.accepted_submission.changed == []
    assert set(written(row)) == {"年度数字"}
    assert traced(row)["left"] == []
