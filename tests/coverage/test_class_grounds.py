"""What speaks against a party body's work: activities that stopped, funds that fell short, a lowest band (三(一)1)."""

from datetime import date

import pytest

from activities.domain.guidance import year_before
from coverage.domain.classes import guidance_of
from coverage.domain.guidance import Path, suggested
from coverage.models import Span
from tests import factories as make
from tests import makers_funds as funds
from tests import makers_scores as scores
from tests.activities import making
from tests.coverage.test_classes import classes, full

DAY = date(2012, 6, 30)
pytestmark = pytest.mark.usefixtures("rules")


def told(row, day=DAY) -> tuple[str, ...]:
    found = guidance_of(row, day, Span.objects.at(day).get(organization=row))
    assert found is not None
    return found.reasons


def test_activities_that_stopped_speak_against_it_and_none_on_record_does_not():
    full("从未登记")
    going, _ = full("仍在开展")
    guest, _ = full("只参加")
    stopped, _ = full("已停")
    cancelled, _ = full("撤销了")
    making.activity(going, title="二〇一〇", held_on=date(2010, 3, 1))
    making.activity(going, guest, title="二〇一一", held_on=date(2011, 7, 1))
    making.activity(guest, title="二〇一〇", held_on=date(2010, 3, 1))
    making.activity(stopped, held_on=date(2011, 6, 30))
    making.activity(stopped, line="union", title="工会活动", held_on=date(2012, 5, 1))
    making.activity(cancelled, held_on=date(2010, 3, 1))
    making.activity(
        cancelled, title="误登", held_on=date(2012, 3, 1),
        cancelled_at=make.NOW, cancelled_by_name="甲", cancel_reason="误登",
    )  # fmt: skip
    assert classes(DAY) == {"从未登记": "A", "仍在开展": "A", "只参加": "A", "已停": "B", "撤销了": "B"}
    assert told(stopped) == ("近12个月没有登记党组织活动(此前有登记)",)
    assert classes(date(2011, 12, 31))["已停"] == "A"


def test_a_day_known_to_the_month_or_year_counts_as_late_as_it_can_have_been():
    month, _ = full("到月")
    year, _ = full("到年")
    past, _ = full("上一年")
    making.activity(month, held_on=date(2011, 7, 1), held_precision="month")
    making.activity(year, held_on=date(2011, 1, 1), held_precision="year")
    making.activity(past, held_on=date(2010, 1, 1), held_precision="year")
    assert classes(DAY) == {"到月": "A", "到年": "A", "上一年": "B"}


@pytest.mark.parametrize(
    ("day", "first"),
    [
        (date(2012, 6, 30), date(2011, 7, 1)),
        (date(2012, 12, 31), date(2012, 1, 1)),
        (date(2012, 2, 28), date(2011, 2, 28)),
        (date(2012, 2, 29), date(2011, 3, 1)),
        (date(2013, 2, 28), date(2012, 3, 1)),
    ],
)
def test_twelve_months_end_with_the_day(day, first):
    assert year_before(day) == first


def test_funds_short_in_the_last_whole_year_speak_against_it_and_what_is_not_known_does_not():
    short, _ = full("不足")
    met, _ = full("达标")
    unregistered, _ = full("未登记")
    unknown, _ = full("党员不详")
    for row, members in ((short, 3), (met, 3), (unregistered, 3), (unknown, None)):
        make.figures(row, as_of=date(2011, 1, 31), employees=60, full_members=members, probationary_members=0)
    funds.receipt(short, "299.99")
    funds.receipt(met, "300.00")
    funds.receipt(unknown, "1.00")
    assert classes(DAY) == {"不足": "B", "达标": "A", "未登记": "A", "党员不详": "A"}
    assert told(short) == ("人均活动经费2011年未达标,还差0.01元",)
    # The year that is running is not judged before it is over.
    assert classes(date(2011, 12, 30))["不足"] == "A"


def test_the_last_confirmed_assessment_in_the_lowest_band_speaks_against_it():
    low, _ = full("不达标")
    good, _ = full("优秀的")
    waiting, _ = full("未核定")
    row = scores.opened()
    scores.confirmed(scores.rated(scores.sheet(row, low), _4_1="1"))
    scores.confirmed(scores.rated(scores.sheet(row, good)))
    scores.rated(scores.sheet(row, waiting), _4_1="1")
    after = date(2012, 11, 30)
    assert classes(after) == {"不达标": "B", "优秀的": "A", "未核定": "A"}
    assert told(low, after) == ("最近一次考核(2010年度)为“不达标”",)
    path = Path(searched=False, instructed=True, massed=True, led=True)
    assert suggested("B", told(low, after), path) == ("督促整改,下一次考核前逐项复查",)
    # The day before it was confirmed nothing was known of it.
    assert classes(date(2012, 11, 4))["不达标"] == "A"


def test_all_reasons_stand_together():
    row, branch = full("都有")
    make.figures(row, as_of=date(2011, 1, 31), employees=60, full_members=3, probationary_members=0)
    branch.confirmed_at = None
    branch.save()
    funds.receipt(row, "100.00")
    making.activity(row, held_on=date(2011, 3, 1))
    assert classes(DAY) == {"都有": "B"}
    assert told(row) == (
        "党组织待确认",
        "近12个月没有登记党组织活动(此前有登记)",
        "人均活动经费2011年未达标,还差200.00元",
    )
