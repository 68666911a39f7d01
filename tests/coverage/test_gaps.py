"""四清 in the domain: who may hand out what, what is struck off by itself, how overdue ones climb."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from coverage.domain.climbing import climbed_condition, climbed_to, levels_climbed
from coverage.domain.gaps import (
    Assigned,
    PlanChanged,
    assign_gaps,
    end_supervision,
    mark_of,
    plan_assignments,
    set_next_step,
    supervise,
    withdraw_assignment,
)
from coverage.domain.spans import drain_marks
from coverage.models import GapAssignment, Span, Supervision
from coverage.queries_gaps import LAPSED, OPEN, STRUCK, gap_rows, gap_spans, pairs_of
from orgs.domain.refusals import NotAllowed, StaleRecord
from orgs.lines import LINES
from orgs.models import Unit
from tests import factories as f
from tests import makers_gaps as make

AS_OF = date(2011, 6, 30)
pytestmark = pytest.mark.usefixtures("rules")


def obliged(name: str = "", under=None, **counts):
    row = f.organization(name, under)
    f.figures(row, **{"employees": 30, "women": 3, "league_members": 0, "full_members": 0} | counts)
    return row


def hand(pairs, by, *, act=assign_gaps, as_of=AS_OF, **facts):
    facts = {"unit": None, "leader": "钟副书记", "due_on": date(2011, 9, 30), "next_step": ""} | facts
    return act(pairs=pairs, by=by, now=f.NOW, as_of=as_of, **facts)


def test_only_gaps_within_reach_are_assigned_and_the_rest_says_why():
    gap, built, small, away = obliged("缺工会"), obliged("已建"), obliged("小厂", employees=5), obliged("停产")
    foreign = obliged("别处", f.unit(f.PARK))
    f.covered(built, line="union")
    f.excluded(away)
    drain_marks()
    rows = (gap, built, small, away, foreign)
    found = hand([(row.pk, "union") for row in rows], f.township())

    assert [(row.outcome, row.name) for row in found] == [
        ("new", "缺工会"), ("refused", "已建"), ("refused", "小厂"), ("refused", "停产"), ("refused", ""),
    ]  # fmt: skip
    assert [row.sentence for row in found] == [
        "",
        "工会已建,不用分派。",
        "工会不是应建未建(可建),不用分派。",
        "2011-06-30正在剔除,不计应建;恢复正常经营后再分派。",
        "这家组织不在您的管理范围内,请由它所属的主管党(工)委办理。",
    ]
    only = GapAssignment.objects.get()
    assert (only.organization, only.line, only.unit, only.by_county) == (gap, "union", f.unit(), False)
    assert (only.period.lower, only.period.upper) == (AS_OF, None)


def test_the_preview_says_the_same_and_writes_nothing():
    row = obliged()
    drain_marks()
    assert hand([(row.pk, "union")], f.owner(), act=plan_assignments)[0].outcome == Assigned.NEW
    assert not GapAssignment.objects.exists()


def test_a_new_assignment_ends_the_one_before_and_one_of_the_same_day_is_corrected():
    row, by = obliged(), f.owner()
    drain_marks()
    hand([(row.pk, "union")], by, as_of=date(2011, 5, 1))
    found = hand([(row.pk, "union")], by, unit=f.unit(f.PARK), leader="廖主任")
    assert found[0].outcome == Assigned.REPLACED
    assert found[0].sentence == "原由城厢镇负责(钟副书记),期限 2011-09-30"
    assert hand([(row.pk, "union")], by, unit=f.unit(f.PARK), leader="廖主任")[0].outcome == Assigned.SAME
    hand([(row.pk, "union")], by, unit=f.unit(), leader="曾书记")
    told = [(a.leader, a.unit.code, a.period.upper, a.version) for a in GapAssignment.objects.order_by("period")]
    assert told == [("钟副书记", f.CHENGXIANG, AS_OF, 1), ("曾书记", f.CHENGXIANG, None, 3)]
    assert hand([(row.pk, "union")], by, as_of=date(2011, 6, 1))[0].outcome == Assigned.REFUSED


def test_a_unit_may_not_soften_what_the_county_set_but_tells_the_next_step():
    row, town = obliged(), f.township()
    drain_marks()
    hand([(row.pk, "union")], f.owner())
    refused = hand([(row.pk, "union")], town, due_on=date(2012, 9, 30))[0]
    assert refused.outcome == Assigned.REFUSED
    assert "由县里下达" in refused.sentence
    assignment = GapAssignment.objects.get()
    with pytest.raises(NotAllowed):
        withdraw_assignment(assignment=assignment, on=AS_OF, reason="太早", version=1, by=town, now=f.NOW)
    set_next_step(assignment=assignment, next_step="约谈出资人", version=1, by=town, now=f.NOW)
    with pytest.raises(StaleRecord):
        set_next_step(assignment=assignment, next_step="再谈", version=1, by=town, now=f.NOW)
    assert GapAssignment.objects.get().next_step == "约谈出资人"


def test_what_changed_since_the_preview_is_not_written():
    row, by = obliged(), f.owner()
    drain_marks()
    hand([(row.pk, "union")], by, as_of=date(2011, 5, 1))
    said = {"pairs": [(row.pk, "union")], "by": by, "leader": "廖主任"}
    mark = mark_of(hand(**said, act=plan_assignments), AS_OF)
    current = GapAssignment.objects.get()
    set_next_step(assignment=current, next_step="约谈出资人", version=1, by=f.township(), now=f.NOW)
    with pytest.raises(PlanChanged):
        hand(**said, mark=mark)
    again = hand(**said, act=plan_assignments)
    with pytest.raises(PlanChanged):
        hand(**said, mark=mark_of(again, date(2011, 6, 29)))
    assert GapAssignment.objects.get().next_step == "约谈出资人"
    assert hand(**said, mark=mark_of(again, AS_OF))[0].outcome == Assigned.REPLACED


def test_the_second_of_two_who_opened_the_same_gap_is_shown_what_the_first_did():
    row, by, pair = obliged(), f.owner(), "union"
    drain_marks()
    hand([(row.pk, pair)], by, leader="廖主任", opened=(0, 0))
    with pytest.raises(StaleRecord) as stale:
        hand([(row.pk, pair)], by, opened=(0, 0))
    assert stale.value.theirs["leader"] == (None, "廖主任")
    assert stale.value.mine["leader"] == (None, "钟副书记")
    current = GapAssignment.objects.get()
    set_next_step(assignment=current, next_step="约谈", version=1, by=by, now=f.NOW)
    with pytest.raises(StaleRecord) as stale:
        hand([(row.pk, pair)], by, opened=(current.pk, 1))
    assert stale.value.theirs["next_step"] == ("", "约谈")
    assert hand([(row.pk, pair)], by, opened=(current.pk, 2))[0].outcome == Assigned.REPLACED
    withdraw_assignment(assignment=current, on=f.TODAY, reason="拟迁出", version=3, by=by, now=f.NOW)
    with pytest.raises(StaleRecord) as stale:
        hand([(row.pk, pair)], by, as_of=f.TODAY, due_on=f.TODAY, opened=(current.pk, 3))
    assert stale.value.theirs["period"][1].upper == f.TODAY


def test_what_was_taken_away_since_is_told_and_nothing_is_written():
    row, by = obliged(), f.owner()
    drain_marks()
    hand([(row.pk, "union")], by)
    gone = GapAssignment.objects.get()
    withdraw_assignment(assignment=GapAssignment.objects.get(), on=AS_OF, reason="填错", version=1, by=by, now=f.NOW)
    for act in (
        lambda: hand([(row.pk, "union")], by, opened=(gone.pk, 1)),
        lambda: set_next_step(assignment=gone, next_step="约谈", version=1, by=by, now=f.NOW),
        lambda: withdraw_assignment(assignment=gone, on=AS_OF, reason="再撤", version=1, by=by, now=f.NOW),
    ):
        with pytest.raises(ValidationError) as error:
            act()
        assert "撤" in error.value.messages[0]
    assert not GapAssignment.objects.exists()


def test_an_old_form_does_not_act_on_the_assignment_that_followed():
    row, by = obliged(), f.owner()
    old = make.assignment(row, "union", until=date(2011, 6, 1))
    new = make.assignment(row, "union", from_=date(2011, 6, 1), leader="廖主任")
    said = {"assignment": new, "version": 1, "by": by, "now": f.NOW, "opened": old.pk}
    with pytest.raises(StaleRecord):
        set_next_step(next_step="约谈", **said)
    with pytest.raises(StaleRecord) as stale:
        withdraw_assignment(on=AS_OF, reason="拟迁出", **said)
    assert stale.value.current == new
    new.refresh_from_db()
    assert (new.next_step, new.period.upper) == ("", None)


def test_running_assignments_are_locked_to_write_and_not_for_the_preview():
    row, by = obliged(), f.owner()
    drain_marks()

    def locking(act) -> bool:
        with CaptureQueriesContext(connection) as asked:
            hand([(row.pk, "union")], by, act=act)
        return any('FOR UPDATE OF "coverage_gapassignment"' in one["sql"] for one in asked.captured_queries)

    assert not locking(plan_assignments)
    assert locking(assign_gaps)


def test_who_may_not_hand_out_is_refused():
    row = obliged()
    drain_marks()
    for by in (f.union_office(), f.account("leader"), f.account("secretary", organization=row)):
        with pytest.raises(NotAllowed):
            hand([(row.pk, "union")], by)
    with pytest.raises(NotAllowed):
        hand([(row.pk, "union")], f.township(), unit=f.unit(f.PARK))


def test_what_is_wanting_is_said_by_field():
    row = obliged()
    with pytest.raises(ValidationError) as error:
        hand([(row.pk, "union")], f.owner(), leader=" ", due_on=date(2011, 6, 29))
    assert set(error.value.error_dict) == {"leader", "due_on"}
    with pytest.raises(ValidationError):
        hand([(row.pk, "union")], f.owner(), as_of=f.TODAY + timedelta(days=1), due_on=date(2013, 1, 1))


@pytest.mark.parametrize("number", [1, 4])
def test_assigning_many_takes_the_same_number_of_statements(number, django_assert_num_queries):
    by, rows = f.owner(), [obliged() for _ in range(number)]
    drain_marks()
    by.assignments  # noqa: B018 - read once for every act
    with django_assert_num_queries(ASSIGNING):
        hand([(row.pk, "union") for row in rows], by, unit=None)


ASSIGNING = 10


def test_the_table_holds_one_assignment_a_line_at_a_time():
    row = obliged()
    make.assignment(row, "union")
    make.assignment(row, "league")
    with pytest.raises(IntegrityError), transaction.atomic():
        make.assignment(row, "union", from_=AS_OF)
    with pytest.raises(IntegrityError), transaction.atomic():
        make.assignment(row, "women", leader="")


def test_withdrawing_ends_it_and_on_the_first_day_takes_it_away():
    by, first, second = f.owner(), obliged(), obliged()
    old, new = make.assignment(first, "union"), make.assignment(second, "union", from_=AS_OF)
    for row in (old, new):
        withdraw_assignment(assignment=row, on=AS_OF, reason="企业拟迁出", version=1, by=by, now=f.NOW)
    left = GapAssignment.objects.get()
    assert (left.pk, left.period.upper, left.end_reason) == (old.pk, AS_OF, "企业拟迁出")
    with pytest.raises(ValidationError):
        withdraw_assignment(assignment=old, on=AS_OF, reason="再撤", version=left.version, by=by, now=f.NOW)


def shown(day: date, state: str = OPEN) -> dict[str, str]:
    drain_marks()
    since = day - timedelta(days=90)
    spans = gap_spans(f.owner(), day, LINES, state, since).order_by("rank", "-size", "organization_id")
    rows = gap_rows(spans, as_of=day, lines=LINES, state=state, since=since)
    return {row.organization.name: row.missing for row in rows}


def test_a_gap_is_struck_off_when_the_body_stands_and_open_again_when_it_ends():
    row = obliged("缺工会")
    make.assignment(row, "union")
    assert shown(AS_OF) == {"缺工会": "工会"}
    branch = f.covered(row, line="union", from_=date(2011, 6, 20))
    assert shown(AS_OF) == {}
    assert shown(AS_OF, STRUCK) == {"缺工会": "工会已销号(2011-06-20 建成)"}
    assert shown(date(2011, 6, 19)) == {"缺工会": "工会"}
    assert shown(date(2011, 10, 30), STRUCK) == {}
    assert GapAssignment.objects.get().period.upper is None
    branch.dissolved_on = date(2011, 8, 1)
    branch.dissolved_reason = "人员流失"
    branch.save()
    assert shown(date(2011, 8, 1)) == {"缺工会": "工会"}


def test_the_day_it_stood_is_the_first_of_the_run_and_not_the_last_of_the_gap():
    row = f.organization("缩小又建")
    for day, employees in ((date(2011, 1, 1), 30), (date(2011, 3, 1), 10), (date(2011, 6, 10), 40)):
        f.figures(row, as_of=day, employees=employees, women=3, league_members=0, full_members=0)
    f.covered(row, line="union", from_=date(2011, 6, 1))
    assert shown(AS_OF, STRUCK) == {"缩小又建": "工会已销号(2011-06-01 建成)"}
    for since, names in ((date(2011, 6, 1), ["缩小又建"]), (date(2011, 6, 2), [])):
        spans = gap_spans(f.owner(), AS_OF, LINES, STRUCK, since)
        rows = gap_rows(spans, as_of=AS_OF, lines=LINES, state=STRUCK, since=since)
        assert [r.organization.name for r in rows if r.gaps] == [r.organization.name for r in rows] == names


def test_what_is_no_longer_owed_closed_or_excluded_says_so():
    shrunk, gone, away = obliged("缩小"), obliged("迁走"), obliged("停产")
    for row in (shrunk, gone, away):
        make.assignment(row, "union")
    f.figures(shrunk, as_of=date(2011, 7, 1), employees=10, women=3, league_members=0, full_members=0)
    gone.closed_on, gone.closed_state = date(2011, 7, 15), "moved_out"
    gone.save()
    f.excluded(away, from_=date(2011, 7, 20))
    assert shown(date(2011, 8, 1)) == {}
    assert shown(date(2011, 8, 1), LAPSED) == {
        "缩小": "工会不再应建",
        "迁走": "工会已不在册或剔除",
        "停产": "工会已不在册或剔除",
    }


def test_what_moves_the_rate_most_comes_first():
    obliged("差两个大厂", employees=900, league_members=5)
    obliged("差一个小厂", employees=26)
    obliged("差一个大厂", employees=500)
    obliged("规模不明", employees=None, women=12, league_members=3)
    assert list(shown(AS_OF)) == ["差一个大厂", "差一个小厂", "差两个大厂", "规模不明"]


def test_pairs_are_the_gaps_of_the_lines_asked_for():
    row = obliged(league_members=5)
    drain_marks()
    spans = Span.objects.at(AS_OF)
    assert pairs_of(spans, LINES) == [(row.pk, "union"), (row.pk, "league")]
    assert pairs_of(spans, ("league",)) == [(row.pk, "league")]


@pytest.mark.parametrize(
    ("day", "levels"),
    [(date(2011, 9, 30), 0), (date(2011, 10, 1), 1), (date(2011, 10, 30), 1), (date(2011, 10, 31), 2)],
)
def test_an_overdue_gap_climbs_a_level_the_next_day_and_one_more_every_thirty(day, levels):
    assert levels_climbed(date(2011, 9, 30), day) == levels


def test_it_climbs_to_the_parent_then_on_and_stays_with_the_county():
    f.reference()
    town = f.unit()
    village = Unit.objects.create(code="3607290101", name="城东社区", parent=town, path=f"{town.path}3607290101/")
    county = f.unit(f.COUNTY)
    units = {unit.pk: unit for unit in Unit.objects.all()}
    row = obliged(under=village)
    given = make.assignment(row, "union", unit=village, due_on=date(2011, 9, 30))
    expected = [
        (date(2011, 9, 30), None),
        (date(2011, 10, 1), town),
        (date(2011, 10, 31), county),
        (date(2012, 10, 1), county),
    ]
    assert [climbed_to(village.pk, given.due_on, day, units) for day, _ in expected] == [up for _, up in expected]

    def reached(unit, day) -> bool:
        return GapAssignment.objects.filter(climbed_condition(unit, day, units.values())).exists()

    assert [reached(town, day) for day, _ in expected] == [False, True, True, True]
    assert [reached(county, day) for day, _ in expected] == [False, False, True, True]
    assert not reached(village, date(2012, 10, 1))


def test_supervision_begins_once_and_ends_with_a_reason():
    by, rows = f.owner(), [obliged(), obliged()]
    ids = [row.pk for row in rows]
    said = {"line": "", "level": "县级", "reason": "迟迟未动", "by": by, "now": f.NOW}
    assert supervise(organization_ids=ids[:1], from_=date(2011, 5, 1), **said).written == 1
    done = supervise(organization_ids=ids, from_=AS_OF, **said)
    assert (done.written, done.unchanged) == (1, 1)
    done = end_supervision(organization_ids=ids, last_day=date(2011, 7, 31), reason="已建成", by=by, now=f.NOW)
    assert (done.written, done.unchanged) == (2, 0)
    assert {row.period.upper for row in Supervision.objects.all()} == {date(2011, 8, 1)}
    with pytest.raises(NotAllowed):
        supervise(organization_ids=ids, from_=AS_OF, **said | {"by": f.township()})


def test_a_last_day_before_it_was_hung_names_the_beginning_and_writes_nothing():
    by, rows = f.owner(), [obliged("早挂"), obliged("晚挂")]
    make.supervision(rows[0])
    make.supervision(rows[1], from_=date(2011, 6, 1))
    with pytest.raises(ValidationError) as error:
        end_supervision(
            organization_ids=[row.pk for row in rows], last_day=date(2011, 5, 1), reason="已建成", by=by, now=f.NOW
        )
    assert error.value.message_dict["last_day"] == ["晚挂的挂牌起自2011-06-01,摘牌日期不能早于这一天,请核对。"]
    assert not Supervision.objects.filter(period__upper_inf=False).exists()
