"""Cases of dismissed leaders: who may keep them, what is kept secret, and that the organization never reaches them."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from orgs.domain.cases import (
    add_measure,
    close_case,
    correct_case,
    correct_measure,
    open_case,
    reopen_case,
    reveal_complainant,
)
from orgs.domain.refusals import NotAllowed, StaleRecord
from orgs.models import CaseMeasure, DismissalCase, RoleAssignment
from quannan.base.models import AuditEntry
from tests import factories as f
from tests import makers_leadership as m

pytestmark = pytest.mark.django_db

D = date(2012, 3, 1)


@pytest.fixture
def factory():
    return f.organization("全南县青竹工艺厂")


def told(at, **changes):
    said = {
        "organization": at,
        "person_name": m.DISMISSED,
        "post": "工会主席",
        "dismissed_on": D,
        "circumstances": "为职工追讨工资后被辞退",
        "complainant": m.COMPLAINANT,
        "by": f.union_office(),
        "now": f.NOW,
    }
    return open_case(**(said | changes))


def both_sides(at):
    """The union's account that is the organization's secretary too."""
    user = f.union_office()
    role = f.account("secretary", organization=at).role_assignments.get().role
    RoleAssignment.objects.create(user=user, role=role, organization=at)
    return user


def problems(error) -> dict[str, list[str]]:
    return {field: [e.code for e in errors] for field, errors in error.value.error_dict.items()}


def test_names_and_circumstances_stand_encrypted_and_in_no_trail(factory):
    case = told(factory)

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT d::text FROM orgs_dismissalcase d UNION ALL SELECT e::text FROM orgs_dismissalcaseevent e"
        )
        kept = str(cursor.fetchall())
    for secret in (m.DISMISSED, m.COMPLAINANT, "追讨工资"):
        assert secret not in kept
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.detail) == ("case.open", {})
    assert m.DISMISSED not in entry.object_label
    assert DismissalCase.objects.get(pk=case.pk).person_name == m.DISMISSED


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"person_name": ""}, {"person_name": ["required"]}),
        ({"post": " "}, {"post": ["required"]}),
        ({"circumstances": ""}, {"circumstances": ["required"]}),
        ({"dismissed_on": date(2012, 11, 6)}, {"dismissed_on": ["future"]}),
    ],
)
def test_a_case_is_refused_at_its_field(factory, changes, expected):
    with pytest.raises(ValidationError) as error:
        told(factory, **changes)

    assert problems(error) == expected


def test_who_keeps_cases(factory):
    for by in (f.owner(), f.union_office()):
        assert told(factory, by=by).pk
    others = [f.township(), f.account("leader"), f.account("line_department", lines=["women"])]
    for by in [*others, f.account("secretary", organization=factory), both_sides(factory)]:
        with pytest.raises(NotAllowed):
            told(factory, by=by)


def acts(case, measure, by):
    return [
        lambda: correct_case(case=case, version=1, changes={"post": "主席"}, reason="错字", by=by, now=f.NOW),
        lambda: add_measure(case=case, kind="aid", done_on=D, text="补助", by=by, now=f.NOW),
        lambda: correct_measure(
            measure=measure, kind="aid", done_on=D, text="补助", aid_yuan=None, reason="错字", by=by, now=f.NOW
        ),
        lambda: close_case(case=case, closed_on=date(2012, 6, 1), outcome="另行安排", by=by, now=f.NOW),
        lambda: reopen_case(case=case, reason="情况有变", by=by, now=f.NOW),
        lambda: reveal_complainant(case=case, reason="回访", by=by, now=f.NOW),
    ]


def test_an_account_of_the_organization_reaches_no_case_whatever_else_it_is(factory):
    case = m.case(factory, f.owner(), D)
    measure = m.measure(case, f.owner(), D)
    for by in (
        f.account("secretary", organization=factory),
        f.account("filer", organization=factory),
        both_sides(factory),
    ):
        assert not DismissalCase.objects.visible_to(by).exists()
        for act in acts(case, measure, by):
            with pytest.raises(NotAllowed):
                act()


def test_a_township_sees_the_cases_of_its_own_organizations(factory):
    case = m.case(factory, f.owner())
    m.case(f.organization(under=f.unit(f.PARK)), f.owner())

    assert list(DismissalCase.objects.visible_to(f.township())) == [case]


def test_measures_and_aid(factory):
    case, by = told(factory), f.union_office()
    measure = add_measure(
        case=case, kind="aid", done_on=date(2012, 4, 1), text="困难补助", aid_yuan=Decimal(3000), by=by, now=f.NOW
    )

    correct_measure(
        measure=measure,
        kind="aid",
        done_on=date(2012, 4, 2),
        text="困难补助",
        aid_yuan=Decimal(3500),
        reason="金额录错",
        by=by,
        now=f.NOW,
    )

    row = CaseMeasure.objects.get()
    assert (row.done_on, row.aid_yuan) == (date(2012, 4, 2), Decimal(3500))
    history = CaseMeasure._meta.get_field("events").related_model
    assert list(history.objects.order_by("pgh_id").values_list("aid_yuan", flat=True)) == [3000, 3500]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"kind": "gift"}, {"kind": ["unknown_code"]}),
        ({"done_on": date(2012, 2, 29)}, {"done_on": ["bad_day"]}),
        ({"done_on": date(2012, 11, 6)}, {"done_on": ["future"]}),
        ({"text": ""}, {"text": ["required"]}),
        ({"aid_yuan": Decimal(0)}, {"aid_yuan": ["not_positive"]}),
    ],
)
def test_a_measure_is_refused_at_its_field(factory, changes, expected):
    said = {"kind": "aid", "done_on": D, "text": "补助", "aid_yuan": None} | changes

    with pytest.raises(ValidationError) as error:
        add_measure(case=told(factory), **said, by=f.owner(), now=f.NOW)

    assert problems(error) == expected


def test_closing_and_taking_it_back(factory):
    case, by = told(factory), f.owner()
    add_measure(case=case, kind="placement", done_on=date(2012, 5, 1), text="介绍工作", by=by, now=f.NOW)
    for day, code in ((date(2012, 2, 1), "bad_day"), (date(2012, 4, 30), "bad_day"), (date(2013, 1, 1), "future")):
        with pytest.raises(ValidationError) as error:
            close_case(case=case, closed_on=day, outcome="已安排", by=by, now=f.NOW)
        assert problems(error) == {"closed_on": [code]}
    with pytest.raises(ValidationError):
        close_case(case=case, closed_on=date(2012, 6, 1), outcome="", by=by, now=f.NOW)

    close_case(case=case, closed_on=date(2012, 6, 1), outcome="已到另一家企业上班", by=by, now=f.NOW)
    with pytest.raises(ValidationError) as error:
        add_measure(case=case, kind="aid", done_on=date(2012, 6, 2), text="补助", by=by, now=f.NOW)
    assert error.value.code == "closed"
    with pytest.raises(ValidationError) as error:
        correct_case(case=case, version=2, changes={"dismissed_on": date(2012, 7, 1)}, reason="录错", by=by, now=f.NOW)
    assert problems(error) == {"dismissed_on": ["bad_day"]}
    reopen_case(case=case, reason="新单位未履约", by=by, now=f.NOW)

    case.refresh_from_db()
    assert (case.closed_on, case.outcome, case.version) == (None, "", 3)
    with pytest.raises(ValidationError):
        reopen_case(case=case, reason="再试", by=by, now=f.NOW)


def test_a_correction_after_somebody_elses_is_refused_without_showing_secrets(factory):
    case, by = told(factory), f.owner()
    correct_case(case=case, version=1, changes={"post": "主席"}, reason="规范名称", by=by, now=f.NOW)

    with pytest.raises(StaleRecord) as stale:
        correct_case(case=case, version=1, changes={"person_name": "曾伟良"}, reason="错字", by=by, now=f.NOW)

    assert stale.value.theirs == {"post": ("工会主席", "主席")}
    correct_case(case=case, version=2, changes={"person_name": "曾伟良"}, reason="错字", by=by, now=f.NOW)
    assert "曾伟良" not in "".join(str(e.detail) for e in AuditEntry.objects.all())


def test_the_complainant_is_for_the_owner_office_and_the_union_and_every_look_is_kept(factory):
    case = told(factory)
    for by in (f.owner(), f.union_office()):
        assert reveal_complainant(case=case, reason="回访", by=by, now=f.NOW) == m.COMPLAINANT
    for by in (f.township(), f.account("line_department", lines=["women"]), f.account("leader")):
        with pytest.raises(NotAllowed):
            reveal_complainant(case=case, reason="回访", by=by, now=f.NOW)
    with pytest.raises(ValidationError):
        reveal_complainant(case=case, reason=" ", by=f.owner(), now=f.NOW)

    looks = AuditEntry.objects.filter(action="case.reveal_complainant")
    assert [entry.detail for entry in looks] == [{"reason": "回访"}] * 2
    with pytest.raises(ValidationError):
        reveal_complainant(case=told(factory, complainant=""), reason="回访", by=f.owner(), now=f.NOW)


@pytest.mark.parametrize(
    "broken",
    [
        {"closed_on": date(2012, 6, 1)},
        {"outcome": "已安排"},
        {"closed_on": date(2012, 2, 1), "outcome": "已安排"},
    ],
)
def test_the_table_refuses_half_a_closing(factory, broken):
    told(factory)

    with pytest.raises(IntegrityError), transaction.atomic():
        DismissalCase.objects.update(**broken)


def test_the_table_refuses_aid_of_nothing(factory):
    m.measure(told(factory), f.owner())

    with pytest.raises(IntegrityError), transaction.atomic():
        CaseMeasure.objects.update(aid_yuan=0)
