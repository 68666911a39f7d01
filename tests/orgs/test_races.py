"""Two people at once: real transactions on two connections."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from orgs.domain.confirmations import confirm_body, refuse_body
from orgs.domain.exclusions import exclude_organization
from orgs.domain.figures import record_figures
from orgs.domain.organizations import correct_organization, create_organization
from orgs.domain.placements import move_organization
from orgs.domain.refusals import StaleRecord
from orgs.models import Exclusion, Figures, Organization, Placement
from tests import factories as f

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], object]) -> list[str]:
    """Runs the acts at the same moment; the kinds of what they raised, "" for those that passed, in order of name."""
    ready = Barrier(len(acts))

    def run(act: Callable[[], object]) -> str:
        try:
            ready.wait(10)
            act()
        except (ValidationError, StaleRecord) as error:
            return type(error).__name__
        finally:
            connection.close()
        return ""

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(run, acts))


def test_one_of_two_editors_of_a_version_is_shown_the_difference():
    row, by = f.organization(), f.owner()

    def edit(remark):
        return lambda: correct_organization(organization=row, version=1, changes={"remark": remark}, by=by, now=f.NOW)

    assert at_once(edit("甲"), edit("乙")) == ["", "StaleRecord"]
    row.refresh_from_db()
    assert row.version == 2


def test_one_code_is_entered_once():
    by, unit = f.owner(), f.unit()

    def enter(name):
        return lambda: create_organization(
            name=name, unit=unit, kind="enterprise", registered_on=f.REGISTERED, uscc=f.uscc(5), by=by, now=f.NOW
        )

    assert at_once(enter("甲厂"), enter("乙厂"), enter("丙厂")) == ["", "ValidationError", "ValidationError"]
    assert Organization.objects.count() == Placement.objects.count() == 1


def test_a_days_figures_are_entered_once_and_then_corrected_for_a_reason():
    row, by = f.organization(), f.owner()

    def record(employees):
        return lambda: record_figures(
            organization=row, as_of=date(2011, 6, 30), counts={"employees": employees}, by=by, now=f.NOW
        )

    assert at_once(record(10), record(11)) == ["", "ValidationError"]
    assert Figures.objects.get().events.count() == 1


def test_one_of_two_transfers_takes_place():
    row, by = f.organization(), f.owner()

    def move(code):
        unit = f.unit(code)
        return lambda: move_organization(
            organization=row, unit=unit, on=date(2011, 6, 30), reason="划转", by=by, now=f.NOW
        )

    assert at_once(move(f.PARK), move("36072903")) == ["", "ValidationError"]
    assert Placement.objects.filter(period__upper_inf=True).count() == 1


def test_one_of_two_overlapping_exclusions_takes_place():
    row, by = f.organization(), f.owner()

    def exclude(day):
        return lambda: exclude_organization(
            organization=row, state="lost", from_=day, reason="失联", approver="钟主任", by=by, now=f.NOW
        )

    assert at_once(exclude(date(2011, 1, 1)), exclude(date(2011, 2, 1))) == ["", "ValidationError"]
    assert Exclusion.objects.count() == 1


def test_a_body_is_confirmed_or_refused():
    branch, by = f.covered(f.organization(), line="union", confirmed=False), f.owner()

    outcome = at_once(
        lambda: confirm_body(branch=branch, by=by, now=f.NOW),
        lambda: refuse_body(branch=branch, reason="没有选举记录", by=by, now=f.NOW),
    )

    assert outcome == ["", "ValidationError"]
    branch.refresh_from_db()
    assert (branch.confirmed_at is None) != (branch.refused_at is None)
