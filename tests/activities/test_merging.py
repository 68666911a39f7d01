"""What becomes of activities when two records of one organization are merged."""

from datetime import date

import pytest

from activities.models import Activity
from orgs.domain.merging import merge_organizations, undo_merge
from tests import factories as f
from tests.activities import making

pytestmark = pytest.mark.django_db


def test_activities_go_over_and_one_entered_twice_stays():
    kept, absorbed, other = f.organization("青竹厂"), f.organization("青竹工艺厂"), f.organization("乙厂")
    making.activity(kept)
    twice = making.activity(absorbed, title="主题 党日")
    own = making.activity(absorbed, title="党课")
    shared = making.activity(other, absorbed, title="联合党课")
    both = making.activity(other, kept, absorbed, title="联合党日", held_on=date(2011, 4, 1))
    before = list(Activity.objects.order_by("pk").values_list("pk", "organization"))
    by = f.owner()

    made = merge_organizations(kept=kept, absorbed=absorbed, reason="录了两遍", by=by, now=f.NOW)

    hosted = dict(Activity.objects.values_list("title", "organization"))
    assert (hosted["党课"], hosted["主题 党日"]) == (kept.pk, absorbed.pk)
    assert [part.organization for part in shared.participations.all()] == [kept]
    assert {part.organization for part in both.participations.all()} == {kept, absorbed}
    undo_merge(merge=made, reason="不是同一家", by=by, now=f.NOW)
    assert list(Activity.objects.order_by("pk").values_list("pk", "organization")) == before
    assert (twice.pk, own.pk) == (before[1][0], before[2][0])
