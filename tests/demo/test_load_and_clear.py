"""Loading the demo county once, and taking it away without a trace and without loss."""

from datetime import date

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db.models import Max, TextField
from django.db.models.functions import Cast

from coverage.domain import spans
from coverage.domain.figures import report
from orgs.domain.demo import ACCOUNTS, PASSWORD, Cleared, Loaded, clear_demo, load_demo
from orgs.domain.recommendations import wipe_names
from orgs.models import (
    Branch,
    BranchMembership,
    Figures,
    Instructor,
    LedgerFacts,
    Liaison,
    MemberSearch,
    Organization,
    Person,
    Recommendation,
    RoleAssignment,
    User,
)
from quannan.base.domain.audit import verify_chain
from quannan.base.errors import Refused
from quannan.base.models import AuditEntry
from tests import factories, makers_support
from tests.demo.conftest import SMALL
from tests.factories import NOW

KEEPS_GROWING = {"base.AuditEntry"}


def contents() -> dict[str, tuple[int, object]]:
    """How many rows every table holds and its greatest key, the audit trail apart."""
    return {
        model._meta.label: (
            model._base_manager.count(),
            model._base_manager.aggregate(last=Max(Cast("pk", TextField())))["last"],
        )
        for model in apps.get_models()
        if model._meta.managed and not model._meta.proxy and model._meta.label not in KEEPS_GROWING
    }


def counts() -> dict[str, int]:
    return {label: number for label, (number, _) in contents().items()}


def test_second_load_changes_nothing(demo):
    before = contents()
    assert load_demo(by=None, now=NOW) == Loaded()
    assert contents() == before
    assert (demo.organizations, demo.accounts) == (SMALL, 11)


def test_figures_of_the_whole_county_are_near_the_milestones(rules):
    assert load_demo(by=None, now=NOW).organizations == 1200
    spans.rebuild()
    assert spans.verify().differences == []

    def rates(day):
        lines = report(user=None, as_of=day).populations["all"].lines
        return [lines[line].rate for line in ("party", "union", "league", "women")]

    bands = {
        date(2010, 12, 31): (33, 46),
        date(2011, 6, 30): (52, 65),
        date(2011, 12, 31): (67, 83),
        date(2012, 11, 7): (87, 96),
    }
    for day, (least, most) in bands.items():
        assert [rate for rate in rates(day) if not least <= rate <= most] == [], day


def test_every_role_can_log_in(demo, client):
    assert {account.role for account in ACCOUNTS} == set(
        RoleAssignment.objects.filter(user__is_demo=True).values_list("role__code", flat=True)
    )
    for user in User.objects.filter(is_demo=True):
        assert user.check_password(PASSWORD)
        assert user.is_active


def test_accounts_are_listed_with_their_password(demo, capsys):
    call_command("demo_accounts")
    told = capsys.readouterr().out
    assert PASSWORD in told
    assert [account.username for account in ACCOUNTS if f"  {account.username} " not in told] == []


def test_accounts_are_not_listed_without_a_demo(rules, capsys):
    factories.owner()
    call_command("demo_accounts")
    assert capsys.readouterr().out == ""


def test_the_demo_shows_who_helps(demo):
    assert (Instructor.objects.count(), Liaison.objects.filter(kind="leader", period__upper_inf=True).count()) == (
        30,
        19,
    )
    assert set(Liaison.objects.values_list("organization__kind", flat=True).filter(kind="leader")) == {"enterprise"}
    for names in (True, False):
        stages = Recommendation.objects.filter(name_wiped_at__isnull=names).values_list("stage", flat=True)
        assert set(stages) == {"recommended", "accepted", "filed", "declined"}
    assert wipe_names(now=NOW) == 0
    assert MemberSearch.objects.values("unit").distinct().count() == 3


def test_some_organizations_have_a_ledger_of_their_kind(demo):
    found = LedgerFacts.objects.values_list("form", "organization__kind").distinct()
    assert set(found) == {("F1", "enterprise"), ("F2", "social")}
    clear_demo(by=None, now=NOW)
    assert LedgerFacts.objects.count() == LedgerFacts._meta.get_field("events").related_model.objects.count() == 0


def test_a_demo_person_sent_to_a_real_organization_stays(demo):
    person = Instructor.objects.first().person
    makers_support.instructor(factories.organization(), person, from_=date(2012, 1, 1))
    clear_demo(by=None, now=NOW)
    assert list(Person.objects.values_list("pk", "is_demo")) == [(person.pk, False)]


def test_clear_leaves_nothing_of_the_demo(rules, small):
    spans.rebuild()
    before = counts()
    load_demo(by=None, now=NOW, county=small)
    spans.rebuild()
    cleared = clear_demo(by=None, now=NOW)
    spans.rebuild()
    assert counts() == before
    assert (cleared.organizations, cleared.accounts, cleared.kept_accounts) == (SMALL, 11, ())
    assert list(AuditEntry.objects.order_by("id").values_list("action", flat=True))[-2:] == ["demo.load", "demo.clear"]
    assert verify_chain().whole
    assert clear_demo(by=None, now=NOW) == Cleared()


def test_clear_leaves_real_rows_as_they_are(rules, small):
    real = factories.organization()
    factories.figures(real, employees=30, women=12, league_members=3, full_members=3)
    factories.covered(real, line="union")
    factories.owner()
    before = counts()
    load_demo(by=None, now=NOW, county=small)
    clear_demo(by=None, now=NOW)
    spans.rebuild()
    after = counts()
    derived = {"coverage.Span", "coverage.Delta", "coverage.DirtyMark"}
    assert {label for label in before if before[label] != after[label]} <= derived
    assert list(Organization.objects.all()) == [real]


def test_clear_takes_bodies_users_founded_for_demo_organizations(demo):
    own = factories.covered(Organization.objects.filter(is_demo=True).first(), line="league", from_=date(2012, 6, 1))
    clear_demo(by=None, now=NOW)
    assert not Branch.objects.filter(id=own.id).exists()


def test_clear_takes_only_demo_members_from_a_real_body(demo):
    real = factories.organization()
    joint = factories.covered(real, Organization.objects.filter(is_demo=True).first(), line="league")
    clear_demo(by=None, now=NOW)
    assert list(BranchMembership.objects.values_list("branch", "organization")) == [(joint.id, real.id)]


def test_clear_refuses_when_a_real_organization_is_in_a_demo_body(demo):
    real = factories.organization("正式的纸箱厂")
    joint = Branch.objects.filter(is_demo=True, composition="joint_area", is_provisional=False).first()
    factories.member(joint, real, joint.founded_on)
    with pytest.raises(Refused) as refusal:
        clear_demo(by=None, now=NOW)
    assert "正式的纸箱厂" in refusal.value.sentence
    assert Organization.objects.filter(is_demo=True).count() == SMALL


def test_clear_refuses_when_a_real_account_stands_for_a_demo_organization(demo):
    user = factories.account("filer", organization=Organization.objects.filter(is_demo=True).first())
    with pytest.raises(Refused) as refusal:
        clear_demo(by=None, now=NOW)
    assert user.username in refusal.value.sentence


def test_clear_refuses_a_demo_account(demo):
    with pytest.raises(Refused):
        clear_demo(by=User.objects.get(username="owner"), now=NOW)
    assert Figures.objects.exists()


def test_account_that_handled_real_rows_stays_disabled(demo, small):
    user = User.objects.get(username="union")
    body = factories.covered(factories.organization(), line="union")
    Branch.objects.filter(id=body.id).update(confirmed_by=user)
    cleared = clear_demo(by=None, now=NOW)
    user = User.objects.get(id=user.id)
    assert cleared.kept_accounts == (user.username,)
    assert (user.is_active, user.is_demo, user.has_usable_password()) == (False, False, False)
    assert Branch.objects.get(id=body.id).confirmed_by == user
    assert load_demo(by=None, now=NOW, county=small).accounts == 11


def test_load_refuses_a_code_that_a_real_organization_bears(rules, planned):
    factories.organization("先来的厂", uscc=next(row.uscc for row in planned.organizations if row.uscc))
    with pytest.raises(Refused) as refusal:
        load_demo(by=None, now=NOW)
    assert "先来的厂" in refusal.value.sentence
    assert not Organization.objects.filter(is_demo=True).exists()


def test_load_refuses_a_login_name_that_a_real_account_bears(rules):
    User.objects.create_user(username="owner", name="正式账号")
    with pytest.raises(Refused) as refusal:
        load_demo(by=None, now=NOW)
    assert "owner" in refusal.value.sentence
    assert not Organization.objects.filter(is_demo=True).exists()


def test_load_needs_reference_data(db):
    with pytest.raises(Refused):
        load_demo(by=None, now=NOW)


def test_commands_say_what_they_did(rules, capsys):
    call_command("load_demo")
    call_command("load_demo")
    call_command("clear_demo")
    call_command("clear_demo")
    told = capsys.readouterr().out.splitlines()
    assert [line.split(":")[0] for line in told] == [
        "已装入演示数据",
        "演示数据已经在了,什么也没有改。",
        "已清除演示数据",
        "没有演示数据,什么也没有改。",
    ]
