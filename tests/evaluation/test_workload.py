"""The figures on workload: what waits where, since when, and how long decisions took."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from evaluation.domain.reviewing import accept_at_county, accept_at_unit, return_report
from evaluation.models import Stage
from evaluation.queries_workload import workload_of
from tests import factories
from tests import makers_reports as make
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def test_steps_by_unit_with_the_oldest_and_the_median(client):
    round_, owner, unit = make.round_(), factories.owner(), factories.township()
    waiting, fast, slow = (make.report(factories.organization(), round_) for _ in range(3))
    for row in (waiting, fast, slow):
        make.opened(row, now=NOW - timedelta(days=6))
    return_report(report=fast, text="请核对", seen=None, by=unit, now=NOW - timedelta(days=4))
    accept_at_unit(report=slow, by=unit, now=NOW)
    here, county = workload_of(owner, NOW)
    assert (here.stage, here.waiting, here.oldest, here.decided, here.median) == (Stage.UNIT, 1, 6, 2, 4.0)
    assert here.name == "城厢镇"
    assert (county.stage, county.waiting, county.oldest, county.decided, county.median) == (Stage.COUNTY, 1, 0, 0, None)
    accept_at_county(report=slow, by=owner, now=NOW + timedelta(days=1))
    county = workload_of(owner, NOW + timedelta(days=1))[-1]
    assert (county.waiting, county.decided, county.median) == (0, 1, 1.0)
    with CaptureQueriesContext(connection) as caught:
        rows = workload_of(unit, NOW)
    assert [row.stage for row in rows] == [Stage.UNIT]
    assert len(caught) <= 6
    client.force_login(owner)
    assert "审核进度" in client.get(reverse("review-queue")).content.decode()
    page = client.get(reverse("review-workload")).content.decode()
    assert "县审核" in page and "两新工委办公室" in page
    book = load_workbook(BytesIO(b"".join(client.get(reverse("review-workload-export")).streaming_content)))
    rows = list(book.active.iter_rows(min_row=4, values_only=True))
    assert [row[:3] for row in rows] == [("城厢镇", "单位审核", 1), ("两新工委办公室", "县审核", 0)]


def test_another_units_reports_are_not_counted():
    make.opened(make.report(factories.organization(), make.round_()))
    assert workload_of(factories.township(factories.PARK), NOW) == []
