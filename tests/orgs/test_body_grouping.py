"""归并: several provisional bodies become one, coverage stays, and it can be taken back."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from coverage.domain import spans
from coverage.domain.reference import load_reference
from coverage.models import Span
from orgs.domain.bodies import join_body, leave_body
from orgs.domain.body_grouping import group_bodies, propose_groups, undo_grouping
from orgs.domain.confirmations import confirm_body
from orgs.domain.refusals import NotAllowed
from orgs.models import Branch, BranchMembership
from quannan.base.models import AuditEntry
from tests import factories as f
from tests.makers_bodies import FOUNDED, provisional, seven

pytestmark = pytest.mark.django_db

DAYS = [date(2010, 4, 30), FOUNDED, date(2011, 3, 14), date(2011, 3, 15), date(2012, 6, 30)]


def group(branches, **changes) -> Branch:
    act = {"name": "城厢竹木联合工会", "composition": "joint_area", "by": f.owner(), "now": f.NOW}
    return group_bodies(branches=branches, **(act | changes))


def refused(branches, **changes) -> dict:
    with pytest.raises(ValidationError) as error:
        group(branches, **changes)
    return {field: [e.code for e in errors] for field, errors in error.value.error_dict.items()}


def spans_of() -> list[tuple]:
    spans.drain_marks()
    columns = [c.attname for c in Span._meta.concrete_fields if c.attname not in ("id",)]
    return sorted(map(str, Span.objects.order_by("pk").values_list(*columns)))


def covered_on(day) -> int:
    return Span.objects.at(day).measured("union", "covered").count()


def test_bodies_of_one_unit_line_form_and_day_are_proposed_together():
    rows = seven()
    mine = provisional(*rows[:3])
    provisional(rows[3], from_=date(2010, 6, 1))
    provisional(rows[4], line="league", form="league_joint")
    provisional(f.organization(under=f.unit(f.PARK)))
    provisional(rows[5], rows[6], line="party", form="party_joint")

    found = propose_groups(f.owner(), date(2012, 1, 1))

    assert [(p.line, p.unit.code, p.founded_on, len(p.members)) for p in found] == [
        ("party", f.CHENGXIANG, FOUNDED, 2),
        ("union", f.CHENGXIANG, FOUNDED, 3),
    ]
    assert {branch for branch, _ in found[1].members} == set(mine)
    assert propose_groups(f.owner(), date(2010, 4, 30)) == []
    assert propose_groups(f.township(f.PARK), date(2012, 1, 1)) == []
    assert len(propose_groups(f.township(), date(2012, 1, 1))) == 2


@pytest.mark.parametrize("groups", [1, 3])
def test_proposals_ask_the_same_number_of_questions(groups, django_assert_num_queries):
    for i in range(groups):
        provisional(f.organization(), f.organization(), from_=date(2010, 5, 1 + i))
    user = f.owner()
    propose_groups(user, date(2012, 1, 1))
    with django_assert_num_queries(3):
        assert len(propose_groups(user, date(2012, 1, 1))) == groups


def test_one_body_stays_and_coverage_is_the_same_on_every_day():
    rows = seven()
    bodies = provisional(*rows)
    leave_body(
        membership=bodies[2].memberships.get(), last_day=date(2011, 3, 14), reason="自建工会", by=f.owner(), now=f.NOW
    )
    load_reference()
    spans.rebuild()
    before, counts = spans_of(), [covered_on(day) for day in DAYS]
    assert counts == [0, 7, 7, 6, 6]

    kept = group(bodies)

    assert kept.pk == min(b.pk for b in bodies)
    standing = Branch.objects.filter(dissolved_on=None)
    assert [(b.name, b.is_provisional) for b in standing] == [("城厢竹木联合工会", False)]
    assert kept.memberships.count() == 7
    others = Branch.objects.exclude(pk=kept.pk)
    assert {(b.grouped_into_id, b.dissolved_on) for b in others} == {(kept.pk, FOUNDED)}
    assert {m.entered_as_id for m in BranchMembership.objects.all()} == {b.pk for b in bodies}
    assert propose_groups(f.owner(), date(2012, 1, 1)) == []
    entry = AuditEntry.objects.get(action="body.group")
    assert entry.detail == {"bodies": sorted(b.pk for b in bodies), "line": "union"}
    # The owner office confirms by grouping, so the spans are told apart by confirmation alone.
    assert [covered_on(day) for day in DAYS] == counts
    assert len(spans_of()) == len(before)


def test_grouping_by_a_township_leaves_every_span_as_it_was():
    bodies = provisional(*seven())
    load_reference()
    spans.rebuild()
    before = spans_of()

    kept = group(bodies, by=f.township())

    assert (kept.confirmed_at, kept.confirmed_by) == (None, None)
    assert spans_of() == before


def test_a_body_of_confirmed_ones_is_confirmed():
    bodies = provisional(f.organization(), f.organization(), confirmed=True)

    assert group(bodies, by=f.township()).confirmed_at == f.NOW


def test_undoing_gives_every_member_back_to_its_body():
    rows = seven()
    bodies = provisional(*rows)
    load_reference()
    spans.rebuild()
    before = spans_of()
    kept = group(bodies, by=f.owner())

    undo_grouping(branch=kept, reason="其中有两个不同的联合工会", by=f.owner(), now=f.NOW)

    found = Branch.objects.order_by("pk")
    assert [(b.is_provisional, b.name, b.dissolved_on, b.grouped_into_id, b.confirmed_at) for b in found] == [
        (True, "", None, None, None)
    ] * 7
    assert {(m.branch_id, m.organization_id, m.entered_as_id) for m in BranchMembership.objects.all()} == {
        (body.pk, row.pk, None) for body, row in zip(bodies, rows, strict=True)
    }
    assert spans_of() == before


def test_undoing_is_refused_when_it_can_no_longer_be_told_apart():
    bodies = provisional(f.organization(), f.organization())
    lone = f.covered(f.organization(), line="union", name="另一个", composition="joint_area")
    kept = group(bodies)

    def code(branch, **changes):
        act = {"reason": "弄错了", "by": f.owner(), "now": f.NOW} | changes
        with pytest.raises(ValidationError) as error:
            undo_grouping(branch=branch, **act)
        return error.value.code if hasattr(error.value, "code") else list(error.value.error_dict)

    assert code(lone) == "nothing"
    assert code(kept, reason="") == ["reason"]
    join_body(branch=kept, organization=f.organization(), from_=date(2011, 1, 1), by=f.owner(), now=f.NOW)
    assert code(kept) == "joined_since"


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"name": " "}, {"name": ["required"]}),
        ({"composition": "own"}, {"composition": ["bad_composition"]}),
        ({"composition": "attached"}, {"composition": ["bad_composition"]}),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(changes, found):
    assert refused(provisional(f.organization(), f.organization()), **changes) == found


def test_only_what_may_be_one_body_is_grouped():
    one, two = provisional(f.organization(), f.organization())
    (later,) = provisional(f.organization(), from_=date(2010, 6, 1))
    (league,) = provisional(f.organization(), line="league", form="league_joint")
    named = f.covered(f.organization(), line="union", form="union_joint", name="已有名称", composition="joint_area")
    (other_form,) = provisional(f.organization(), form="union_committee")
    row = f.organization()
    twice = provisional(row, row)

    assert refused([one]) == {"bodies": ["too_few"]}
    for with_it in (later, league, named, other_form):
        assert refused([one, with_it]) == {"bodies": ["not_alike"]}
    assert refused(twice) == {"bodies": ["twice"]}
    assert group([one, two]).memberships.count() == 2
    assert refused([one, two]) == {"bodies": ["not_alike"]}


def test_who_does_not_see_every_member_groups_nothing():
    bodies = provisional(f.organization(), f.organization(under=f.unit(f.PARK)))
    for by in (f.township(), f.account("line_department", lines=["league"]), f.account("leader")):
        with pytest.raises(NotAllowed):
            group(bodies, by=by)
    assert group(bodies, by=f.union_office()).name == "城厢竹木联合工会"


def test_a_grouped_body_is_confirmed_where_it_went():
    bodies = provisional(f.organization(), f.organization())
    group(bodies, by=f.township())
    bodies[1].refresh_from_db()

    with pytest.raises(ValidationError) as error:
        confirm_body(branch=bodies[1], by=f.owner(), now=f.NOW)

    assert error.value.code == "grouped"
