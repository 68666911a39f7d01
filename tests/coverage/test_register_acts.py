"""Acts on the register seen from the figures: each moves the very organizations it concerns, no others."""

from datetime import date
from decimal import Decimal

import pytest

from coverage.domain import spans
from coverage.models import COVERED, ELIGIBLE, Span, State
from orgs.domain.bodies import dissolve_body, found_body, join_body, leave_body
from orgs.domain.confirmations import confirm_body, refuse_body
from orgs.domain.exclusions import end_exclusion, exclude_organization
from orgs.domain.figures import record_figures
from orgs.domain.organizations import close_organization, reopen_organization
from orgs.domain.placements import move_organization
from orgs.models import BodyForm, BranchMembership
from tests import factories as f

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rules")]

EARLY, DAY = date(2010, 12, 31), date(2011, 6, 30)


@pytest.fixture
def by():
    return f.owner()


@pytest.fixture
def row():
    """Forty employees, of them three women: a union is due, a women's body is not."""
    organization = f.organization()
    f.figures(organization, date(2010, 6, 30), employees=40, women=3, league_members=0, full_members=0)
    f.figures(f.organization("旁边的厂"), date(2010, 6, 30), employees=40)
    spans.rebuild()
    return organization


def span(row, on: date = DAY) -> Span | None:
    """The organization's state after the marks left by acts are settled; the full rebuild agrees."""
    spans.drain_marks()
    assert spans.verify().differences == []
    return Span.objects.filter(organization=row, period__contains=on).first()


def union_of(row, by, **changes):
    f.reference()
    act = {"line": "union", "form": BodyForm.objects.get(code="union_committee"), "founded_on": date(2011, 1, 1)}
    return found_body(organizations=[row], **(act | {"by": by, "now": f.NOW} | changes))


def test_a_body_counts_at_once_waits_and_is_confirmed(row, by):
    branch = union_of(row, f.township())
    assert [span(row, day).union_state for day in (EARLY, DAY)] == [State.GAP, State.COVERED_UNCONFIRMED]

    confirm_body(branch=branch, by=by, now=f.NOW)

    assert span(row).union_state == State.COVERED


def test_a_refused_body_never_counted(row, by):
    branch = union_of(row, f.township())

    refuse_body(branch=branch, reason="没有选举记录", by=by, now=f.NOW)

    assert [span(row, day).union_state for day in (EARLY, DAY, f.TODAY)] == [State.GAP] * 3


def test_a_dissolved_body_counts_up_to_its_last_day(row, by):
    branch = union_of(row, by)

    dissolve_body(branch=branch, last_day=DAY, reason="停办", by=by, now=f.NOW)

    assert span(row, DAY).union_state in COVERED
    assert span(row, date(2011, 7, 1)).union_state == State.GAP


def test_joining_and_leaving_a_joint_body(row, by):
    branch = f.covered(f.organization(), f.organization(), line="union", form="union_joint")
    join_body(branch=branch, organization=row, from_=date(2011, 2, 1), by=by, now=f.NOW)
    membership = BranchMembership.objects.get(organization=row)
    leave_body(membership=membership, last_day=date(2011, 3, 31), reason="自建", by=by, now=f.NOW)

    days = [date(2011, 1, 31), date(2011, 2, 1), date(2011, 3, 31), date(2011, 4, 1)]
    assert [span(row, day).union_state in COVERED for day in days] == [False, True, True, False]


@pytest.mark.parametrize(("employees", "due"), [(24, False), (25, True)])
def test_a_head_count_over_the_threshold_moves_the_verdict(row, by, employees, due):
    record_figures(organization=row, as_of=DAY, counts={"employees": employees}, reason="减员", by=by, now=f.NOW)

    assert (span(row).union_state in ELIGIBLE) is due
    assert span(row, EARLY).union_state in ELIGIBLE


def test_revenue_makes_an_organization_above_scale(row, by):
    counts = {"employees": 50, "annual_revenue_yuan": Decimal("5000000")}
    record_figures(organization=row, as_of=DAY, counts=counts, by=by, now=f.NOW)

    assert span(row).mechanism_state == State.GAP


def test_an_exclusion_takes_out_and_its_end_brings_back(row, by):
    exclusion = exclude_organization(
        organization=row, state="lost", from_=EARLY, reason="失联", approver="钟主任", by=by, now=f.NOW
    )
    assert span(row).excluded

    end_exclusion(exclusion=exclusion, last_day=date(2011, 6, 29), reason="找到了", by=by, now=f.NOW)

    assert [span(row, day).excluded for day in (date(2011, 6, 29), DAY)] == [True, False]


def test_closing_takes_out_and_reopening_brings_back(row, by):
    close_organization(organization=row, state="moved_out", on=DAY, reason="迁走", by=by, now=f.NOW)
    assert [span(row, day) is None for day in (date(2011, 6, 29), DAY)] == [False, True]

    reopen_organization(organization=row, reason="弄错", by=by, now=f.NOW)

    assert span(row) is not None


def test_a_transfer_counts_under_the_new_unit_from_its_day(row, by):
    move_organization(organization=row, unit=f.unit(f.PARK), on=DAY, reason="入园", by=by, now=f.NOW)

    assert [span(row, day).unit.code for day in (date(2011, 6, 29), DAY)] == [f.CHENGXIANG, f.PARK]
