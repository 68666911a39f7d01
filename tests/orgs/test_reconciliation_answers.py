"""Answering findings: what is accepted is written by the usual acts, what is refused is not; who may; what is stale."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from orgs.domain.organizations import correct_organization
from orgs.domain.reconciliation_answers import (
    MOST_AT_ONCE,
    StaleDiscrepancy,
    accept_change,
    accept_gone,
    accept_new,
    answer_many,
    name_organization,
    refuse_discrepancy,
)
from orgs.domain.refusals import NotAllowed
from orgs.models import Discrepancy, Exclusion, Lead, Organization
from orgs.queries_timeline import timeline_of
from quannan.base.models import AuditEntry
from tests import factories as f
from tests import makers_leads
from tests import makers_reconciliation as make

pytestmark = pytest.mark.django_db
BASIS = "市场监管名册(截至2012-10-31)"


@pytest.fixture(autouse=True)
def reference():
    f.reference()


def only(found) -> Discrepancy:
    return found.discrepancies.select_related("reconciliation", "organization", "unit").get()


def new(**changes) -> Discrepancy:
    return only(make.compared([make.stranger(1, **changes)]))


def renamed(row: Organization, name: str = "新名厂") -> Discrepancy:
    return only(make.compared([make.said_of(row, 企业名称=name)]))


def lacking(row: Organization, **changes) -> Discrepancy:
    return only(make.compared([make.said_of(row, 登记状态="注销", 注销日期="2012-08-15", **changes)]))


def by_now(**more):
    return {"by": f.owner(), "now": f.NOW} | more


def test_a_new_one_becomes_a_lead_due_as_usual():
    by, one = f.township(), new()
    accepted = accept_new(discrepancy=one, by=by, now=f.NOW)
    lead = Lead.objects.get()
    assert (accepted.state, accepted.lead, accepted.decided_by, accepted.decided_at) == ("accepted", lead, by, f.NOW)
    assert (lead.source, lead.name, lead.uscc, lead.unit, lead.kind) == (
        "registration",
        "全南县新来1厂",
        f.uscc(900_001),
        f.unit(),
        "enterprise",
    )
    assert (lead.happened_on, lead.due_on, lead.note) == (date(2012, 9, 3), date(2012, 10, 3), f"{BASIS}第2行")
    assert not Organization.objects.exists()
    actions = AuditEntry.objects.filter(actor=by).order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["lead.add", "discrepancy.accept"]


def test_an_open_lead_with_the_code_is_linked_instead():
    lead = makers_leads.lead("先录的线索", uscc=f.uscc(900_001))
    assert accept_new(discrepancy=new(), **by_now()).lead == lead
    assert Lead.objects.count() == 1


def test_an_open_lead_of_another_unit_is_nobody_elses_to_link():
    makers_leads.lead("园区线索", f.unit(f.PARK), uscc=f.uscc(900_001))
    with pytest.raises(NotAllowed):
        accept_new(discrepancy=new(), by=f.township(), now=f.NOW)


def test_a_new_one_without_a_unit_asks_for_one():
    one = new(所属乡镇="不认识")
    with pytest.raises(ValidationError) as refusal:
        accept_new(discrepancy=one, **by_now())
    assert set(refusal.value.message_dict) == {"unit"}
    assert accept_new(discrepancy=one, unit=f.unit(f.PARK), **by_now()).lead.unit == f.unit(f.PARK)


def test_a_new_one_that_stands_in_the_register_by_now_is_refused_with_its_name():
    one = new()
    f.organization("后来录入的厂", uscc=f.uscc(900_001))
    with pytest.raises(StaleDiscrepancy) as refusal:
        accept_new(discrepancy=one, **by_now())
    assert "后来录入的厂" in refusal.value.sentence


def test_what_another_unit_entered_meanwhile_is_not_named():
    one = new()
    f.organization("别处录入的厂", f.unit(f.PARK), uscc=f.uscc(900_001))
    with pytest.raises(StaleDiscrepancy) as refusal:
        accept_new(discrepancy=one, by=f.township(), now=f.NOW)
    assert "别处录入的厂" not in refusal.value.sentence


def test_a_gone_one_is_closed_as_the_actor_says():
    row = f.organization("将去厂")
    accept_gone(discrepancy=lacking(row), state="moved_out", on=date(2012, 9, 1), reason="已去电核实", **by_now())
    row.refresh_from_db()
    assert (row.closed_state, row.closed_on) == ("moved_out", date(2012, 9, 1))
    assert any(f"已去电核实(依据{BASIS})" == entry.why for entry in timeline_of(row))


def test_a_gone_one_is_excluded_as_the_actor_says():
    row = f.organization("停产厂")
    one = lacking(row)
    with pytest.raises(ValidationError) as refusal:
        accept_gone(discrepancy=one, state="lost", on=date(2012, 9, 1), **by_now())
    assert set(refusal.value.message_dict) == {"approver"}
    accept_gone(discrepancy=one, state="lost", on=date(2012, 9, 1), approver="钟主任", **by_now())
    row.refresh_from_db()
    exclusion = Exclusion.objects.get(organization=row)
    assert (row.closed_on, exclusion.state, exclusion.reason) == (None, "lost", f"依据{BASIS}")


@pytest.mark.parametrize("state", ["normal", "", "nonsense"])
def test_a_gone_one_needs_a_state_in_which_it_is_gone(state):
    row = f.organization()
    with pytest.raises(ValidationError):
        accept_gone(discrepancy=lacking(row), state=state, on=date(2012, 9, 1), **by_now())
    assert not Discrepancy.objects.exclude(state="open").exists()


def test_what_was_closed_meanwhile_is_not_closed_twice():
    row = f.organization()
    one = lacking(row)
    Organization.objects.filter(pk=row.pk).update(closed_on=date(2012, 8, 1), closed_state="deregistered")
    with pytest.raises(ValidationError):
        accept_gone(discrepancy=one, state="deregistered", on=date(2012, 8, 15), **by_now())
    assert refuse_discrepancy(discrepancy=one, reason="已另行办理", **by_now()).state == "refused"


@pytest.mark.parametrize(
    ("changes", "field", "stored"),
    [
        ({"企业名称": "新名厂"}, "name", "新名厂"),
        ({"企业类型": "合伙企业"}, "registration_type", "partnership"),
        ({"行业门类": "采矿业"}, "industry", "B"),
        ({"成立日期": "2010-04"}, "registered_on", date(2010, 4, 1)),
    ],
)
def test_a_changed_field_is_corrected_and_no_other(changes, field, stored):
    row = f.organization("旧名厂", registration_type="private", industry="C")
    accept_change(discrepancy=only(make.compared([make.said_of(row, **changes)])), **by_now())
    now = Organization.objects.get(pk=row.pk)
    assert getattr(now, field) == stored
    kept = {"name": "旧名厂", "registration_type": "private", "industry": "C", "registered_on": f.REGISTERED}
    assert {name: getattr(now, name) for name in kept if name != field} == {
        name: value for name, value in kept.items() if name != field
    }
    assert now.registered_precision == ("month" if field == "registered_on" else "day")


def test_a_type_of_the_other_kind_takes_the_kind_along():
    row = f.organization("误录协会", registration_type="limited", uscc=None)
    one = only(make.compared([make.said_of(row, 企业类型="社会团体")], source="civil"))
    accept_change(discrepancy=one, **by_now())
    now = Organization.objects.get(pk=row.pk)
    assert (now.kind, now.registration_type) == ("social", "association")


def test_a_code_found_by_name_is_taken_over_when_accepted():
    row, code = f.organization("无码厂", uscc=None), f.uscc(800_009)
    accept_change(discrepancy=only(make.compared([make.said_of(row, 统一社会信用代码=code)])), **by_now())
    assert Organization.objects.get(pk=row.pk).uscc == code


def test_a_value_that_changed_since_is_refused_with_both_values():
    row = f.organization("旧名厂")
    one = renamed(row)
    correct_organization(
        organization=row, version=1, changes={"name": "第三名厂"}, reason="换证", by=f.owner(), now=f.NOW
    )
    with pytest.raises(StaleDiscrepancy) as refusal:
        accept_change(discrepancy=one, **by_now())
    assert [name in refusal.value.sentence for name in ("旧名厂", "第三名厂", "新名厂")] == [True] * 3
    assert (Organization.objects.get().name, Discrepancy.objects.get().state) == ("第三名厂", "open")


def test_a_value_that_is_as_the_register_says_by_now_is_only_answered():
    row = f.organization("旧名厂")
    one = renamed(row)
    correct_organization(
        organization=row, version=1, changes={"name": "新名厂"}, reason="换证", by=f.owner(), now=f.NOW
    )
    assert accept_change(discrepancy=one, **by_now()).state == "accepted"
    assert Organization.objects.get().version == 2


def test_two_fields_of_one_organization_are_answered_one_after_the_other():
    row = f.organization("旧名厂", industry="C")
    found = make.compared([make.said_of(row, 企业名称="新名厂", 行业门类="采矿业")])
    for one in found.discrepancies.select_related("reconciliation", "organization"):
        accept_change(discrepancy=one, **by_now())
    now = Organization.objects.get()
    assert (now.name, now.industry, now.former_names) == ("新名厂", "B", ["旧名厂"])


@pytest.fixture
def ambiguous():
    one, other = f.organization("同名厂", uscc=None), f.organization("同名厂", uscc=None, industry="A")
    return only(make.compared([make.stranger(1, 企业名称="同名厂", 企业类型="", 成立日期="")])), one, other


def test_an_ambiguous_row_is_named_and_its_differences_become_findings(ambiguous):
    finding, _, other = ambiguous
    assert name_organization(discrepancy=finding, organization=other, **by_now()) == 2
    finding.refresh_from_db()
    assert (finding.state, finding.organization) == ("accepted", other)
    found = Discrepancy.objects.filter(state="open").order_by("field")
    assert [(d.kind, d.organization, d.field, d.ours, d.theirs) for d in found] == [
        ("changed", other, "industry", "A", "C"),
        ("changed", other, "uscc", "", f.uscc(900_001)),
    ]
    assert not Organization.objects.exclude(uscc=None).exists()


def test_an_ambiguous_row_may_be_none_of_them(ambiguous):
    finding, *_ = ambiguous
    assert accept_new(discrepancy=finding, **by_now()).lead.name == "同名厂"


def test_an_ambiguous_row_is_none_but_one_of_its_candidates(ambiguous):
    with pytest.raises(ValidationError):
        name_organization(discrepancy=ambiguous[0], organization=f.organization("别的厂"), **by_now())


def test_refusing_needs_a_reason_and_writes_nothing_else():
    row = f.organization("旧名厂")
    one = renamed(row)
    for reason in ("", "  ", "长" * 151):
        with pytest.raises(ValidationError):
            refuse_discrepancy(discrepancy=one, reason=reason, **by_now())
    refused = refuse_discrepancy(discrepancy=one, reason="名册写错", **by_now())
    assert (refused.state, refused.reason, Organization.objects.get().name) == ("refused", "名册写错", "旧名厂")
    history = Discrepancy._meta.get_field("events").related_model.objects.order_by("pgh_id")
    assert [(event.state, event.reason) for event in history] == [("open", ""), ("refused", "名册写错")]


def test_an_answer_is_given_once():
    one = new()
    refuse_discrepancy(discrepancy=one, reason="重名", **by_now())
    for act in (accept_new, lambda **said: refuse_discrepancy(reason="再来", **said)):
        with pytest.raises(ValidationError) as refusal:
            act(discrepancy=one, **by_now())
        assert refusal.value.code == "answered"


def acts(row: Organization) -> dict:
    """Every way to answer, with lawful arguments."""
    return {
        "new": lambda **who: accept_new(discrepancy=new(), **who),
        "gone": lambda **who: accept_gone(discrepancy=lacking(row), state="deregistered", on=date(2012, 8, 15), **who),
        "changed": lambda **who: accept_change(discrepancy=renamed(row), **who),
        "refused": lambda **who: refuse_discrepancy(discrepancy=renamed(row), reason="有误", **who),
    }


@pytest.mark.parametrize("act", ["new", "gone", "changed", "refused"])
@pytest.mark.parametrize(
    "who",
    [
        lambda: f.township(f.PARK),
        f.union_office,
        lambda: f.account("leader"),
        lambda: f.account("auditor"),
        lambda: f.account("technician"),
        lambda: f.account("filer", organization=Organization.objects.get()),
        lambda: f.account("secretary", organization=Organization.objects.get()),
    ],
)
def test_whoever_may_not_write_what_follows_may_not_answer(act, who):
    row = f.organization("旧名厂")
    with pytest.raises(NotAllowed):
        acts(row)[act](by=who(), now=f.NOW)
    assert (Lead.objects.count(), Organization.objects.get().version) == (0, 1)


@pytest.mark.parametrize("act", ["new", "gone", "changed", "refused"])
def test_the_unit_itself_and_the_owner_office_may(act):
    for who in (f.township(), f.owner()):
        row = f.organization()
        assert acts(row)[act](by=who, now=f.NOW).decided_by == who
        Lead.objects.all().delete()
        Discrepancy.objects.all().delete()


def test_who_reads_the_county_in_one_role_answers_only_where_the_other_writes():
    from orgs.models import Role, RoleAssignment

    user = f.township()
    RoleAssignment.objects.create(user=user, role=Role.objects.get(code="leader"))
    row = f.organization("园区厂", f.unit(f.PARK))
    assert Discrepancy.objects.visible_to(user).filter(pk=renamed(row).pk).exists()
    with pytest.raises(NotAllowed):
        accept_change(discrepancy=Discrepancy.objects.get(), by=user, now=f.NOW)


def test_many_are_answered_each_by_its_own_rule():
    gone, changed, stale = f.organization("减少厂"), f.organization("变更厂"), f.organization("过时厂")
    rows = [
        make.stranger(1),
        make.said_of(gone, 登记状态="注销"),
        make.said_of(changed, 企业名称="变更新厂"),
        make.said_of(stale, 企业名称="过时新厂"),
    ]
    found = make.compared(rows)
    Organization.objects.filter(pk=stale.pk).update(name="别人改厂")
    asked = found.discrepancies.select_related("reconciliation", "organization", "unit").order_by("row")
    answered = answer_many(discrepancies=asked, accepting=True, **by_now())
    assert [(one.discrepancy.row, one.outcome) for one in answered] == [
        (2, "done"),
        (3, "left"),
        (4, "done"),
        (5, "left"),
    ]
    assert "逐条办理" in answered[1].sentence and "别人改厂" in answered[3].sentence
    assert Organization.objects.get(pk=gone.pk).closed_on is None
    rest = found.discrepancies.filter(state="open").select_related("reconciliation", "organization", "unit")
    assert [one.outcome for one in answer_many(discrepancies=rest, accepting=False, reason="待核", **by_now())] == [
        "done",
        "done",
    ]


def test_many_are_no_more_than_can_be_waited_for_and_refused_with_a_reason():
    one = new()
    with pytest.raises(ValidationError):
        answer_many(discrepancies=[one] * (MOST_AT_ONCE + 1), accepting=False, reason="有误", **by_now())
    with pytest.raises(ValidationError):
        answer_many(discrepancies=[one], accepting=False, **by_now())
    with pytest.raises(NotAllowed):
        answer_many(discrepancies=[one], accepting=True, by=f.account("leader"), now=f.NOW)
