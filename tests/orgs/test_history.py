"""History by trigger: no write escapes it, however it is made, and each carries who and why."""

from datetime import date

import pytest
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange

from orgs.domain.figures import record_figures
from orgs.models import (
    Branch,
    BranchForm,
    BranchMembership,
    Exclusion,
    Figures,
    Organization,
    Placement,
    RoleAssignment,
    Unit,
)
from tests import factories as f

pytestmark = pytest.mark.django_db

TRACKED = (Organization, Placement, Figures, Exclusion, Branch, BranchForm, BranchMembership, RoleAssignment, Unit)


def events(model):
    return model._meta.get_field("events").related_model.objects.order_by("pgh_id")


def labels(model) -> list[str]:
    return list(events(model).values_list("pgh_label", flat=True))


def everything():
    row = f.organization()
    f.figures(row, employees=1)
    f.excluded(row)
    f.covered(row)
    f.account("filer", organization=row)
    return row


@pytest.mark.parametrize("model", TRACKED)
def test_single_writes_are_kept(model):
    everything()

    assert set(labels(model)) == {"insert"}
    assert len(labels(model)) == model.objects.count()


def test_bulk_creation_is_kept_row_by_row():
    row = f.organization()

    Figures.objects.bulk_create(
        Figures(organization=row, as_of=date(2011, 1, day), employees=day) for day in range(1, 11)
    )

    assert list(events(Figures).values_list("employees", flat=True)) == list(range(1, 11))


def test_bulk_changes_are_kept_and_rows_left_as_they_were_are_not():
    row = f.organization()
    for day in (1, 2, 3):
        f.figures(row, date(2011, 1, day), employees=day)

    Figures.objects.update(employees=2)

    changed = events(Figures).filter(pgh_label="update")
    assert sorted(changed.values_list("as_of", "employees")) == [(date(2011, 1, 1), 2), (date(2011, 1, 3), 2)]


def test_raw_writes_are_kept():
    row = f.organization()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO orgs_figures (organization_id, as_of, as_of_precision, employees, source, note, created_at)"
            " VALUES (%s, '2011-01-01', 'day', 7, 'manual', '', now())",
            [row.pk],
        )
        cursor.execute("UPDATE orgs_figures SET employees = 8")
        cursor.execute("DELETE FROM orgs_figures")

    assert list(events(Figures).values_list("pgh_label", "employees")) == [
        ("insert", 7),
        ("update", 8),
        ("delete", 8),
    ]


def test_a_deletion_keeps_what_was_there():
    row = everything()

    Organization.objects.all().delete()

    assert events(Organization).filter(pgh_label="delete").get().name == row.name
    for model in (Placement, Figures, Exclusion, BranchMembership):
        assert labels(model) == ["insert", "delete"], model


def test_changed_periods_are_kept():
    f.organization()

    Placement.objects.update(period=DateRange(None, date(2012, 1, 1)))

    kept = events(Placement).last().period
    assert (kept.lower, kept.upper) == (None, date(2012, 1, 1))


def test_an_act_leaves_who_and_why_with_every_row():
    row, by = f.organization(), f.owner()
    record_figures(organization=row, as_of=date(2011, 1, 1), counts={"employees": 9}, by=by, now=f.NOW)
    record_figures(organization=row, as_of=date(2011, 1, 1), counts={"employees": 8}, reason="抄错", by=by, now=f.NOW)

    told = [event.pgh_context.metadata for event in events(Figures).select_related("pgh_context")]
    assert told == [{"user": by.pk}, {"user": by.pk, "reason": "抄错"}]
