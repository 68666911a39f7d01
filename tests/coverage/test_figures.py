"""The definitions of the figures, each by the smallest county that shows it."""

from datetime import date, timedelta

import pytest
from psycopg2.extras import DateRange

from coverage.domain import spans
from coverage.domain.figures import report
from coverage.models import Milestone
from coverage.queries import month_ends, nearly_complete
from coverage.queries_pages import rows_of
from orgs.models import Exclusion, Figures, Organization
from tests.coverage.counties import EARLY, body, organizations

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rules")]

DAY = date(2010, 12, 31)
BEFORE = date(2010, 6, 1)


def lines_at(day=DAY, population="all"):
    spans.drain_marks()
    return report(user=None, as_of=day).populations[population].lines


def test_joint_bodies_count_the_organizations_and_not_the_bodies():
    """205 bodies covering 617 of 624 enterprises is 98.9 %, not 32.9 %."""
    every = organizations(624, full_members=3)
    covered = iter(every[:617])
    for i in range(205):
        body([next(covered) for _ in range(4 if i < 2 else 3)], "party_joint", BEFORE)
    party = lines_at()["party"]
    assert next(covered, None) is None
    assert (party.covered, party.eligible, party.rate) == (617, 624, 98.9)


def test_joint_branches_below_the_threshold_are_voluntary():
    """44 joint branches covering 159 enterprises: none of them is obliged, all are built."""
    every = iter(organizations(159, full_members=2))
    for i in range(44):
        body([next(every) for _ in range(4 if i < 27 else 3)], "party_joint", BEFORE)
    party = lines_at()["party"]
    assert (party.covered, party.eligible, party.voluntary, party.rate) == (0, 0, 159, None)


def test_several_bodies_of_a_line_count_once():
    [o] = organizations(1, employees=30)
    body([o], "union_committee", BEFORE)
    body([o], "union_joint", BEFORE)
    assert (lines_at()["union"].covered, lines_at()["union"].eligible) == (1, 1)


def test_an_organizer_is_work_coverage_and_not_a_body():
    [o] = organizations(1, employees=30)
    body([o], "union_organizer", BEFORE)
    assert (lines_at()["union"].covered, lines_at()["union"].eligible) == (0, 1)
    everyone = report(user=None, as_of=DAY).populations["all"]
    assert (everyone.work, everyone.organizations) == (1, 1)


def test_an_unconfirmed_body_counts_at_once_and_is_counted_apart():
    first, second = organizations(2, employees=30)
    body([first], "union_committee", BEFORE, confirmed=False)
    body([second], "union_committee", BEFORE)
    union = lines_at()["union"]
    assert (union.covered, union.unconfirmed) == (2, 1)


def test_membership_counts_from_its_first_day_to_the_day_before_its_end():
    [o] = organizations(1, employees=30)
    body([o], "union_committee", BEFORE, until=date(2010, 9, 1))
    counted = [BEFORE - timedelta(days=1), BEFORE, date(2010, 8, 31), date(2010, 9, 1)]
    assert [lines_at(day)["union"].covered for day in counted] == [0, 1, 1, 0]


def test_one_member_leaving_a_joint_union_leaves_the_others_covered():
    every = organizations(7, employees=30)
    union = body(every, "union_joint", BEFORE)
    union.memberships.filter(organization=every[0]).update(period=DateRange(BEFORE, date(2011, 3, 1)))
    assert lines_at(date(2011, 2, 28))["union"].covered == 7
    assert lines_at(date(2011, 3, 1))["union"].covered == 6


@pytest.mark.parametrize(
    "employees, revenue, scale",
    [
        (49, 99990000, "below_scale"),
        (50, 4999900, "below_scale"),
        (50, 5000000, "above_scale"),
        (99, 4990000, "below_scale"),
        (100, None, "above_scale"),
        (50, None, None),
        (None, 5000000, None),
    ],
)
def test_scale_at_its_boundaries(employees, revenue, scale):
    organizations(1, employees=employees, women=1, annual_revenue_yuan=revenue)
    spans.drain_marks()
    found = report(user=None, as_of=DAY)
    assert found.base.unknown_scale == (scale is None)
    counted = {name for name in ("above_scale", "below_scale") if found.populations[name].organizations}
    assert counted == ({scale} if scale else set())


def test_an_unknown_count_is_neither_eligible_nor_covered():
    [o] = organizations(1, employees=30)
    body([o], "party_branch", BEFORE)
    party = lines_at()["party"]
    assert (party.eligible, party.covered, party.voluntary, party.unknown) == (0, 0, 0, 1)


def test_an_organization_without_any_head_count_is_in_the_base_and_in_no_population():
    organizations(1)
    organizations(1, start=1, annual_revenue_yuan=100)
    spans.drain_marks()
    found = report(user=None, as_of=DAY)
    assert (found.base.organizations, found.base.unknown_figures) == (2, 2)
    assert found.populations["all"].organizations == 0
    assert found.populations["all"].lines["union"].unknown == 0


def test_first_figures_are_carried_back_to_registration_and_counted_as_assumed():
    organizations(1, employees=30)
    spans.drain_marks()
    found = report(user=None, as_of=date(2008, 1, 1))
    assert (found.base.assumed, found.populations["all"].lines["union"].eligible) == (1, 1)
    assert report(user=None, as_of=date(2009, 12, 31)).base.assumed == 0
    assert report(user=None, as_of=EARLY - timedelta(days=1)).base.organizations == 0


def test_an_excluded_organization_leaves_the_base_and_is_reported():
    [o, _] = organizations(2, employees=30)
    Exclusion.objects.create(
        organization=o, state="lost", period=DateRange(BEFORE, DAY), reason="多次走访无人", approver="办公室"
    )
    spans.drain_marks()
    by_day = {day: report(user=None, as_of=day).base for day in (BEFORE, DAY)}
    assert (by_day[BEFORE].organizations, by_day[BEFORE].excluded) == (1, 1)
    assert (by_day[DAY].organizations, by_day[DAY].excluded) == (2, 0)


def test_a_closed_organization_is_no_longer_counted_from_its_closing_on():
    [o] = organizations(1, employees=30)
    Organization.objects.filter(pk=o.pk).update(closed_on=DAY, closed_state="deregistered")
    spans.drain_marks()
    assert report(user=None, as_of=DAY - timedelta(days=1)).base.organizations == 1
    closed = report(user=None, as_of=DAY).base
    assert (closed.organizations, closed.excluded) == (0, 0)


def test_key_needs_a_party_body_whether_or_not_the_party_line_is_eligible():
    [o, _] = organizations(2, employees=120, full_members=1, league_members=0, women=0)
    body([o], "party_joint", BEFORE)
    assert lines_at(population="key")["union"].eligible == 1
    assert lines_at(population="key")["party"].voluntary == 1


@pytest.mark.parametrize(
    "counts, built, expected",
    [
        (dict(employees=30, league_members=3, women=10), ("union", "league", "women"), "covered"),
        (dict(employees=30, league_members=3, women=10), ("union", "league"), "gap"),
        (dict(employees=30, league_members=3), ("union", "league"), "unknown"),
        (dict(employees=30, league_members=3), ("union",), "gap"),
        (dict(employees=24, league_members=2, women=9), (), "none"),
        (dict(employees=30, league_members=0, women=0), ("union",), "covered"),
        (dict(employees=24, league_members=None, women=0), (), "unknown"),
    ],
)
def test_all_mass_bodies_over_union_league_and_women(counts, built, expected):
    [o] = organizations(1, **counts)
    forms = {"union": "union_committee", "league": "league_branch", "women": "women_committee"}
    for line in built:
        body([o], forms[line], BEFORE)
    whole = lines_at()["all"]
    found = {(1, 1, 0): "covered", (1, 0, 0): "gap", (0, 0, 1): "unknown", (0, 0, 0): "none"}
    assert found[(whole.eligible, whole.covered, whole.unknown)] == expected


def milestones_at(day):
    spans.drain_marks()
    return {m.milestone.code: m for m in report(user=None, as_of=day).milestones}


def test_a_rate_that_rounds_up_to_the_target_is_not_met():
    """1499 of 2500 is 59.96 %: shown as 60.0, not met, one organization short."""
    every = organizations(2500, employees=30, league_members=0, women=0)
    body(every[:1499], "union_joint", BEFORE)
    half_year = milestones_at(date(2011, 6, 30))["all-2011h1"]
    assert half_year.now["union"].rate == 60.0
    assert half_year.met is False
    assert half_year.lacking() == {"union": 1, "league": 0, "women": 0}
    body(every[1499:1500], "union_committee", BEFORE)
    assert milestones_at(date(2011, 6, 30))["all-2011h1"].met is True


def test_a_milestone_with_nothing_eligible_is_never_met():
    organizations(3, employees=5, league_members=0, women=0)
    assert {m.met for m in milestones_at(date(2011, 6, 30)).values()} == {None}


def test_a_milestone_shows_its_due_date_beside_today():
    [o] = organizations(1, employees=30, league_members=0, women=0)
    body([o], "union_committee", date(2011, 8, 1))
    late = milestones_at(date(2011, 9, 1))["all-2011h1"]
    assert (late.met_at_due, late.met, late.days_left) == (False, True, -63)
    assert late.at_due["union"].as_json()["covered"] == 0
    assert milestones_at(date(2011, 6, 1))["all-2011h1"].met_at_due is None


def test_a_milestone_measures_the_lines_and_population_of_its_row():
    every = organizations(2, employees=120)
    body(every[:1], "mechanism", BEFORE)
    Milestone.objects.exclude(code="mechanism-2011").delete()
    [(code, found)] = milestones_at(date(2011, 1, 31)).items()
    assert code == "mechanism-2011"
    assert {line: (c.covered, c.eligible) for line, c in found.now.items()} == {"mechanism": (1, 2)}


def test_nearly_complete_lacks_exactly_one_mass_body():
    counts = dict(employees=30, league_members=3, women=10)
    complete, one, two = organizations(3, **counts)
    [unknown] = organizations(1, start=3, employees=30, league_members=3)
    body([complete, one, two], "union_joint", BEFORE)
    body([complete, one], "league_joint", BEFORE)
    body([complete], "women_committee", BEFORE)
    spans.drain_marks()
    rows = rows_of(nearly_complete(user=None, as_of=DAY), DAY)
    assert [(row.organization.pk, row.verdict("women").word) for row in rows] == [(one.pk, "应建未建")]


def test_report_takes_a_fixed_number_of_queries(django_assert_num_queries):
    organizations(30, employees=30, women=10)
    spans.drain_marks()
    with django_assert_num_queries(4):
        report(user=None, as_of=date(2012, 12, 31))


def test_a_head_count_over_the_threshold_moves_the_figure_by_the_incremental_path():
    [o, _] = organizations(2, employees=24)
    assert lines_at()["union"].eligible == 0
    Figures.objects.filter(organization=o).update(employees=25)
    assert spans.pending_marks() == 1
    assert lines_at()["union"].eligible == 1
    assert spans.verify().differences == []


def test_month_ends_close_with_the_last_day():
    assert month_ends(date(2010, 12, 5), date(2011, 2, 10)) == [
        date(2010, 12, 31),
        date(2011, 1, 31),
        date(2011, 2, 10),
    ]
