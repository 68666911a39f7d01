"""推优: its stages, who may act and read the name, and how the name is forgotten."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from orgs.domain.recommendations import (
    accept_recommendation,
    decline_recommendation,
    file_recommendation,
    months_before,
    recommend,
    wipe_names,
)
from orgs.domain.refusals import NotAllowed
from orgs.models import Recommendation
from orgs.tasks import wipe_recommendation_names
from quannan.base.models import AuditEntry
from tests import factories as f
from tests import makers_support as m

pytestmark = pytest.mark.django_db

ON = date(2011, 3, 1)


def record(row, **changes):
    act = {"line": "union", "name": "赖 青禾", "recommended_on": ON, "by": f.union_office(), "now": f.NOW}
    return recommend(organization=row, **(act | changes))


def test_it_is_recorded_with_the_body_that_recommends():
    row = f.organization()
    union = f.covered(row, line="union")
    f.covered(row, line="league")

    found = Recommendation.objects.get(pk=record(row).pk)

    assert (found.name, found.stage, found.branch) == ("赖青禾", "recommended", union)
    assert "赖青禾" not in str(AuditEntry.objects.get().detail) + AuditEntry.objects.get().object_label


def test_the_name_stands_encrypted_in_the_table_and_in_the_history():
    record(f.organization())
    with connection.cursor() as cursor:
        for table in ("orgs_recommendation", "orgs_recommendationevent"):
            cursor.execute(f"SELECT name FROM {table}")
            assert all(name and "赖青禾" not in name for (name,) in cursor.fetchall())


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "长" * 41}, "name"),
        ({"line": "party"}, "line"),
        ({"recommended_on": f.TODAY + timedelta(1)}, "recommended_on"),
        ({"recommended_on": date(2009, 2, 28)}, "recommended_on"),
    ],
)
def test_recording_is_refused(changes, field):
    with pytest.raises(ValidationError) as error:
        record(f.organization(), **changes)
    assert list(error.value.error_dict) == [field]


def test_each_records_its_own_lines_in_its_scope():
    mine, theirs = f.organization(), f.organization(under=f.unit(f.PARK))
    for row, line, by in (
        (mine, "league", f.union_office()),
        (theirs, "union", f.township()),
        (mine, "union", f.account("secretary", organization=mine)),
        (mine, "union", f.account("leader")),
        (mine, "union", None),
    ):
        with pytest.raises(NotAllowed):
            record(row, line=line, by=by)
    record(mine, line="women", by=f.township())


def steps(row, *, by=None, **days):
    by = by or f.owner()
    if "accept" in days:
        row = accept_recommendation(recommendation=row, on=days["accept"], by=by, now=f.NOW)
    if "file" in days:
        row = file_recommendation(recommendation=row, on=days["file"], by=by, now=f.NOW)
    if "decline" in days:
        row = decline_recommendation(
            recommendation=row, on=days["decline"], reason=days.get("reason", "还需要培养"), by=by, now=f.NOW
        )
    return row


def test_the_stages_follow_each_other():
    row = m.recommendation(f.organization(), f.owner())
    steps(row, accept=ON, file=date(2011, 4, 1))
    row.refresh_from_db()
    assert (row.stage, row.accepted_on, row.filed_on) == ("filed", ON, date(2011, 4, 1))

    other = m.recommendation(f.organization(), f.owner())
    steps(other, decline=date(2011, 4, 1))
    other.refresh_from_db()
    assert (other.stage, other.declined_reason) == ("declined", "还需要培养")


@pytest.mark.parametrize(
    "days",
    [
        {"accept": ON - timedelta(1)},
        {"accept": f.TODAY + timedelta(1)},
        {"accept": date(2011, 4, 1), "file": date(2011, 3, 31)},
        {"file": date(2011, 4, 1)},
        {"decline": ON - timedelta(1)},
        {"decline": ON, "reason": " "},
        {"accept": ON, "decline": date(2011, 4, 1)},
    ],
)
def test_steps_out_of_order_are_refused(days):
    row = m.recommendation(f.organization(), f.owner())
    with pytest.raises(ValidationError):
        steps(row, **days)


def test_the_party_side_of_the_organization_alone_takes_the_steps():
    mine, theirs = f.organization(), f.organization(under=f.unit(f.PARK))
    row = m.recommendation(theirs, f.union_office())
    for by in (
        f.union_office(),
        f.township(),
        f.account("secretary", organization=mine),
        f.account("filer", organization=theirs),
        f.account("leader"),
    ):
        for act in ({"accept": ON}, {"decline": ON}):
            with pytest.raises(NotAllowed):
                steps(row, by=by, **act)
    steps(row, by=f.account("secretary", organization=theirs), accept=ON, file=ON)


def test_a_role_that_only_reads_the_county_widens_no_secretary():
    mine, theirs = f.organization(), f.organization()
    both = f.account("secretary", organization=mine)
    leader = f.account("leader").role_assignments.get().role
    both.role_assignments.create(role=leader)
    m.recommendation(mine, f.union_office(), name="赖甲")
    m.recommendation(theirs, f.union_office(), name="赖乙")

    assert [row.name for row in Recommendation.objects.visible_to(both).named_to(both)] == ["赖甲"]


@pytest.mark.parametrize(
    ("role", "seen"),
    [
        ("owner", ["union", "league"]),
        ("union", ["union"]),
        ("league", ["league"]),
        ("women", []),
        ("unit", ["union", "league"]),
        ("other unit", []),
        ("secretary", ["union", "league"]),
        ("other secretary", []),
        ("filer", []),
        ("leader", []),
        ("auditor", []),
        ("recorder", ["union"]),
    ],
)
def test_who_reads_which_names(role, seen):
    row, other = f.organization(), f.organization(under=f.unit(f.PARK))
    recorder = f.account("unit_office", unit=f.unit(f.PARK))
    m.recommendation(row, recorder, "union")
    m.recommendation(row, f.owner(), "league")
    user = {
        "owner": f.owner,
        "union": f.union_office,
        "league": lambda: f.account("line_department", lines=["league"]),
        "women": lambda: f.account("line_department", lines=["women"]),
        "unit": f.township,
        "other unit": lambda: f.township(f.PARK),
        "secretary": lambda: f.account("secretary", organization=row),
        "other secretary": lambda: f.account("secretary", organization=other),
        "filer": lambda: f.account("filer", organization=row),
        "leader": lambda: f.account("leader"),
        "auditor": lambda: f.account("auditor"),
        "recorder": lambda: recorder,
    }[role]()

    found = Recommendation.objects.named_to(user).order_by("pk")

    assert [row.line for row in found] == seen


def test_an_organization_that_moved_away_takes_its_names_along():
    from django.db.backends.postgresql.psycopg_any import DateRange

    row = f.organization()
    m.recommendation(row, f.union_office())
    row.placements.update(period=DateRange(None, date(2012, 1, 1)))
    f.placed(row, f.unit(f.PARK), from_=date(2012, 1, 1))
    before, after = f.township(), f.township(f.PARK)

    assert not Recommendation.objects.visible_to(before, ON).named_to(before).exists()
    assert Recommendation.objects.visible_to(after).named_to(after).exists()


NIGHT = datetime(2012, 11, 5, 19, 0, tzinfo=UTC)  # 2012-11-06 in Asia/Shanghai


@pytest.mark.parametrize(
    ("days", "wiped"),
    [
        ({"recommended_on": date(2011, 11, 6)}, True),
        ({"recommended_on": date(2011, 11, 7)}, False),
        ({"recommended_on": ON, "accepted_on": date(2011, 11, 7)}, False),
        ({"recommended_on": ON, "accepted_on": ON, "filed_on": date(2011, 11, 6)}, True),
        ({"recommended_on": ON, "accepted_on": ON, "filed_on": date(2011, 11, 7)}, False),
        ({"recommended_on": ON, "declined_on": date(2011, 11, 6)}, True),
        ({"recommended_on": ON, "declined_on": date(2011, 11, 7)}, False),
    ],
)
def test_a_name_is_wiped_twelve_months_after_the_last_stage(days, wiped):
    row = m.recommendation(f.organization(), f.owner(), **days)

    assert wipe_names(now=NIGHT) == int(wiped)

    row.refresh_from_db()
    assert (row.name == "", row.name_wiped_at is not None) == (wiped, wiped)
    assert Recommendation.objects.count() == 1
    assert Recommendation.objects.named_to(f.owner()).exists() is not wiped


def test_the_name_goes_out_of_every_row_of_the_history():
    row = m.recommendation(f.organization(), f.owner())
    kept = m.recommendation(f.organization(), f.owner(), recommended_on=date(2012, 10, 1), name="赖留下")
    steps(row, accept=ON, file=date(2011, 4, 1))
    history = apps.get_model("orgs", "RecommendationEvent").objects
    assert history.filter(pgh_obj_id=row.pk).count() == 3

    assert wipe_names(now=f.NOW) == 1
    assert wipe_names(now=f.NOW) == 0

    events = list(history.filter(pgh_obj_id=row.pk).order_by("pgh_id"))
    assert [event.name for event in events] == ["", "", "", ""]
    assert [event.stage for event in events][-1] == "filed"
    assert [event.name for event in history.filter(pgh_obj_id=kept.pk).order_by("pgh_id")] == ["赖留下"]
    entry = AuditEntry.objects.get(action="recommendation.wipe_names")
    assert (entry.detail, entry.actor) == ({"names": 1}, None)


def test_the_nightly_task_wipes():
    m.recommendation(f.organization(), f.owner())
    assert wipe_recommendation_names() == 1


@pytest.mark.parametrize(
    ("day", "months", "found"),
    [
        (date(2012, 2, 29), 12, date(2011, 2, 28)),
        (date(2012, 11, 5), 12, date(2011, 11, 5)),
        (date(2012, 1, 31), 2, date(2011, 11, 30)),
        (date(2012, 12, 1), 12, date(2011, 12, 1)),
    ],
)
def test_months_are_counted_back(day, months, found):
    assert months_before(day, months) == found


FILED = {"accepted_on": ON, "filed_on": ON}


@pytest.mark.parametrize(
    ("facts", "change"),
    [
        ({}, {"line": "party"}),
        ({}, {"stage": "accepted"}),
        ({}, {"stage": "filed"}),
        ({}, {"stage": "declined"}),
        ({}, {"accepted_on": ON}),
        ({}, {"recommended_on": None}),
        ({}, {"organization": None}),
        ({}, {"recommended_by": None}),
        (FILED, {"accepted_on": None}),
        (FILED, {"filed_on": None}),
        (FILED, {"filed_on": ON - timedelta(1)}),
        (FILED, {"accepted_on": ON - timedelta(1)}),
        ({"declined_on": ON}, {"declined_reason": ""}),
        ({"declined_on": ON}, {"declined_on": ON - timedelta(1)}),
    ],
)
def test_the_table_refuses(facts, change):
    row = m.recommendation(f.organization(), f.owner(), **facts)
    with pytest.raises(IntegrityError), transaction.atomic():
        Recommendation.objects.filter(pk=row.pk).update(**change)
