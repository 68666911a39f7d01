"""Accounts: given, taken back, and never one's own affair."""

import pytest
from django.core.exceptions import ValidationError

from orgs.domain.accounts import (
    Grant,
    assign_role,
    create_account,
    disable_account,
    enable_account,
    remove_role,
    reset_password,
)
from orgs.domain.refusals import NotAllowed
from orgs.models import RoleAssignment, User
from quannan.base.models import AuditEntry
from tests import factories as f

pytestmark = pytest.mark.django_db


def create(**changes):
    by = changes.pop("by") if "by" in changes else f.owner()
    act = {"username": "lin.fang", "name": "林芳", "grants": [Grant("leader")], "now": f.NOW}
    return create_account(by=by, **(act | changes))


def fields(error) -> list[str]:
    return list(error.value.error_dict)


def test_an_account_begins_with_a_password_that_must_be_changed():
    user, password = create()

    user.refresh_from_db()
    assert user.check_password(password)
    assert (len(password), user.must_change_password, user.is_active, user.is_superuser) == (14, True, True, False)
    assert user.role_names == "县领导"
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.detail) == ("account.create", {"roles": ["leader"]})
    assert password not in str(entry.detail)


def test_two_one_time_passwords_differ():
    assert create()[1] != create(username="lin.fang2")[1]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"username": ""}, ["username"]),
        ({"username": "林 芳"}, ["username"]),
        ({"name": " "}, ["name"]),
        ({"grants": []}, ["role"]),
        ({"grants": [Grant("king")]}, ["role"]),
        ({"grants": [Grant("unit_office")]}, ["unit"]),
        ({"grants": [Grant("filer")]}, ["organization"]),
        ({"grants": [Grant("line_department")]}, ["lines"]),
        ({"grants": [Grant("line_department", lines=("choir",))]}, ["lines"]),
        ({"grants": [Grant("leader", lines=("union",))]}, ["lines"]),
    ],
)
def test_an_account_is_refused(changes, expected):
    by = f.owner()

    with pytest.raises(ValidationError) as error:
        create(by=by, **changes)

    assert fields(error) == expected
    assert list(User.objects.all()) == [by]


def test_a_scope_that_does_not_belong_to_the_role_is_refused():
    with pytest.raises(ValidationError) as error:
        create(grants=[Grant("leader", unit=f.unit())])

    assert error.value.message_dict == {"unit": ["“县领导”不分主管党(工)委,请把主管党(工)委留空。"]}


@pytest.mark.parametrize("name", ["lin.fang", "LIN.FANG"])
def test_a_login_name_is_taken_in_whatever_case(name):
    create()

    with pytest.raises(ValidationError) as error:
        create(username=name)

    assert fields(error) == ["username"]


@pytest.mark.parametrize(
    ("role", "scope"),
    [
        ("owner_office", {}),
        ("line_department", {"lines": ("league",)}),
        ("unit_office", {"unit": f.unit}),
        ("secretary", {"organization": f.organization}),
        ("filer", {"organization": f.organization}),
        ("leader", {}),
        ("auditor", {}),
        ("technician", {}),
    ],
)
def test_every_role_can_be_given_with_its_scope(role, scope):
    scope = {name: value() if callable(value) else value for name, value in scope.items()}

    user, _ = create(grants=[Grant(role, **scope)])

    (assignment,) = user.role_assignments.all()
    given = {"unit": assignment.unit, "organization": assignment.organization, "lines": tuple(assignment.lines)}
    assert given == {"unit": None, "organization": None, "lines": ()} | scope


def test_a_second_role_adds_to_the_first_and_the_same_again_is_refused():
    user, by = f.account("leader"), f.owner()
    assert not user.can("audit.read")

    assign_role(user=user, grant=Grant("auditor"), by=by, now=f.NOW)

    assert user.can("audit.read")
    assert user.can("register.view")
    with pytest.raises(ValidationError) as error:
        assign_role(user=user, grant=Grant("auditor"), by=by, now=f.NOW)
    assert error.value.messages == ["这个账号已有同样的角色。"]


def test_a_role_taken_back_gives_nothing_more_and_stays_in_the_history():
    user = f.account("leader")
    assignment = user.role_assignments.get()

    remove_role(assignment=assignment, by=f.owner(), now=f.NOW)

    assert not User.objects.get(pk=user.pk).can("register.view")
    labels = RoleAssignment._meta.get_field("events").related_model.objects.filter(user_id=user.pk)
    assert sorted(labels.values_list("pgh_label", flat=True)) == ["delete", "insert"]


def test_an_account_shut_can_do_nothing_until_it_is_opened_again():
    user, by = f.account("leader"), f.owner()

    disable_account(user=user, reason="调离", by=by, now=f.NOW)
    assert not User.objects.get(pk=user.pk).can("register.view")
    with pytest.raises(ValidationError) as error:
        disable_account(user=user, reason="调离", by=by, now=f.NOW)
    assert error.value.code == "disabled"

    enable_account(user=user, by=by, now=f.NOW)
    assert User.objects.get(pk=user.pk).can("register.view")
    with pytest.raises(ValidationError) as error:
        enable_account(user=user, by=by, now=f.NOW)
    assert error.value.code == "enabled"


def test_shutting_needs_a_reason():
    with pytest.raises(ValidationError) as error:
        disable_account(user=f.account("leader"), reason="", by=f.owner(), now=f.NOW)

    assert fields(error) == ["reason"]


def test_a_forgotten_password_is_replaced_by_a_one_time_one():
    user, old = create()
    user.must_change_password = False
    user.save()

    password = reset_password(user=user, by=f.owner(), now=f.NOW)

    user.refresh_from_db()
    assert user.check_password(password)
    assert not user.check_password(old)
    assert user.must_change_password


def test_the_last_who_manages_accounts_stays():
    last = f.owner()

    with pytest.raises(ValidationError) as error:
        disable_account(user=last, reason="调离", by=None, now=f.NOW)
    assert error.value.code == "last_manager"
    with pytest.raises(ValidationError) as error:
        remove_role(assignment=last.role_assignments.get(), by=None, now=f.NOW)
    assert error.value.code == "last_manager"

    f.account("technician")
    assert not disable_account(user=last, reason="调离", by=None, now=f.NOW).is_active


OWN = {
    "assign": lambda user: assign_role(user=user, grant=Grant("auditor"), by=user, now=f.NOW),
    "remove": lambda user: remove_role(assignment=user.role_assignments.get(), by=user, now=f.NOW),
    "disable": lambda user: disable_account(user=user, reason="调离", by=user, now=f.NOW),
    "enable": lambda user: enable_account(user=user, by=user, now=f.NOW),
    "reset": lambda user: reset_password(user=user, by=user, now=f.NOW),
}


@pytest.mark.parametrize("act", OWN.values(), ids=OWN.keys())
def test_nobody_changes_the_own_account(act):
    user = f.owner()
    f.owner()

    with pytest.raises(NotAllowed):
        act(user)

    assert [a.role.code for a in User.objects.get(pk=user.pk).role_assignments.all()] == ["owner_office"]


@pytest.mark.parametrize(
    ("who", "allowed"),
    [
        (f.owner, True),
        (lambda: f.account("technician"), True),
        (lambda: None, True),
        (f.union_office, False),
        (f.township, False),
        (lambda: f.account("leader"), False),
        (lambda: f.account("auditor"), False),
        (f.account, False),
    ],
)
def test_who_manages_accounts(who, allowed):
    f.reference()
    by = who()
    if allowed:
        assert create(by=by)
        return
    user = f.account("leader")
    acts = [
        lambda: create(by=by),
        lambda: assign_role(user=user, grant=Grant("auditor"), by=by, now=f.NOW),
        lambda: remove_role(assignment=user.role_assignments.get(), by=by, now=f.NOW),
        lambda: disable_account(user=user, reason="调离", by=by, now=f.NOW),
        lambda: enable_account(user=user, by=by, now=f.NOW),
        lambda: reset_password(user=user, by=by, now=f.NOW),
    ]
    for act in acts:
        with pytest.raises(NotAllowed):
            act()
    assert not AuditEntry.objects.exists()
