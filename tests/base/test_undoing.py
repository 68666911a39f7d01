"""Taking a job back out of the history of any tables: order of writing, rows deleted, codes and periods in the way."""

import datetime as dt
import uuid
from contextlib import contextmanager

import pghistory
import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from orgs.imports.undo_rules import REGISTER_UNDO
from orgs.models import Figures, Organization, Placement
from quannan.base.domain.undoing import perform_undo, preview_undo
from tests import factories as f
from tests.guards import reading_only
from tests.orgs.imports.undoing import reasons, tables, without_context

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def reference(db):
    """Units, forms and roles stand there before any job."""
    f.reference()


@contextmanager
def job():
    """Writes as a job does; gives its number."""
    number = str(uuid.uuid4())
    with pghistory.context(job=number, user=None):
        yield number
    without_context()


def undo(number):
    with reading_only():
        told = preview_undo(number, REGISTER_UNDO)
    done = perform_undo(number, REGISTER_UNDO, by=None, now=f.NOW)
    without_context()
    assert (done.subjects, done.deleted, done.restored) == (told.subjects, told.deleted, told.restored)
    return done


def codes(row):
    return Organization.objects.values_list("uscc", "old_code").get(pk=row.pk)


def test_codes_that_changed_places_go_back():
    one, other = f.organization("甲公司", old_code="100"), f.organization("乙公司", old_code="200")
    before = tables(versions=False)
    with job() as number:
        Organization.objects.filter(pk=one.pk).update(old_code=None)
        Organization.objects.filter(pk=other.pk).update(old_code="100")
        Organization.objects.filter(pk=one.pk).update(old_code="200")

    done = undo(number)

    assert (done.restored, done.refused) == ({"orgs.Organization": 2}, ())
    assert tables(versions=False) == before


def test_a_code_that_somebody_took_since_stays_with_them():
    row, free = f.organization("甲公司", old_code="100"), f.organization("乙公司", old_code="200")
    with job() as number:
        Organization.objects.update(old_code=None)
    taken = f.organization("丙公司", old_code="100")

    done = undo(number)

    assert reasons(done) == {"甲公司": ["原来的组织的登记内容与现在的另一条记录不能并存,不能还原。"]}
    assert [codes(each)[1] for each in (row, free, taken)] == [None, "200", "100"]


@pytest.mark.parametrize("moved", [dt.date(2009, 1, 1), dt.date(2011, 1, 1)])
def test_periods_that_make_room_for_one_another_go_back_in_order(moved):
    """Whichever of the two rows has to give way first."""
    rows = [f.organization() for _ in range(3)]
    until = dt.date(2010, 1, 1)
    Placement.objects.update(period=DateRange(None, until))
    for row in rows:
        f.placed(row, f.unit(f.PARK), until)
    before = tables()
    with job() as number:
        first, second = (
            Placement.objects.filter(period__startswith=None),
            Placement.objects.filter(period__endswith=None),
        )
        ones, others = list(first.values_list("pk", flat=True)), list(second.values_list("pk", flat=True))
        writes = [(ones, DateRange(None, moved)), (others, DateRange(moved, None))]
        for keys, period in writes if moved < until else reversed(writes):
            Placement.objects.filter(pk__in=keys).update(period=period)

    assert undo(number).restored == {"orgs.Placement": 6}
    assert tables() == before


def test_periods_that_changed_places_are_refused():
    row = f.organization("甲公司")
    until = dt.date(2010, 1, 1)
    Placement.objects.update(period=DateRange(None, until))
    one, other = row.placements.get(), f.placed(row, f.unit(f.PARK), until)
    with job() as number:
        Placement.objects.filter(pk=one.pk).update(period=DateRange(dt.date(1900, 1, 1), dt.date(1900, 1, 2)))
        Placement.objects.filter(pk=other.pk).update(period=DateRange(dt.date(1901, 1, 1), until))
        Placement.objects.filter(pk=one.pk).update(period=DateRange(until, None))
    before = tables()

    assert reasons(undo(number)) == {"甲公司": ["原来的主管党(工)委与现在的另一条记录不能并存,不能还原。"]}
    assert tables() == before


def test_what_a_job_deleted_comes_back_under_its_own_key():
    row = f.organization()
    f.figures(row, employees=7)
    before = tables()
    with job() as number:
        Figures.objects.all().delete()

    assert (undo(number).restored, tables()) == ({"orgs.Figures": 1}, before)
    assert undo(number).subjects == ()


def test_what_belongs_to_something_that_is_gone_does_not_come_back():
    row = f.organization("甲公司")
    f.figures(row, employees=7)
    with job() as number:
        Figures.objects.all().delete()
    row.delete()

    assert reasons(undo(number)) == {"甲公司": ["还原时要用的组织的登记内容已不在。"]}
    assert not Figures.objects.exists()


def test_a_row_made_and_deleted_by_the_job_is_nothing():
    row = f.organization()
    with job() as number:
        f.figures(row, employees=7)
        Figures.objects.all().delete()

    assert undo(number).subjects == ()


def test_an_organization_deleted_since_is_still_named():
    with job() as number:
        row = f.organization("甲公司")
    row.delete()

    assert [(subject.name, len(subject.refusals)) for subject in undo(number).subjects] == [("甲公司", 2)]


def test_a_change_written_over_once_more_goes_back_to_the_first_state():
    row = f.organization("甲公司")
    before = tables(versions=False)
    with job() as number:
        Organization.objects.filter(pk=row.pk).update(remark="甲")
        Organization.objects.filter(pk=row.pk).update(remark="乙")

    undo(number)

    assert tables(versions=False) == before


def test_a_kind_of_row_the_rules_do_not_know_is_the_program_s_fault():
    with job() as number:
        f.excluded(f.organization())

    with pytest.raises(LookupError, match=r"orgs\.Exclusion"):
        preview_undo(number, REGISTER_UNDO)


def test_history_says_who_took_it_back_and_why():
    by = f.owner()
    row = f.organization("甲公司")
    with job() as number:
        Organization.objects.filter(pk=row.pk).update(remark="甲")

    perform_undo(number, REGISTER_UNDO, by=by, now=f.NOW)

    event = row.events.select_related("pgh_context").latest("pgh_id")
    assert event.pgh_context.metadata == {"user": by.pk, "undoes": number, "reason": "撤回导入"}
