"""Changing a leader: nobody is passed over, nothing takes effect before the answers are in, and all of them are kept."""

from datetime import date, datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from orgs.domain.leader_changes import give_opinion, request_change, take_effect, withdraw_change
from orgs.domain.people import Newcomer
from orgs.domain.refusals import NotAllowed
from orgs.models import Appointment, Code, LeaderChange, Opinion, Person, RoleAssignment
from quannan.base.models import AuditEntry
from tests import factories as f
from tests import makers_leadership as m

pytestmark = pytest.mark.django_db

NOW = timezone.make_aware(datetime(2012, 11, 5, 12))
TODAY = date(2012, 11, 5)


def later(day: date) -> datetime:
    return m.noon(day)


@pytest.fixture
def factory():
    return f.organization("全南县青竹工艺厂")


@pytest.fixture
def union(factory):
    return f.covered(factory, line="union")


@pytest.fixture
def chair(union, factory):
    return m.head(union, m.person("钟小兰", factory))


@pytest.fixture
def successor(factory):
    return m.person("廖大河", factory)


def ask(body, leaves, follows, **changes):
    said = {
        "branch": body,
        "post": "union.chair",
        "leaving": leaves,
        "successor": follows,
        "reason": "调往县城工作",
        "by": f.union_office(),
        "now": NOW,
    }
    return request_change(**(said | changes))


def speakers() -> dict:
    return {
        "two_new": f.owner(),
        "superior": f.township(),
        "union": f.union_office(),
        "league": f.account("line_department", lines=["league"]),
        "women": f.account("line_department", lines=["women"]),
    }


def problems(error) -> dict[str, list[str]]:
    return {field: [e.code for e in errors] for field, errors in error.value.error_dict.items()}


def test_a_request_asks_every_body_and_changes_nothing(union, chair, successor):
    change = ask(union, chair, successor)

    assert (change.state, change.answers_due_on) == ("open", date(2012, 11, 15))
    asked = {o.body: (o.unit, o.line, o.verdict) for o in Opinion.objects.all()}
    assert asked == {
        "two_new": (None, "", ""),
        "superior": (f.unit(), "", ""),
        "union": (None, "union", ""),
        "league": (None, "league", ""),
        "women": (None, "women", ""),
    }
    assert list(Appointment.objects.filter(period__upper_inf=True)) == [chair]
    assert AuditEntry.objects.get().action == "leader_change.request"
    assert "钟小兰" not in str(AuditEntry.objects.get().detail)


def test_a_body_taken_off_the_list_is_not_asked(union, chair, successor):
    f.reference()
    Code.objects.filter(list_name="opinion_body", code="women").update(is_active=False)

    assert "women" not in [o.body for o in ask(union, chair, successor).opinions.all()]


def test_of_a_joint_body_the_unit_of_most_members_is_asked():
    rows = [f.organization(under=f.unit(f.PARK)), *(f.organization() for _ in range(2))]
    joint = f.covered(*rows, line="union", form="union_joint", name="联合工会")

    change = ask(joint, None, m.person("廖大河", rows[1]))

    assert change.opinions.get(body="superior").unit == f.unit()


def test_somebody_typed_anew_is_entered_with_the_request(union, chair, factory):
    change = ask(union, chair, Newcomer(name="廖大河", organization=factory))

    assert change.successor == Person.objects.get(name="廖大河")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"reason": " "}, {"reason": ["required"]}),
        ({"answers_due_on": date(2012, 11, 4)}, {"answers_due_on": ["bad_day"]}),
        ({"leaving": None, "successor": None}, {"successor": ["required"]}),
        ({"leaving": None, "post": "league.secretary"}, {"post": ["unknown_post"]}),
        ({"leaving": None}, {"leaving": ["bad_leaving"]}),
        ({"source": "sky"}, {"source": ["unknown_code"]}),
    ],
)
def test_a_request_is_refused_at_its_field(union, chair, successor, changes, expected):
    with pytest.raises(ValidationError) as error:
        ask(union, chair, successor, **changes)

    assert problems(error) == expected
    assert not LeaderChange.objects.exists()


def test_whoever_leaves_does_not_follow(union, chair):
    with pytest.raises(ValidationError) as error:
        ask(union, chair, chair.person)

    assert problems(error) == {"successor": ["same_person"]}


def test_a_post_of_another_body_or_an_ended_one_is_not_left(union, chair, successor, factory):
    other = m.head(f.covered(factory, line="party"), m.person("何三", factory))
    with pytest.raises(ValidationError):
        ask(union, other, successor, post="union.chair")
    Appointment.objects.filter(pk=chair.pk).update(period=(date(2010, 6, 1), date(2012, 1, 1)))
    with pytest.raises(ValidationError) as error:
        ask(union, chair, successor)

    assert problems(error) == {"leaving": ["bad_leaving"]}


def test_one_post_has_one_open_change(union, chair, successor):
    ask(union, chair, successor)

    with pytest.raises(ValidationError) as error:
        ask(union, chair, successor)

    assert "已有一件调整" in str(error.value)


def test_a_dissolved_body_changes_no_leader(union, chair, successor):
    type(union).objects.update(dissolved_on=date(2012, 1, 1), dissolved_reason="企业注销")

    with pytest.raises(ValidationError) as error:
        ask(union, chair, successor)

    assert error.value.code == "dissolved"


@pytest.mark.parametrize(
    ("role", "scope"),
    [
        ("line_department", {"lines": ["league"]}),
        ("leader", {}),
        ("unit_office", {"unit": f.PARK}),
    ],
)
def test_who_may_not_ask(union, chair, successor, role, scope):
    scope = {k: f.unit(v) if k == "unit" else v for k, v in scope.items()}

    with pytest.raises(NotAllowed):
        ask(union, chair, successor, by=f.account(role, **scope))


def test_an_account_of_the_organization_may_not_ask_whatever_else_it_is(union, chair, successor, factory):
    secretary = f.account("secretary", organization=factory)
    with pytest.raises(NotAllowed):
        ask(union, chair, successor, by=secretary)
    both = f.owner()
    RoleAssignment.objects.create(user=both, role=secretary.role_assignments.get().role, organization=factory)
    with pytest.raises(NotAllowed):
        ask(union, chair, successor, by=both)


def test_each_body_speaks_for_itself_alone(union, chair, successor):
    change, who = ask(union, chair, successor), speakers()
    for opinion in change.opinions.all():
        for body, by in who.items():
            if body == opinion.body:
                give_opinion(opinion=opinion, verdict="agree", by=by, now=NOW)
            else:
                with pytest.raises(NotAllowed):
                    give_opinion(opinion=opinion, verdict="disagree", reason="不合适", by=by, now=NOW)

    assert set(change.opinions.values_list("verdict", flat=True)) == {"agree"}


def test_another_unit_speaks_for_no_superior(union, chair, successor):
    change = ask(union, chair, successor)

    with pytest.raises(NotAllowed):
        give_opinion(opinion=change.opinions.get(body="superior"), verdict="agree", by=f.township(f.PARK), now=NOW)


def test_no_opinion_of_an_account_of_the_organization(union, chair, successor, factory):
    change, both = ask(union, chair, successor), f.owner()
    role = f.account("secretary", organization=factory).role_assignments.get().role
    RoleAssignment.objects.create(user=both, role=role, organization=factory)

    with pytest.raises(NotAllowed):
        give_opinion(opinion=change.opinions.get(body="two_new"), verdict="agree", by=both, now=NOW)


def test_who_disagrees_says_why_and_may_say_otherwise_until_it_is_decided(union, chair, successor):
    change, by = ask(union, chair, successor), f.union_office()
    opinion = change.opinions.get(body="union")
    with pytest.raises(ValidationError) as error:
        give_opinion(opinion=opinion, verdict="disagree", reason=" ", by=by, now=NOW)
    assert problems(error) == {"reason": ["required"]}
    with pytest.raises(ValidationError):
        give_opinion(opinion=opinion, verdict="no_answer", by=by, now=NOW)

    give_opinion(opinion=opinion, verdict="disagree", reason="任期未满", by=by, now=NOW)
    give_opinion(opinion=opinion, verdict="agree", by=by, now=NOW)

    history = Opinion._meta.get_field("events").related_model.objects.filter(pgh_obj_id=opinion.pk)
    assert list(history.order_by("pgh_id").values_list("verdict", "reason")) == [
        ("", ""),
        ("disagree", "任期未满"),
        ("agree", ""),
    ]
    assert "任期未满" not in "".join(str(e.detail) for e in AuditEntry.objects.all())
    withdraw_change(change=change, reason="本人留任", by=by, now=NOW)
    with pytest.raises(ValidationError) as error:
        give_opinion(opinion=opinion, verdict="disagree", reason="任期未满", by=by, now=NOW)
    assert error.value.code == "decided"


def all_agree(change, now=NOW):
    for body, by in speakers().items():
        give_opinion(opinion=change.opinions.get(body=body), verdict="agree", by=by, now=now)


def test_nothing_takes_effect_before_every_answer_is_in(union, chair, successor):
    change, by = ask(union, chair, successor), f.union_office()
    for body, speaker in list(speakers().items())[:4]:
        give_opinion(opinion=change.opinions.get(body=body), verdict="agree", by=speaker, now=NOW)

    with pytest.raises(ValidationError) as error:
        take_effect(change=change, effective_on=TODAY, by=by, now=NOW)

    assert error.value.code == "awaited"
    assert "县妇联" in str(error.value)
    assert "2012-11-15" in str(error.value)
    chair.refresh_from_db()
    assert chair.period.upper is None


def test_with_all_answers_the_old_post_ends_and_the_new_one_begins(union, chair, successor):
    change = ask(union, chair, successor, source="employee", is_full_time=False)
    all_agree(change)

    done = take_effect(change=change, effective_on=TODAY, by=f.union_office(), now=NOW)

    assert (done.state, done.effective_on, done.decided_reason) == ("effective", TODAY, "")
    chair.refresh_from_db()
    assert (chair.period.upper, chair.end_reason) == (TODAY, "调往县城工作")
    new = Appointment.objects.get(person=successor)
    assert (new.is_head, new.post, new.period.lower, new.source, new.is_full_time) == (
        True,
        "union.chair",
        TODAY,
        "employee",
        False,
    )
    with pytest.raises(ValidationError) as error:
        take_effect(change=change, effective_on=TODAY, by=f.union_office(), now=NOW)
    assert error.value.code == "decided"


def test_on_the_last_day_answers_are_still_awaited_and_the_day_after_they_are_not(union, chair, successor):
    change, by = ask(union, chair, successor), f.union_office()
    give_opinion(opinion=change.opinions.get(body="union"), verdict="agree", by=by, now=NOW)
    with pytest.raises(ValidationError) as error:
        take_effect(change=change, effective_on=date(2012, 11, 15), by=by, now=later(date(2012, 11, 15)))
    assert error.value.code == "awaited"

    with pytest.raises(ValidationError) as error:
        take_effect(change=change, effective_on=date(2012, 11, 15), by=by, now=later(date(2012, 11, 16)))
    assert problems(error) == {"effective_on": ["bad_day"]}
    take_effect(change=change, effective_on=date(2012, 11, 16), by=by, now=later(date(2012, 11, 16)))

    verdicts = dict(change.opinions.values_list("body", "verdict"))
    assert verdicts == {"union": "agree"} | dict.fromkeys(("two_new", "superior", "league", "women"), "no_answer")
    assert set(change.opinions.filter(verdict="no_answer").values_list("given_by", flat=True)) == {None}


def test_it_takes_no_effect_before_the_last_answer_nor_in_days_to_come(union, chair, successor):
    change, by = ask(union, chair, successor), f.union_office()
    all_agree(change, later(date(2012, 11, 7)))

    for day, code in ((date(2012, 11, 6), "bad_day"), (date(2012, 11, 9), "future")):
        with pytest.raises(ValidationError) as error:
            take_effect(change=change, effective_on=day, by=by, now=later(date(2012, 11, 8)))
        assert problems(error) == {"effective_on": [code]}
    take_effect(change=change, effective_on=date(2012, 11, 7), by=by, now=later(date(2012, 11, 8)))


def test_an_objection_does_not_stop_it_but_must_be_weighed_in_words(union, chair, successor):
    change, by = ask(union, chair, successor), f.union_office()
    all_agree(change)
    give_opinion(
        opinion=change.opinions.get(body="two_new"), verdict="disagree", reason="任期未满", by=f.owner(), now=NOW
    )
    with pytest.raises(ValidationError) as error:
        take_effect(change=change, effective_on=TODAY, by=by, now=NOW)
    assert problems(error) == {"decided_reason": ["required"]}

    take_effect(change=change, effective_on=TODAY, decided_reason="本人已离职,不能续任", by=by, now=NOW)

    change.refresh_from_db()
    assert change.decided_reason == "本人已离职,不能续任"
    # What was said of an objection stays out of the rows that the organization reads.
    chair.refresh_from_db()
    contexts = Appointment._meta.get_field("events").related_model.objects.values_list(
        "pgh_context__metadata", "end_reason"
    )
    assert "不能续任" not in str(list(contexts))
    assert "任期未满" not in str(list(contexts))


def test_a_post_that_ended_meanwhile_is_not_ended_again(union, chair, successor):
    change = ask(union, chair, successor)
    all_agree(change)
    Appointment.objects.filter(pk=chair.pk).update(period=(date(2010, 6, 1), date(2012, 11, 1)), end_reason="病故")

    take_effect(change=change, effective_on=TODAY, by=f.union_office(), now=NOW)

    chair.refresh_from_db()
    assert chair.end_reason == "病故"
    assert Appointment.objects.get(period__upper_inf=True).person == successor


def test_somebody_may_leave_without_a_successor_and_come_without_a_predecessor(union, chair, successor):
    change = ask(union, chair, None)
    all_agree(change)
    take_effect(change=change, effective_on=TODAY, by=f.union_office(), now=NOW)
    assert not Appointment.objects.filter(period__upper_inf=True).exists()

    second = ask(union, None, successor)
    all_agree(second)
    take_effect(change=second, effective_on=TODAY, by=f.union_office(), now=NOW)

    assert Appointment.objects.get(period__upper_inf=True).person == successor


def test_a_withdrawal_needs_a_reason_and_changes_no_post(union, chair, successor):
    change, by = ask(union, chair, successor), f.union_office()
    with pytest.raises(ValidationError) as error:
        withdraw_change(change=change, reason="", by=by, now=NOW)
    assert problems(error) == {"reason": ["required"]}
    with pytest.raises(NotAllowed):
        withdraw_change(change=change, reason="留任", by=f.township(f.PARK), now=NOW)

    withdraw_change(change=change, reason="本人留任", by=f.township(), now=NOW)

    chair.refresh_from_db()
    assert chair.period.upper is None
    assert ask(union, chair, successor).pk != change.pk


def test_the_organization_may_neither_decide_nor_withdraw(union, chair, successor, factory):
    change, secretary = ask(union, chair, successor), f.account("secretary", organization=factory)
    all_agree(change)

    with pytest.raises(NotAllowed):
        take_effect(change=change, effective_on=TODAY, by=secretary, now=NOW)
    with pytest.raises(NotAllowed):
        withdraw_change(change=change, reason="试一试", by=secretary, now=NOW)


# Every condition of the tables, each broken alone.


@pytest.mark.parametrize(
    "broken",
    [
        {"leaving": None, "successor": None},
        {"answers_due_on": date(2011, 4, 30)},
        {"state": "effective", "decided_at": NOW},
        {"state": "effective", "effective_on": TODAY},
        {"state": "withdrawn", "decided_at": NOW},
        {"state": "withdrawn", "withdrawn_reason": "留任"},
        {"state": "withdrawn", "withdrawn_reason": "留任", "decided_at": NOW, "effective_on": TODAY},
        {"effective_on": TODAY},
        {"decided_at": NOW},
    ],
)
def test_the_table_refuses_what_a_change_cannot_be(union, chair, successor, broken):
    row = m.change(union, f.owner(), chair, successor)

    with pytest.raises(IntegrityError), transaction.atomic():
        LeaderChange.objects.filter(pk=row.pk).update(**broken)


@pytest.mark.parametrize(
    "broken",
    [
        {"verdict": "agree"},
        {"verdict": "agree", "given_at": NOW},
        {"verdict": "agree", "given": True},
        {"verdict": "disagree", "given_at": NOW, "given": True},
        {"verdict": "disagree", "reason": "不妥", "given_at": NOW},
        {"verdict": "disagree", "reason": "不妥", "given": True},
        {"verdict": "no_answer"},
        {"verdict": "no_answer", "given_at": NOW, "given": True},
        {"given_at": NOW},
        {"given": True},
    ],
)
def test_the_table_refuses_what_an_opinion_cannot_be(union, chair, successor, broken):
    row = m.change(union, f.owner(), chair, successor).opinions.first()
    broken = dict(broken)
    if broken.pop("given", False):
        broken["given_by"] = f.owner()

    with pytest.raises(IntegrityError), transaction.atomic():
        Opinion.objects.filter(pk=row.pk).update(**broken)
