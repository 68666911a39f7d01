"""Two dates beside one another: the sums, the rows behind them, and the causes read from the dated facts."""

from datetime import date

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coverage.domain import spans
from coverage.domain.comparison import CHANGES, LINE_STEP, both_days, compare, line_of_move, moved
from coverage.domain.move_causes import UNKNOWN_CAUSE, explain_moves
from coverage.models import MEASURED, ScaleRule, Standard
from orgs.models import BodyForm, BranchForm, BranchMembership, Organization, Unit
from tests import factories as make
from tests.coverage import naive
from tests.coverage.histories import DAYS, day, history, write
from tests.coverage.test_spans import each_example

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rules")]

START, END = date(2011, 3, 31), date(2011, 6, 30)
BETWEEN = date(2011, 5, 1)
POPULATIONS = ("all", "above_scale", "below_scale", "key")


@pytest.fixture
def office():
    return make.owner()


@pytest.fixture
def causes(office):
    """Texts of the causes by line, of the one organization asked about: causes(row, line="union")."""

    def told(row, *, user=None, unit=None, population="all", start=START, end=END):
        spans.drain_marks()
        user = user or office
        rows = moved(
            both_days(Organization.objects.filter(pk=row.pk), user=user, start=start, end=end, unit=unit,
                      population=population)
        )  # fmt: skip
        moves = explain_moves(rows.order_by("move"), user=user, start=start, end=end, unit=unit, population=population)
        return {move.line: [cause.text for cause in move.causes] for move in moves}

    return told


def on_register(employees=30, **facts):
    """An organization whose union is due, before the first day."""
    row = make.organization("全南县青山竹木厂", **facts)
    make.figures(row, date(2010, 12, 31), employees=employees)
    return row


def test_new_registration(causes):
    row = on_register(registered_on=date(2011, 4, 12))
    assert causes(row)["union"] == ["新登记,登记日期 2011-04-12"]


def test_new_registration_with_a_body_tells_both(causes):
    row = on_register(registered_on=date(2011, 4, 12))
    make.covered(row, line="union", from_=BETWEEN, name="青山厂工会")
    assert causes(row)["union"] == [
        "新登记,登记日期 2011-04-12",
        "新建“青山厂工会”(基层工会委员会,单独),自 2011-05-01",
    ]


@pytest.mark.parametrize(("state", "word"), [("deregistered", "注销"), ("moved_out", "迁出")])
def test_closed(causes, state, word):
    row = on_register(closed_on=BETWEEN, closed_state=state)
    assert causes(row)["union"] == [f"{word},最后一天 2011-04-30"]


def test_excluded_and_back(causes):
    row = on_register()
    make.excluded(row, BETWEEN)
    assert causes(row)["union"] == ["剔除(停产:厂房检修),自 2011-05-01"]
    assert causes(row, start=END, end=date(2011, 7, 1)) == {}
    row.exclusions.update(period=DateRange(date(2011, 1, 1), BETWEEN))
    spans.rebuild()
    assert causes(row)["union"] == ["恢复计入(原停产:厂房检修),自 2011-05-01"]


def test_figures_reach_the_standard(causes):
    row = on_register(employees=20)
    make.figures(row, BETWEEN, employees=30)
    assert causes(row)["union"] == ["从业人员 20→30,自 2011-05-01 起达到应建标准 25 人"]


def test_figures_fall_below_and_are_not_known(causes):
    row = on_register(employees=40)
    make.figures(row, date(2011, 4, 10), employees=24)
    make.figures(row, BETWEEN, employees=20)
    assert causes(row)["union"] == ["从业人员 40→20,自 2011-04-10 起不足应建标准 25 人"]
    row.figures.filter(as_of=BETWEEN).update(employees=None, women=3)
    spans.rebuild()
    assert causes(row)["union"] == ["从业人员 40→不掌握,自 2011-05-01 起无法判定"]


def test_standard_changed(causes):
    row = on_register(employees=20)
    old = Standard.objects.get(line="union")
    Standard.objects.filter(pk=old.pk).update(period=DateRange(None, BETWEEN))
    Standard.objects.create(
        line="union", measure="employees", obliged_from=15, period=DateRange(BETWEEN, None), clause="试行"
    )
    assert causes(row)["union"] == ["标准修改:应建由从业人员 25 人以上改为从业人员 15 人以上,自 2011-05-01(试行)"]


def test_scale_by_figures_and_by_rule(causes):
    row = make.organization()
    make.figures(row, date(2010, 12, 31), employees=90, annual_revenue_yuan=4_000_000)
    make.figures(row, BETWEEN, employees=90, annual_revenue_yuan=5_200_000)
    said = "规模变化:规模以下 → 规模以上(年营业收入(万元) 400→520),自 2011-05-01"
    assert causes(row)["mechanism"] == [said]
    assert causes(row, population="above_scale")["union"] == [said]
    row.figures.filter(as_of=BETWEEN).delete()
    old = ScaleRule.objects.get()
    ScaleRule.objects.filter(pk=old.pk).update(period=DateRange(None, BETWEEN))
    ScaleRule.objects.create(
        employees_with_revenue=50,
        revenue_yuan=3_000_000,
        employees_alone=100,
        period=DateRange(BETWEEN, None),
        clause="试行",
    )
    spans.rebuild()
    assert causes(row)["mechanism"] == ["规模标准修改:规模以下 → 规模以上,自 2011-05-01"]


def test_founded_waiting_for_confirmation_counts_and_says_so(causes):
    row = on_register()
    make.covered(row, line="union", from_=BETWEEN, confirmed=False)
    assert causes(row)["union"] == ["新建“基层工会委员会”(单独),自 2011-05-01,待确认"]


def test_confirming_alone_moves_nothing(causes):
    row = on_register()
    make.covered(row, line="union", from_=date(2010, 5, 1), confirmed=False)
    assert causes(row) == {}


def test_joined_left_and_dissolved(causes):
    row, other = on_register(), make.organization()
    body = make.covered(row, other, line="union", form="union_joint", name="竹木联合工会")
    membership = BranchMembership.objects.get(organization=row)
    membership.period = DateRange(BETWEEN, None)
    membership.save()
    assert causes(row)["union"] == ["加入联合组织“竹木联合工会”(联合基层工会,联合),自 2011-05-01"]
    membership.period, membership.end_reason = DateRange(date(2010, 5, 1), BETWEEN), "改由本厂单独建"
    membership.save()
    assert causes(row)["union"] == ["退出联合组织“竹木联合工会”(联合基层工会,联合),自 2011-05-01(改由本厂单独建)"]
    membership.period = DateRange(date(2010, 5, 1), None)
    membership.save()
    body.dissolved_on, body.dissolved_reason = BETWEEN, "成员不足"
    body.save()
    assert causes(row)["union"] == ["撤销“竹木联合工会”(联合基层工会,联合),自 2011-05-01(成员不足)"]


def test_an_organiser_becomes_a_committee(causes):
    row = on_register()
    branch = make.covered(row, line="union", form="union_organizer")
    forms = BranchForm.objects.filter(branch=branch)
    forms.update(period=DateRange(None, BETWEEN))
    BranchForm.objects.create(
        branch=branch, form=BodyForm.objects.get(code="union_committee"), period=DateRange(BETWEEN, None)
    )
    (said,) = causes(row)["union"]
    assert said.endswith("改成,自 2011-05-01 起算组织")


def test_handed_over_between_units(causes):
    row = on_register()
    row.placements.all().delete()
    make.placed(row, make.unit(), until=BETWEEN)
    make.placed(row, make.unit(make.PARK), from_=BETWEEN)
    make.figures(row, END, employees=60)
    giving, taking = make.unit(), make.unit(make.PARK)
    assert causes(row) == {}
    assert causes(row, unit=giving)["union"] == ["划出:城厢镇 → 工业园区,自 2011-05-01"]
    assert causes(row, unit=taking)["union"] == ["划入:城厢镇 → 工业园区,自 2011-05-01"]
    # Each office reads that it came or went, and nothing of the days on which it was the other's.
    assert causes(row, user=make.township())["union"] == ["划出:城厢镇 → 工业园区,自 2011-05-01"]
    assert causes(row, user=make.township(make.PARK))["union"] == ["划入:城厢镇 → 工业园区,自 2011-05-01"]


def test_all_lines_name_the_line_that_moved(causes):
    row = on_register()
    make.covered(row, line="union", from_=BETWEEN)
    row.figures.update(women=3, league_members=0)
    assert causes(row)["all"] == ["工会:新建“基层工会委员会”(单独),自 2011-05-01"]


def test_what_no_fact_explains_is_said_and_not_hidden(causes, office):
    row = on_register(employees=20)
    make.figures(row, BETWEEN, employees=30)
    spans.drain_marks()
    # The spans still tell what was; the facts were corrected a moment ago and are not yet worked in.
    row.figures.filter(as_of=BETWEEN).delete()
    rows = moved(both_days(Organization.objects.all(), user=office, start=START, end=END)).order_by("pk", "move")
    moves = explain_moves(rows, user=office, start=START, end=END, unit=None, population="all")
    assert {cause.kind for move in moves for cause in move.causes} == {UNKNOWN_CAUSE}


def test_causes_cost_a_constant_number_of_queries(office, django_assert_num_queries):
    def asked():
        rows = moved(both_days(Organization.objects.all(), user=office, start=START, end=END)).order_by("pk", "move")
        return explain_moves(rows, user=office, start=START, end=END, unit=None, population="all")

    def grow():
        row = on_register(employees=20, registered_on=date(2011, 4, 1))
        make.figures(row, BETWEEN, employees=30, women=12)
        make.covered(row, line="union", from_=BETWEEN)
        spans.drain_marks()

    grow()
    office.assignments  # noqa: B018 - asked once a request
    with django_assert_num_queries(11):
        assert asked()
    grow()
    grow()
    with django_assert_num_queries(11):
        assert len(asked()) > 3


generated = settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
two_days = st.lists(st.integers(0, DAYS + 5), min_size=2, max_size=2).map(sorted)


@generated
@given(plan=history, between=two_days)
def test_sums_rows_and_causes_over_generated_histories(plan, between, office):
    """Every sum holds, every number counts its rows, the days equal the naive evaluation, and no cause is unknown."""

    def check():
        write(plan)
        spans.rebuild()
        start, end = map(day, between)
        register = naive.Register()
        naively = [naive.evaluate(on, register) for on in (start, end)]
        unit = Unit.objects.filter(parent__isnull=False)[0]
        for population, where in [*((name, None) for name in POPULATIONS), ("all", unit)]:
            asked = dict(user=office, start=start, end=end, unit=where, population=population)
            rows = moved(both_days(Organization.objects.all(), **asked)).order_by("pk", "move")
            moves = explain_moves(rows, **asked)
            assert rows.count() == len(moves)
            assert not [m for m in moves for c in m.causes if c.is_unknown]
            for found in compare(**asked):
                assert found.eligible_adds_up
                assert found.covered_adds_up
                for change in CHANGES.values():
                    counted = [m for m in moves if m.line == found.line and m.code in change.moves]
                    assert len(counted) == getattr(found, change.code)
                for told, side in zip(naively, (found.before, found.after), strict=True):
                    if where is None:
                        cell = told["populations"][population]["lines"][found.line]
                    else:
                        cell = told["units"].get(where.code, {"lines": {}})["lines"].get(found.line)
                        cell = cell or dict(eligible=0, covered=0)
                    assert (side.eligible, side.covered) == (cell["eligible"], cell["covered"])

    each_example(check)


def test_the_number_of_a_move_names_its_line():
    assert [line_of_move(i * LINE_STEP + 5) for i in range(len(MEASURED))] == list(MEASURED)
