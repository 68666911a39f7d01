"""Who files: suggestions, accounts and their codes, what a unit may touch, hand-overs, and where a code may not stand."""

import json
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from evaluation.domain.filers import CODE_DAYS, running_access, suggest_filers, suggested_filer
from evaluation.domain.filers_acts import (
    end_access,
    expire_codes,
    forget_code,
    hand_over,
    mark_printed,
    reset_access,
    reset_many,
)
from evaluation.domain.filers_issue import Way, issue_access, issue_many, plan_issue
from evaluation.models import FilingAccess, Submission
from orgs.domain.one_time import LETTERS
from orgs.domain.refusals import NotAllowed
from orgs.models import Organization, RoleAssignment, User
from quannan.base.models import AuditEntry
from tests import factories, makers_people
from tests import makers_reports as make
from tests.factories import NOW, TODAY

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=30)


@pytest.fixture
def office():
    return factories.township()


def led(*rows, name="钟书记", last_day=None, **facts):
    """Organizations under one party body with a head."""
    body = factories.covered(*rows, **facts)
    makers_people.post(makers_people.person(name), body, last_day=last_day)
    return body


def issue(*rows, by, now=NOW):
    return issue_many(organizations=list(rows), by=by, now=now)


def access_of(row):
    return running_access().select_related("user", "organization").get(organization=row)


def opens(user, code):
    """Whether the account can be entered with a code."""
    row = User.objects.get(pk=user.pk)
    return row.is_active and row.check_password(code)


def roles_of(user):
    return sorted(RoleAssignment.objects.filter(user=user).values_list("role__code", flat=True))


def test_the_head_of_its_own_party_body_files_then_that_of_a_joint_one_then_the_contact():
    own, joint, contact, nobody = (factories.organization() for _ in range(4))
    contact.contact_name = "廖会计"
    led(own, joint, name="联合书记")
    led(own, name="自己书记", from_=date(2011, 5, 1))
    led(nobody, name="走了的书记", last_day=date(2012, 1, 1))
    said = suggest_filers([own, joint, contact, nobody], TODAY)
    assert [(one.role, one.name) for one in said] == [
        ("secretary", "自己书记"), ("secretary", "联合书记"), ("filer", "廖会计"), ("filer", "联络员"),
    ]  # fmt: skip


def test_suggestions_take_one_query(django_assert_num_queries):
    rows = [factories.organization() for _ in range(3)]
    led(*rows)
    with django_assert_num_queries(1):
        suggest_filers(rows[:1], TODAY)
    with django_assert_num_queries(1):
        suggest_filers(rows, TODAY)


@pytest.mark.parametrize(
    "facts",
    [{"dissolved_on": date(2012, 1, 1), "dissolved_reason": "并入"}, {"line": "union"}],
)
def test_a_body_that_is_none_today_gives_no_secretary(facts):
    row = factories.organization()
    led(row, **facts)
    assert suggested_filer(row, TODAY).role == "filer"


def test_issuing_makes_an_account_with_role_code_and_period(office):
    row = factories.organization()
    issued = issue(row, by=office)
    access = access_of(row)
    assert (issued.organizations, issued.accounts, issued.taken_over, issued.had) == (1, 1, 0, 0)
    assert access.user.username == f"qy{row.uscc[8:17]}"
    assert (access.role, access.user.must_change_password, roles_of(access.user)) == ("filer", True, ["filer"])
    assert access.period.lower == TODAY and access.code_expires_on == TODAY + timedelta(days=CODE_DAYS)
    assert len(access.code) == 12 and set(access.code) <= set(LETTERS)
    assert opens(access.user, access.code)
    assert access.user.password != access.code
    assert issue(row, by=office).had == 1


def test_the_code_stands_encrypted_and_in_no_history_audit_or_job(office, client):
    row = factories.organization()
    issue(row, by=office)
    access = access_of(row)
    reset_access(access=access, by=office, now=NOW)
    mark_printed(accesses=[access_of(row)], by=office, now=NOW)
    codes = {access.code, access_of(row).code}
    assert len(codes) == 2
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
        )
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT coalesce(string_agg(t::text, chr(10)), chr(32)) FROM "{table}" t')
            text = cursor.fetchone()[0]
            assert not [code for code in codes if code in text], table
    assert AuditEntry.objects.filter(action__startswith="filer.").count() == 3


def test_a_joint_branch_has_one_account_for_all_members_with_one_code(office):
    rows = [factories.organization() for _ in range(3)]
    body = led(*rows, name="联合书记")
    issued = issue(*rows, by=office)
    accesses = [access_of(row) for row in rows]
    assert (issued.organizations, issued.accounts) == (3, 1)
    assert len({a.user_id for a in accesses}) == 1 == len({a.code for a in accesses})
    assert accesses[0].user.username == f"lh{body.pk:05d}"
    assert roles_of(accesses[0].user) == ["secretary"] * 3
    newcomer = factories.organization()
    factories.member(body, newcomer)
    assert issue(newcomer, by=office).accounts == 0
    assert (access_of(newcomer).user, access_of(newcomer).code) == (accesses[0].user, accesses[0].code)


def test_a_joint_branch_of_two_units_has_an_account_in_each(office):
    mine, theirs = factories.organization(), factories.organization(under=factories.unit(factories.PARK))
    led(mine, theirs, name="联合书记")
    issue(theirs, by=factories.township(factories.PARK))
    issue(mine, by=office)
    assert access_of(mine).user != access_of(theirs).user
    assert access_of(mine).code != access_of(theirs).code


def test_an_account_that_has_the_role_is_taken_over_without_a_code(office):
    row = factories.organization()
    user = factories.account("filer", organization=row)
    before = user.password
    assert issue(row, by=office).taken_over == 1
    user.refresh_from_db()
    assert (access_of(row).user, access_of(row).code, access_of(row).code_expires_on) == (user, "", None)
    assert user.password == before


def test_login_names_differ_whatever_their_case(office):
    row = factories.organization()
    User.objects.create_user(username=f"QY{row.uscc[8:17]}", name="别人")
    bare = factories.organization(uscc=None, old_code="123")
    issue(row, bare, by=office)
    assert access_of(row).user.username == f"qy{row.uscc[8:17]}-2"
    assert access_of(bare).user.username == f"qy{bare.pk:06d}"


def test_a_named_person_gets_the_account_and_the_other_one_no_longer_files(office):
    row = factories.organization()
    other = factories.account("filer", organization=row)
    access = issue_access(organization=row, role="filer", holder_name="新联络员", by=office, now=NOW)
    other.refresh_from_db()
    assert (access.user.name, other.is_active, roles_of(other)) == ("新联络员", False, [])
    with pytest.raises(ValidationError, match="已有填报账号"):
        issue_access(organization=row, role="filer", holder_name="又一人", by=office, now=NOW)


def test_a_login_name_asked_for_is_refused_when_taken(office):
    row = factories.organization()
    with pytest.raises(ValidationError) as caught:
        issue_access(
            organization=row, role="filer", holder_name="新", username=office.username.upper(), by=office, now=NOW
        )
    assert "username" in caught.value.message_dict


@pytest.mark.parametrize("act", ["plan", "issue", "reset", "end", "hand_over", "print"])
def test_a_unit_touches_no_account_of_another_unit(act, office):
    row = factories.organization(under=factories.unit(factories.PARK))
    park = factories.township(factories.PARK)
    if act in ("plan", "issue"):
        with pytest.raises(NotAllowed):
            issue(row, by=office)
        return
    issue(row, by=park)
    with pytest.raises(NotAllowed):
        ACTS[act](access_of(row), office)


ACTS = {
    "reset": lambda a, by: reset_access(access=a, by=by, now=NOW),
    "reset_many": lambda a, by: reset_many(accesses=[a], by=by, now=NOW),
    "end": lambda a, by: end_access(access=a, reason="不再填报", by=by, now=NOW),
    "hand_over": lambda a, by: hand_over(
        access=a, successor_name="新人", role="filer", reason="换人", by=by, now=NOW
    ),
    "print": lambda a, by: mark_printed(accesses=[a], by=by, now=NOW),
}  # fmt: skip


@pytest.mark.parametrize("act", sorted(ACTS))
@pytest.mark.parametrize("more", ["unit_office", "owner_office", "technician", "auditor", "is_superuser", "is_staff"])
def test_an_account_that_does_more_than_file_is_never_touched(act, more, office):
    """Whoever resets an account can log in with it: so no office resets one that reaches further than filing."""
    row = factories.organization()
    issue(row, by=office)
    user = access_of(row).user
    if more.startswith("is_"):
        setattr(user, more, True)
        user.save()
    else:
        scope = {"unit": factories.unit()} if more == "unit_office" else {}
        RoleAssignment.objects.create(user=user, role=make_role(more), **scope)
    before = (user.password, roles_of(user))
    with pytest.raises(NotAllowed, match="还有其他角色"):
        ACTS[act](access_of(row), office)
    with pytest.raises(NotAllowed, match="还有其他角色"):
        ACTS[act](access_of(row), factories.owner())
    user.refresh_from_db()
    assert (user.password, roles_of(user)) == before


def make_role(code):
    from orgs.models import Role

    return Role.objects.get(code=code)


def test_a_staff_account_with_the_role_is_not_taken_over(office):
    row = factories.organization()
    user = factories.account("filer", organization=row)
    RoleAssignment.objects.create(user=user, role=make_role("unit_office"), unit=factories.unit())
    assert [one.way for one in plan_issue(organizations=[row], by=office, now=NOW)] == [Way.NEW]


@pytest.mark.parametrize("act", sorted(ACTS))
def test_an_account_that_files_for_another_unit_too_is_the_countys(act, office):
    mine, theirs = factories.organization(), factories.organization(under=factories.unit(factories.PARK))
    led(mine, theirs)
    issue(mine, theirs, by=factories.owner())
    with pytest.raises(NotAllowed, match="两新工委办公室"):
        ACTS[act](access_of(mine), office)


@pytest.mark.parametrize("role", ["leader", "line_department", "auditor", "technician", "former_filer"])
def test_other_roles_keep_no_filers(role):
    row = factories.organization()
    scope = {"lines": ["union"]} if role == "line_department" else {}
    with pytest.raises(NotAllowed):
        issue(row, by=factories.account(role, **scope))


def test_a_wider_reading_role_widens_no_office():
    office = factories.township()
    RoleAssignment.objects.create(user=office, role=make_role("leader"))
    row = factories.organization(under=factories.unit(factories.PARK))
    with pytest.raises(NotAllowed):
        issue(row, by=office)


def test_reset_gives_a_new_code_to_all_that_the_account_files_for(office):
    rows = [factories.organization() for _ in range(2)]
    led(*rows)
    issue(*rows, by=office)
    first = access_of(rows[0])
    mark_printed(accesses=[first], by=office, now=NOW)
    forget_code(user_id=first.user_id)
    assert reset_many(accesses=[access_of(row) for row in rows], by=office, now=LATER) == 1
    again = [access_of(row) for row in rows]
    assert {a.code for a in again} == {again[0].code} != {first.code}
    assert [a.printed_at for a in again] == [None, None]
    assert opens(first.user, again[0].code)
    assert not opens(first.user, first.code)


def test_a_shut_account_is_not_reset(office):
    row = factories.organization()
    issue(row, by=office)
    User.objects.filter(pk=access_of(row).user_id).update(is_active=False)
    with pytest.raises(ValidationError, match="已停用"):
        reset_access(access=access_of(row), by=office, now=NOW)


def test_slips_of_a_joint_branch_are_printed_whole_and_again_until_the_first_login(office):
    rows = [factories.organization() for _ in range(2)]
    led(*rows)
    issue(*rows, by=office)
    shown = mark_printed(accesses=[access_of(rows[0])], by=office, now=NOW)
    assert {a.organization for a in shown} == set(rows)
    assert access_of(rows[1]).printed_at == NOW
    assert len(mark_printed(accesses=[access_of(rows[1])], by=office, now=NOW)) == 2
    with pytest.raises(ValidationError, match="没有可打印"):
        mark_printed(accesses=[access_of(rows[0])], by=office, now=NOW + timedelta(days=CODE_DAYS + 1))
    forget_code(user_id=shown[0].user_id)
    with pytest.raises(ValidationError, match="没有可打印"):
        mark_printed(accesses=[access_of(rows[0])], by=office, now=NOW)


def test_the_night_after_its_last_day_a_code_opens_nothing(office):
    row, used = factories.organization(), factories.organization()
    issue(row, used, by=office)
    user = access_of(used).user
    user.must_change_password = False
    user.save()
    forget_code(user_id=user.pk)
    last = NOW + timedelta(days=CODE_DAYS)
    code = access_of(row).code
    assert expire_codes(now=last) == 0
    assert opens(access_of(row).user, code)
    assert expire_codes(now=last + timedelta(days=1)) == 1
    assert expire_codes(now=last + timedelta(days=1)) == 0
    assert not opens(access_of(row).user, code)
    assert (access_of(row).code, access_of(row).code_expires_on) == ("", last.date())
    user.refresh_from_db()
    assert user.has_usable_password()


def test_ending_shuts_an_account_that_signed_nothing(office):
    row = factories.organization()
    issue(row, by=office)
    access = access_of(row)
    end_access(access=access, reason="企业注销", by=office, now=LATER)
    access.refresh_from_db()
    access.user.refresh_from_db()
    assert (access.period.upper, access.end_reason, access.code) == (LATER.date(), "企业注销", "")
    assert (access.user.is_active, roles_of(access.user)) == (False, [])
    with pytest.raises(ValidationError, match="已结束"):
        end_access(access=access, reason="再一次", by=office, now=LATER)


def test_ending_for_one_member_leaves_the_others(office):
    rows = [factories.organization() for _ in range(2)]
    led(*rows)
    issue(*rows, by=office)
    end_access(access=access_of(rows[0]), reason="退出联合支部", by=office, now=LATER)
    kept = access_of(rows[1])
    assert (kept.user.is_active, roles_of(kept.user)) == (True, ["secretary"])
    assert not running_access().filter(organization=rows[0]).exists()


def test_a_hand_over_of_today_is_possible_today(office):
    row = factories.organization()
    issue(row, by=office)
    hand_over(access=access_of(row), successor_name="新人", role="filer", reason="填错人", by=office, now=NOW)
    assert [a.user.name for a in FilingAccess.objects.filter(organization=row)] == ["新人"]


def signed(row, user):
    """A report of the organization that the account has filed."""
    return make.submitted(make.report(row, make.round_()), by=user)


def test_a_hand_over_keeps_what_was_signed_readable_and_nothing_else(office):
    row = factories.organization()
    issue(row, by=office)
    old = access_of(row).user
    version = signed(row, old)
    begun = hand_over(
        access=access_of(row), successor_name="新书记", role="secretary", reason="换届", by=office, now=LATER
    )
    old = User.objects.get(pk=old.pk)
    assert (old.is_active, roles_of(old)) == (True, ["former_filer"])
    assert list(Submission.objects.visible_to(old)) == [version]
    assert not Organization.objects.visible_to(old).exists()
    assert not old.can("reports.file") and old.can("reports.signed")
    new = begun[0].user
    assert (new.name, roles_of(new), begun[0].printed_at) == ("新书记", ["secretary"], LATER)
    assert list(Submission.objects.visible_to(new)) == [version]
    assert opens(new, begun[0].code)
    assert [a.period.upper for a in FilingAccess.objects.filter(organization=row).order_by("period")] == [
        LATER.date(), None,
    ]  # fmt: skip


def test_a_hand_over_goes_for_all_members_of_a_joint_branch(office):
    rows = [factories.organization() for _ in range(3)]
    led(*rows)
    issue(*rows, by=office)
    begun = hand_over(
        access=access_of(rows[1]), successor_name="新书记", role="secretary", reason="换届", by=office, now=LATER
    )
    assert {a.organization for a in begun} == set(rows)
    assert len({a.user_id for a in begun}) == 1


def test_the_holder_hands_over_and_loses_the_reports(office):
    row = factories.organization()
    issue(row, by=office)
    holder = access_of(row).user
    hand_over(access=access_of(row), successor_name="接班人", role="filer", reason="本人移交", by=holder, now=LATER)
    assert not User.objects.get(pk=holder.pk).is_active
    stranger = factories.account("filer", organization=factories.organization())
    with pytest.raises(NotAllowed):
        hand_over(access=access_of(row), successor_name="我", role="filer", reason="抢", by=stranger, now=LATER)


def test_the_successor_may_take_the_login_name(office):
    row = factories.organization()
    issue(row, by=office)
    old = access_of(row).user
    signed(row, old)
    begun = hand_over(
        access=access_of(row),
        successor_name="新人",
        role="filer",
        reason="换人",
        same_username=True,
        by=office,
        now=LATER,
    )
    assert begun[0].user.username == old.username
    assert User.objects.get(pk=old.pk).username == f"{old.username}.{old.pk}"


@pytest.mark.parametrize(
    ("facts", "field"),
    [({"successor_name": ""}, "successor_name"), ({"role": "unit_office"}, "role"), ({"reason": ""}, "reason")],
)
def test_a_hand_over_says_what_is_missing(facts, field, office):
    row = factories.organization()
    issue(row, by=office)
    given = {"successor_name": "新人", "role": "filer", "reason": "换人"} | facts
    with pytest.raises(ValidationError) as caught:
        hand_over(access=access_of(row), by=office, now=LATER, **given)
    assert list(caught.value.message_dict) == [field]


def test_the_same_person_is_no_successor(office):
    row = factories.organization()
    issue(row, by=office)
    access = access_of(row)
    with pytest.raises(ValidationError, match="同名"):
        hand_over(access=access, successor_name=access.user.name, role="filer", reason="换人", by=office, now=LATER)


def test_the_audit_names_organizations_and_no_person(office):
    row = factories.organization()
    issue(row, by=office)
    entry = AuditEntry.objects.get(action="filer.issue_many")
    assert json.loads(json.dumps(entry.detail)) == {"organizations": [row.pk], "accounts": 1, "taken_over": 0}
