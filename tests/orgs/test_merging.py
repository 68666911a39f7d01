"""Two records of one organization become one, and two again."""

from datetime import date

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import ManyToOneRel

from orgs.domain.bodies import dissolve_body
from orgs.domain.merging import merge_organizations, undo_merge
from orgs.domain.moving import MOVES, STAYING, overlaps
from orgs.domain.organizations import correct_organization
from orgs.domain.refusals import NotAllowed
from orgs.models import (
    BranchMembership,
    EstablishmentPlan,
    Figures,
    MemberSearch,
    Organization,
    OrganizationMerge,
    Owner,
    Placement,
    RoleAssignment,
)
from orgs.queries import bodies_of
from orgs.queries_branches import bodies_at
from quannan.base.models import AuditEntry
from tests import factories as f
from tests import makers_leads as make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def reference():
    f.reference()


def merge(kept, absorbed, **changes) -> OrganizationMerge:
    act = {"reason": "同一营业执照录了两遍", "now": f.NOW} | changes
    act.setdefault("by", None)
    made = merge_organizations(kept=kept, absorbed=absorbed, **act)
    kept.refresh_from_db()
    absorbed.refresh_from_db()
    return made


def undo(made, **changes) -> OrganizationMerge:
    return undo_merge(merge=made, **({"reason": "是两家", "by": None, "now": f.NOW} | changes))


def tables() -> dict[str, list[dict]]:
    """Every row of the register, without versions and times of change."""
    found = {}
    for model in apps.get_app_config("orgs").get_models():
        if model.__name__.endswith("Event") or model in (OrganizationMerge,):
            continue
        rows = list(model._base_manager.order_by("pk").values())
        for row in rows:
            for name in ("version", "updated_at"):
                row.pop(name, None)
        found[model.__name__] = rows
    return found


def test_every_table_that_belongs_to_an_organization_is_thought_of():
    """A new table either goes over in a merge or stays for a reason; none is forgotten."""
    belonging = {
        relation.related_model._meta.label
        for relation in Organization._meta.get_fields(include_hidden=True)
        if isinstance(relation, ManyToOneRel)
        and relation.related_model._meta.app_label in ("orgs", "coverage", "activities", "funding", "evaluation")
        # Spans and marks are derived, and bear no constraint.
        and relation.field.db_constraint
        and not relation.related_model.__name__.endswith("Event")
    }
    assert belonging == {move.label for move in MOVES} | STAYING


def test_everything_goes_over_to_the_kept_record():
    by = f.owner()
    kept, absorbed = f.organization("青竹厂"), f.organization("青竹工艺厂")
    make.laden(absorbed, by)

    merge(kept, absorbed)

    for move in MOVES:
        assert (move.label, len(list(move.rows(kept))), len(list(move.rows(absorbed)))) == (move.label, 1, 0)
    assert absorbed.merged_into == kept
    assert kept.former_names == ["青竹工艺厂"]
    assert Placement.objects.filter(organization=absorbed).count() == 1


def test_undoing_restores_every_table():
    by = f.owner()
    kept = f.organization("青竹厂", uscc=None, old_code="123456789", contact_phone="0797-0123456")
    absorbed = f.organization("青竹工艺厂", former_names=["竹艺社"], contact_name="丘晓明", industry="C")
    for row in (kept, absorbed):
        make.laden(row, by)
    before = tables()

    made = merge(kept, absorbed, choices={"name": "absorbed", "contact_phone": "absorbed"}, by=by)
    assert tables() != before
    undo(made, by=by)

    assert tables() == before
    assert {row.version for row in Organization.objects.all()} == {3}


@pytest.mark.parametrize("turn", range(6))
def test_undoing_restores_whatever_the_two_records_hold(turn):
    """Each kind of row on neither, one or both sides, by turns; each fact blank, equal or different."""
    by = f.owner()
    sides = []
    for side in range(2):
        facts = {
            "uscc": f.uscc(5000 + side) if (turn + side) % 3 else None,
            "old_code": f"1234567{side}X" if (turn + side) % 2 else None,
            "industry": ("C", "", "F")[(turn + side) % 3],
            "remark": ("", "备注")[(turn * side) % 2],
            "former_names": [["旧名"], [], ["旧名", "老名"]][(turn + 2 * side) % 3],
            "contact_name": ("", "甲", "乙")[(turn * (side + 1)) % 3],
        }
        row = f.organization(("同名厂", f"同名厂{side}")[turn % 2], **facts)
        sides.append(row)
        if (turn + side) % 3 != 1:
            make.laden(row, by)
        for month in range(1, turn + 1, side + 1):
            f.figures(row, as_of=date(2011, month, 1), employees=month)
    before = tables()
    wanted = dict.fromkeys(("name", "uscc", "old_code", "industry")[: turn % 5], "absorbed")

    undo(merge(*sides, choices=wanted, by=by), by=by)

    assert tables() == before


def test_what_the_kept_record_has_already_stays_with_the_absorbed_one():
    by = f.owner()
    kept, absorbed = f.organization(), f.organization()
    for row in (kept, absorbed):
        make.laden(row, by)
        make.owner(row, "同一人")
    joint = f.covered(kept, absorbed, line="union", form="union_joint")

    made = merge(kept, absorbed)

    left = {label: len(ids) for label, ids in made.moved["left"].items()}
    assert left == {
        "orgs.Figures": 1,
        "orgs.LedgerFacts": 1,
        "orgs.BranchMembership": 2,
        "orgs.Owner": 2,
        "orgs.Liaison": 1,
        "orgs.EstablishmentPlan": 1,
        "orgs.MemberSearch": 1,
        "coverage.GapAssignment": 1,
        "coverage.Supervision": 1,
        "coverage.GuidanceOverride": 1,
        "evaluation.AnnualReport": 1,
        "evaluation.FilingAccess": 1,
        "evaluation.Assessment": 1,
    }
    assert Figures.objects.filter(organization=kept).count() == 1
    assert BranchMembership.objects.filter(organization=kept, branch=joint).count() == 1
    assert Owner.objects.filter(organization=absorbed).count() == 2
    assert EstablishmentPlan.objects.filter(organization=absorbed).count() == 1
    assert MemberSearch.objects.filter(organization=absorbed).count() == 1


def test_bodies_one_after_the_other_both_go_over():
    kept, absorbed = f.organization(), f.organization()
    f.covered(kept, line="party", from_=date(2012, 1, 1))
    earlier = f.covered(absorbed, line="party", from_=date(2010, 1, 1))
    earlier.memberships.update(period=DateRange(date(2010, 1, 1), date(2012, 1, 1)))

    merge(kept, absorbed)

    assert BranchMembership.objects.filter(organization=kept).count() == 2


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ((None, None), (None, None), True),
        ((None, date(2011, 1, 1)), (date(2011, 1, 1), None), False),
        ((date(2011, 1, 1), None), (None, date(2011, 1, 1)), False),
        ((date(2011, 1, 1), date(2011, 1, 3)), (date(2011, 1, 2), date(2011, 1, 4)), True),
        ((date(2011, 1, 3), date(2011, 1, 4)), (None, date(2011, 1, 3)), False),
    ],
)
def test_overlap(one, other, expected):
    assert overlaps(DateRange(*one), DateRange(*other)) is expected
    assert overlaps(DateRange(*other), DateRange(*one)) is expected


def test_blank_facts_are_filled_and_chosen_ones_taken():
    kept = f.organization("青竹厂", uscc=None, old_code="123456789")
    absorbed = f.organization("青竹工艺厂", uscc=f.uscc(77), industry="C", registered_on=date(2008, 5, 1))

    merge(kept, absorbed, choices={"name": "absorbed", "registered_on": "absorbed"})

    assert (kept.name, kept.uscc, kept.old_code) == ("青竹工艺厂", f.uscc(77), "123456789")
    assert (kept.industry, kept.registered_on, kept.former_names) == ("C", date(2008, 5, 1), ["青竹厂"])
    assert absorbed.uscc is None
    assert "青竹厂" in kept.search_text


def test_codes_change_places():
    kept, absorbed = f.organization(uscc=f.uscc(78)), f.organization(uscc=f.uscc(79))

    made = merge(kept, absorbed, choices={"uscc": "absorbed"})
    assert (kept.uscc, absorbed.uscc) == (f.uscc(79), f.uscc(78))
    undo(made)

    kept.refresh_from_db()
    absorbed.refresh_from_db()
    assert (kept.uscc, absorbed.uscc) == (f.uscc(78), f.uscc(79))


def test_a_chain_of_merges_leads_to_the_last_record():
    one, two, three = (f.organization() for _ in range(3))
    merge(two, one)
    last = merge(three, two)
    one.refresh_from_db()
    assert one.merged_into == three

    undo(last)
    one.refresh_from_db()
    assert one.merged_into == two


def test_a_merge_is_not_undone_while_the_kept_record_is_merged_on():
    one, two, three = (f.organization() for _ in range(3))
    first = merge(two, one)
    merge(three, two)

    with pytest.raises((ValidationError, NotAllowed)):
        undo(first)
    assert Organization.objects.standing().count() == 1


def test_what_was_changed_since_is_said_and_nothing_is_undone():
    kept, absorbed = f.organization(uscc=None, old_code="123456789"), f.organization(industry="C")
    f.figures(absorbed, employees=5)
    made = merge(kept, absorbed)
    correct_organization(organization=kept, version=kept.version, changes={"industry": "F"}, by=f.owner(), now=f.NOW)
    Figures.objects.update(organization=f.organization("第三家"))
    before = tables()

    with pytest.raises(ValidationError) as error:
        undo(made)

    assert [said.split("合并后")[0] for said in error.value.messages] == ["", "年度数字“第三家 2011-06-30”"]
    assert "行业门类" in error.value.messages[0]
    assert tables() == before


def test_a_new_name_since_does_not_hinder_undoing():
    kept, absorbed = f.organization("青竹厂"), f.organization("青竹工艺厂")
    made = merge(kept, absorbed)
    correct_organization(
        organization=kept, version=kept.version, changes={"name": "长青厂"}, reason="更名", by=f.owner(), now=f.NOW
    )

    undo(made)

    kept.refresh_from_db()
    assert (kept.name, kept.former_names) == ("长青厂", ["青竹厂"])


def test_a_role_taken_away_since_does_not_hinder_undoing():
    kept, absorbed = f.organization(), f.organization()
    f.account("filer", organization=absorbed)
    made = merge(kept, absorbed)
    RoleAssignment.objects.filter(organization=kept).delete()

    undo(made)

    assert Organization.objects.standing().count() == 2


def test_merging_twice_or_with_itself_or_without_reason_is_refused():
    kept, absorbed = f.organization(), f.organization()
    with pytest.raises(ValidationError) as error:
        merge(kept, kept)
    assert error.value.code == "same"
    with pytest.raises(ValidationError) as error:
        merge(kept, absorbed, reason=" ")
    assert list(error.value.error_dict) == ["reason"]

    merge(kept, absorbed)
    with pytest.raises(ValidationError) as error:
        merge(kept, absorbed)
    assert error.value.code == "merged"
    with pytest.raises(NotAllowed):
        merge(kept, absorbed, by=f.owner())


def test_undoing_twice_is_refused():
    made = merge(f.organization(), f.organization())
    undo(made)
    with pytest.raises(ValidationError) as error:
        undo(made)
    assert error.value.code == "undone"


def test_whoever_compared_an_older_version_is_told():
    kept, absorbed = f.organization(), f.organization()
    seen = {kept.pk: 1, absorbed.pk: 1}
    correct_organization(organization=absorbed, version=1, changes={"remark": "新"}, by=f.owner(), now=f.NOW)

    with pytest.raises(ValidationError) as error:
        merge(kept, absorbed, versions=seen)
    assert error.value.code == "stale"


def test_demo_and_real_do_not_mix():
    with pytest.raises(ValidationError) as error:
        merge(f.organization(), f.organization(is_demo=True))
    assert error.value.code == "demo"


@pytest.mark.parametrize("role", ["line_department", "secretary", "leader", "auditor", "technician"])
def test_others_do_not_merge(role):
    kept, absorbed = f.organization(), f.organization()
    scope = {"line_department": {"lines": ["union"]}, "secretary": {"organization": kept}}.get(role, {})

    with pytest.raises(NotAllowed):
        merge(kept, absorbed, by=f.account(role, **scope))
    assert Organization.objects.standing().count() == 2


def test_a_township_merges_within_its_own_only():
    mine, also_mine, theirs = f.organization(), f.organization(), f.organization(under=f.unit(f.PARK))

    with pytest.raises(NotAllowed):
        merge(mine, theirs, by=f.township())
    with pytest.raises(NotAllowed):
        merge(theirs, mine, by=f.township())
    made = merge(mine, also_mine, by=f.township())
    with pytest.raises(NotAllowed):
        undo(made, by=f.township(f.PARK))


def test_a_joint_body_of_both_records_covers_one_less_and_stays_the_townships():
    kept, absorbed, third = f.organization(), f.organization(), f.organization()
    joint = f.covered(kept, absorbed, third, line="union", form="union_joint", name="联合工会")
    day = date(2012, 6, 30)

    merge(kept, absorbed)

    (body,) = bodies_of(kept, day)
    assert body.covers == 2
    assert list(bodies_at(f.owner(), day).values_list("covers", flat=True)) == [2]
    dissolve_body(branch=joint, last_day=day, reason="解散", by=f.township(), now=f.NOW)


def test_the_trail_names_the_act_and_holds_no_contact():
    kept, absorbed = f.organization(), f.organization(contact_phone="13900001111", contact_name="丘晓明")
    make.laden(absorbed, f.owner())
    made = merge(kept, absorbed)
    entry = AuditEntry.objects.get(action="organization.merge")
    assert entry.detail["absorbed"] == absorbed.pk
    assert "Case" not in str(entry.detail) and "Search" not in str(entry.detail)
    assert "13900001111" not in str(made.moved) + str(entry.detail)
    assert "丘晓明" not in str(made.moved) + str(entry.detail)
    kept.refresh_from_db()
    assert kept.contact_phone == "13900001111"
