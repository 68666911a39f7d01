"""覆盖进度 and 工作台 in words: base first, n of d, what is missing, milestones met or not and why."""

from datetime import date
from decimal import Decimal

import pytest

from coverage.domain.figures import LineCounts
from coverage.domain.spans import drain_marks
from coverage.models import Milestone
from coverage.queries_dashboard import missing_words, previous_quarter_end, rounding_words, trend_days
from tests import factories as make

D = "2011-06-30"


def test_base_is_said_before_any_number(opened, county):
    text = opened(make.owner(), "coverage-dashboard", as_of=D).content.decode()
    assert text.index("在册正常经营 4 家") < text.index('class="rate"')
    for words in ("规模不明 1 家", "数字不明 1 家", "数字前推 0 家", "剔除 1 家"):
        assert words in text


def test_cards_show_n_of_d_and_what_is_missing(opened, county):
    cards = {c.line: c for c in opened(make.owner(), "coverage-dashboard", as_of=D).context["dashboard"].cards}
    assert list(cards) == ["all", "party", "union", "league", "women", "women_workers", "mechanism"]
    assert (cards["union"].counts.covered, cards["union"].counts.eligible) == (2, 2)
    assert cards["union"].missing == "已达 60%"
    assert cards["party"].missing == "不计入节点"
    assert (cards["women"].counts.covered, cards["women"].counts.eligible) == (1, 2)
    assert cards["women"].missing == "距 60% 还差 1 家"


def test_milestones_say_met_due_or_late(opened, county):
    user = make.owner()

    def tags(as_of):
        rows = opened(user, "coverage-dashboard", as_of=as_of).context["dashboard"].milestones
        return {row.milestone.code: row.tag.word for row in rows}

    assert tags(D) == {
        "key-2010": "已达",
        "mechanism-2011": "已达",
        "all-2011h1": "今日到期 · 未达",
        "all-2011": "还有 184 天",
        "all-congress": "还有 496 天",
    }
    assert tags("2012-01-10")["all-2011"] == "逾期 10 天"


def test_milestone_with_nobody_obliged_is_not_met_and_not_missed(opened):
    make.organization()
    drain_marks()
    rows = opened(make.owner(), "coverage-dashboard", as_of=D).context["dashboard"].milestones
    assert {row.tag.word for row in rows} == {"无应建单位"}


def test_rate_that_rounds_up_to_the_target_says_why_it_is_not_met():
    assert rounding_words("工会", LineCounts(eligible=2500, covered=1499), Decimal(60)) == (
        "工会 1499/2500 四舍五入为 60.0%,实为 59.9600%,未到 60%,按准确数计为未达"
    )
    assert rounding_words("工会", LineCounts(eligible=10, covered=6), Decimal(60)) == ""
    assert rounding_words("工会", LineCounts(eligible=10, covered=5), Decimal(60)) == ""


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        (LineCounts(eligible=355, covered=108), "距 60% 还差 105 家"),
        (LineCounts(eligible=309, covered=191), "已达 60%"),
        (LineCounts(), "无应建单位"),
    ],
)
def test_missing_to_a_milestone_in_words(counts, words):
    assert missing_words(counts, Milestone(target=Decimal(60))) == words


def test_trend_days_end_with_the_day_shown():
    days = trend_days(date(2011, 3, 15), 3)
    assert days == [date(2010, 12, 31), date(2011, 1, 31), date(2011, 2, 28), date(2011, 3, 15)]
    assert trend_days(date(2011, 3, 31), 1) == [date(2011, 2, 28), date(2011, 3, 31)]


@pytest.mark.parametrize(
    ("day", "end"),
    [
        (date(2011, 6, 30), date(2011, 3, 31)),
        (date(2011, 7, 1), date(2011, 6, 30)),
        (date(2011, 1, 1), date(2010, 12, 31)),
    ],
)
def test_change_is_counted_from_the_last_quarter(day, end):
    assert previous_quarter_end(day) == end


def test_chart_ends_at_the_dashboards_own_figures(opened, county):
    user = make.owner()
    data = opened(user, "coverage-trend", as_of=D).json()
    counts = opened(user, "coverage-dashboard", as_of=D).context["report"].populations["all"].lines
    assert data["days"][-1] == D
    for line in data["lines"]:
        assert (line["covered"][-1], line["eligible"][-1]) == (
            counts[line["code"]].covered,
            counts[line["code"]].eligible,
        )
    assert [m["due"] for m in data["milestones"]] == ["2011-06-30", "2011-12-31", "2012-11-07"]


def test_table_beside_the_chart_holds_every_point(opened, county):
    response = opened(make.owner(), "coverage-trend-table", as_of=D)
    assert len(response.context["rows"]) == len(opened(make.owner(), "coverage-trend", as_of=D).json()["days"])
    assert "<html" not in response.content.decode()


def test_gap_list_names_the_one_body_missing(opened, county):
    gap = opened(make.owner(), "coverage-dashboard", as_of=D).context["gap"]
    assert gap.count == 2
    assert [(row.organization, row.missing) for row in gap.rows] == [
        (county["gap"], "妇女组织"),
        (county["small"], "团组织"),
    ]


def test_units_add_up_to_the_county(opened, county):
    report = opened(make.owner(), "coverage-dashboard", as_of=D).context["report"]
    assert sum(u.organizations for u in report.units) == report.base.organizations


def test_day_before_anything_was_registered_says_so(opened, county):
    text = opened(make.owner(), "coverage-dashboard", as_of="2001-01-01").content.decode()
    assert "这一天还没有在册的组织" in text


def test_workbench_sorts_what_waits_by_deadline(opened, county):
    tasks = opened(make.owner(), "workbench", as_of=D).context["tasks"]
    dated = [task.due for task in tasks if task.due]
    assert dated == sorted(dated)
    assert [task.text for task in tasks if not task.due] == [
        "1 家组织没有年度数字",
        "1 家组织规模不明",
        "工会:1 家已建待确认",
    ]


def test_standards_page_shows_reading_and_what_is_in_force(opened):
    text = opened(make.owner(), "standard-list", as_of=D).content.decode()
    assert "党章第29条" in text
    assert "现行" in text
    assert "目标节点" in text


def test_system_page_tells_pending_changes(opened):
    user = make.account("technician")
    make.organization()
    assert "1 家组织的改动还没有计入" in opened(user, "system-status").content.decode()
    drain_marks()
    assert "全部改动都已计入" in opened(user, "system-status").content.decode()
