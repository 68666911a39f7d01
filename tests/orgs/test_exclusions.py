"""Taking an organization out of the base for a time, and back in."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from orgs.domain.exclusions import end_exclusion, exclude_organization
from orgs.models import Exclusion
from quannan.base.models import AuditEntry
from tests import factories as f

pytestmark = pytest.mark.django_db

FROM = date(2011, 1, 10)


def exclude(row, **changes):
    act = {"state": "suspended", "from_": FROM, "reason": "停产检修", "approver": "钟主任"}
    return exclude_organization(organization=row, **(act | {"by": f.owner(), "now": f.NOW} | changes))


def fields(error) -> list[str]:
    return list(error.value.error_dict)


def test_an_exclusion_runs_until_further_notice():
    row = exclude(f.organization())

    row.refresh_from_db()
    assert (row.period.lower, row.period.upper, row.reason, row.approver) == (FROM, None, "停产检修", "钟主任")
    assert AuditEntry.objects.get().detail["state"] == "suspended"


def test_the_last_day_given_is_still_excluded():
    row = exclude(f.organization(), last_day=date(2011, 3, 31))

    assert row.period.upper == date(2011, 4, 1)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"state": "normal"}, "state"),
        ({"state": "moved_out"}, "state"),
        ({"reason": ""}, "reason"),
        ({"reason": "长" * 201}, "reason"),
        ({"approver": " "}, "approver"),
        ({"approver": "长" * 65}, "approver"),
        ({"from_": date(2009, 2, 28)}, "from_"),
        ({"from_": date(2012, 11, 6)}, "from_"),
        ({"last_day": date(2011, 1, 9)}, "last_day"),
    ],
)
def test_an_exclusion_is_refused(changes, field):
    with pytest.raises(ValidationError) as error:
        exclude(f.organization(), **changes)

    assert fields(error) == [field]
    assert not Exclusion.objects.exists()


def test_a_closed_organization_is_not_excluded():
    with pytest.raises(ValidationError) as error:
        exclude(f.organization(closed_on=FROM, closed_state="moved_out"))

    assert fields(error) == ["from_"]


def test_two_exclusions_at_once_are_refused():
    row = f.organization()
    exclude(row, last_day=date(2011, 3, 31))

    with pytest.raises(ValidationError) as error:
        exclude(row, from_=date(2011, 3, 31), state="lost")
    assert error.value.messages == ["这段时间已在剔除之中,请先结束原来的剔除。"]

    assert exclude(row, from_=date(2011, 4, 1), state="lost").pk


def end(row, **changes):
    act = {"last_day": date(2011, 5, 31), "reason": "复工", "by": f.owner(), "now": f.NOW}
    return end_exclusion(exclusion=row, **(act | changes))


def test_ending_brings_it_back_on_the_day_after():
    row = end(exclude(f.organization()))

    row.refresh_from_db()
    assert (row.period.lower, row.period.upper) == (FROM, date(2011, 6, 1))


@pytest.mark.parametrize(
    ("changes", "field"), [({"last_day": date(2011, 1, 9)}, "last_day"), ({"reason": ""}, "reason")]
)
def test_ending_is_refused(changes, field):
    row = exclude(f.organization())

    with pytest.raises(ValidationError) as error:
        end(row, **changes)

    assert fields(error) == [field]


def test_an_end_may_come_earlier_but_not_later():
    row = exclude(f.organization(), last_day=date(2011, 5, 31))

    with pytest.raises(ValidationError) as error:
        end(row)
    assert fields(error) == ["last_day"]

    assert end(row, last_day=date(2011, 5, 30)).period.upper == date(2011, 5, 31)
