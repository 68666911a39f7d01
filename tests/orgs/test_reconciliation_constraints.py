"""What may stand in the tables of 登记名册核对: pairs by truth table, and scope by rows."""

from itertools import product

import pytest
from django.db import IntegrityError, transaction

from orgs.models import Discrepancy, Reconciliation
from tests import factories as f
from tests import makers_leads
from tests import makers_reconciliation as make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def reference():
    f.reference()


def stands(save, **facts) -> str:
    """The constraint that refuses a row, "" where it may stand."""
    try:
        with transaction.atomic():
            save(**facts)
    except IntegrityError as error:
        return str(error.__cause__.diag.constraint_name)
    return ""


@pytest.mark.parametrize(
    ("state", "by", "at", "reason"), list(product(["open", "accepted", "refused"], [0, 1], [0, 1], ["", "有误"]))
)
def test_an_answer_has_its_who_and_when_and_a_refusal_its_reason(state, by, at, reason):
    lawful = (state == "open" and not by and not at) or (state != "open" and by and at)
    lawful = lawful and not (state == "refused" and not reason)
    facts = {"decided_by": f.owner() if by else None, "decided_at": f.NOW if at else None}
    refusal = stands(make.finding, state=state, reason=reason, **facts)
    assert (refusal == "") == bool(lawful), refusal


@pytest.mark.parametrize(
    ("kind", "organization", "field"), list(product(["new", "gone", "changed", "ambiguous"], [0, 1], ["", "name"]))
)
def test_gone_and_changed_have_an_organization_and_only_changed_a_field(kind, organization, field):
    lawful = (kind in ("gone", "changed")) == bool(organization) and (kind == "changed") == bool(field)
    row = f.organization() if organization else None
    assert (stands(make.finding, kind=kind, row=row, field=field, name="某厂") == "") == lawful


def test_an_ambiguous_one_has_its_organization_once_it_is_judged():
    answer = {"state": "accepted", "decided_by": f.owner(), "decided_at": f.NOW}
    assert stands(make.finding, kind="ambiguous", row=f.organization(), **answer) == ""


@pytest.mark.parametrize(("kind", "state"), list(product(["new", "gone", "ambiguous"], ["open", "accepted"])))
def test_a_lead_comes_of_an_accepted_new_one(kind, state):
    answer = {"decided_by": f.owner(), "decided_at": f.NOW} if state != "open" else {}
    row = f.organization() if kind == "gone" else None
    refusal = stands(make.finding, kind=kind, row=row, state=state, lead=makers_leads.lead(), **answer)
    assert (refusal == "") == (kind != "gone" and state == "accepted")


@pytest.mark.parametrize(("fact", "value"), [("kind", "other"), ("state", "waiting"), ("name", "")])
def test_words_that_are_none_are_refused(fact, value):
    answer = {"decided_by": f.owner(), "decided_at": f.NOW} if fact == "state" else {}
    assert stands(make.finding, **{fact: value}, **answer) != ""


def test_the_same_content_waits_once():
    answer = {"state": "refused", "reason": "有误", "decided_by": f.owner(), "decided_at": f.NOW}
    make.finding(fingerprint="x", **answer)
    make.finding(fingerprint="x")
    assert stands(make.finding, fingerprint="x") == "orgs_discrepancy_open_once"


@pytest.mark.parametrize(
    ("claim", "kind", "unit"), list(product(["part", "county", "kind", "unit"], ["", "enterprise"], [0, 1]))
)
def test_a_claim_says_of_what_it_is_complete(claim, kind, unit):
    lawful = {
        "part": not kind,
        "county": not kind and not unit,
        "kind": bool(kind) and not unit,
        "unit": bool(unit),
    }[claim]
    facts = {"completeness": claim, "kind": kind, "unit": f.unit() if unit else None}
    assert (stands(make.register, **facts) == "") == lawful


def test_every_constraint_has_its_sentence():
    for model in (Reconciliation, Discrepancy):
        assert [c.name for c in model._meta.constraints if not str(c.violation_error_message).endswith("。")] == []


@pytest.fixture
def findings():
    here, there = f.organization("此地厂"), f.organization("园区厂", f.unit(f.PARK))
    of = make.register()
    make.finding("gone", here, of=of)
    make.finding("gone", there, of=of)
    make.finding("new", name="此地新厂", of=of)
    make.finding("new", under=f.unit(f.PARK), name="园区新厂", of=of)
    nowhere = make.finding("new", name="无处厂", of=of)
    Discrepancy.objects.filter(pk=nowhere.pk).update(unit=None)
    return of


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        (f.owner, {"此地厂", "园区厂", "此地新厂", "园区新厂", "无处厂"}),
        (f.union_office, {"此地厂", "园区厂", "此地新厂", "园区新厂", "无处厂"}),
        (lambda: f.account("leader"), {"此地厂", "园区厂", "此地新厂", "园区新厂", "无处厂"}),
        (f.township, {"此地厂", "此地新厂"}),
        (lambda: f.township(f.PARK), {"园区厂", "园区新厂"}),
        (lambda: f.township("36072906"), set()),
        (lambda: f.account("auditor"), set()),
        (lambda: f.account("technician"), set()),
        (f.account, set()),
    ],
)
def test_findings_are_seen_by_the_unit_they_are_about(findings, who, seen):
    user = who()
    assert set(Discrepancy.objects.visible_to(user).values_list("name", flat=True)) == seen
    assert Reconciliation.objects.visible_to(user).exists() == bool(seen)


@pytest.mark.parametrize("role", ["secretary", "filer"])
def test_an_organization_sees_no_finding_about_itself(findings, role):
    own = Discrepancy.objects.get(name="此地厂").organization
    user = f.account(role, organization=own)
    assert not Discrepancy.objects.visible_to(user).exists()
    assert not Reconciliation.objects.visible_to(user).exists()


def test_the_file_is_read_by_who_handed_it_in_and_by_the_countys_keeper(findings):
    mine = make.register(f.township(), name="城厢.csv")
    for who, seen in ((f.owner(), 2), (mine.created_by, 1), (f.township(), 0), (f.account("leader"), 0)):
        assert Reconciliation.objects.with_file_for(who).count() == seen


def test_a_finding_about_a_merged_record_is_shown_to_nobody(findings):
    kept = f.organization("保留厂")
    gone = Discrepancy.objects.get(name="此地厂").organization
    gone.merged_into = kept
    gone.save()
    assert "此地厂" not in Discrepancy.objects.visible_to(f.owner()).values_list("name", flat=True)
