"""未建原因与组建计划: one record at a time, for one organization and for many."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db.backends.postgresql.psycopg_any import DateRange

from orgs.domain.plans import PlansRecorded, Situation, lacking_on, lines_lacking, record_plan, record_plans
from orgs.domain.refusals import NotAllowed, StaleRecord
from orgs.lines import LINES
from orgs.models import EstablishmentPlan
from orgs.queries_plans import plans_of
from quannan.base.models import AuditEntry
from tests import factories as f
from tests import makers_terms as m

pytestmark = pytest.mark.django_db

DAY = date(2012, 3, 1)
LAWFUL = Situation("investor", planned_on=date(2012, 6, 30), next_step="约谈出资人", responsible="钟干事")


def record(row, **changes) -> EstablishmentPlan:
    act = {"organization": row, "line": "union", "situation": LAWFUL, "from_": DAY, "by": f.owner(), "now": f.NOW}
    return record_plan(**(act | changes))


def record_all(*rows, **changes) -> PlansRecorded:
    act = {"organizations": rows, "line": "union", "from_": DAY, "by": f.owner(), "now": f.NOW}
    return record_plans(**(act | {"changes": {"reason": "investor"}} | changes))


def fields(error) -> list[str]:
    return list(error.value.error_dict)


def test_a_first_record_begins_and_goes_on():
    plan = record(f.organization())

    assert plan.period == DateRange(DAY, None)
    assert (plan.reason, plan.planned_on, plan.responsible, plan.version) == (
        "investor", date(2012, 6, 30), "钟干事", 1,
    )  # fmt: skip
    assert AuditEntry.objects.get().detail == {
        "line": "union", "organization": plan.organization_id, "from": "2012-03-01", "reason": "investor",
    }  # fmt: skip


def test_the_next_record_ends_the_one_before_on_the_day_before():
    row = f.organization()
    first = record(row)

    second = record(row, situation=Situation("stopped"), from_=date(2012, 5, 1), version=first.version)

    first.refresh_from_db()
    assert first.period == DateRange(DAY, date(2012, 5, 1))
    assert (second.period, second.version) == (DateRange(date(2012, 5, 1), None), 2)


def test_a_record_of_the_same_day_is_corrected():
    row = f.organization()
    first = record(row)

    record(row, situation=Situation("stopped"), version=first.version)

    (only,) = EstablishmentPlan.objects.all()
    assert (only.pk, only.reason, only.planned_on, only.version) == (first.pk, "stopped", None, 2)


def test_a_record_that_follows_none_but_begins_earlier_is_refused():
    row = f.organization()
    first = record(row)

    with pytest.raises(ValidationError) as error:
        record(row, from_=date(2012, 2, 1), version=first.version)
    assert fields(error) == ["from_"]


def test_whoever_opened_an_older_record_sees_what_came_since():
    row = f.organization()
    first = record(row)
    record(row, situation=Situation("stopped"), from_=date(2012, 5, 1), version=first.version)

    with pytest.raises(StaleRecord) as stale:
        record(row, situation=Situation("new"), from_=date(2012, 6, 1), version=first.version)

    assert stale.value.theirs["reason"] == ("investor", "stopped")
    assert stale.value.mine["reason"] == ("investor", "new")
    assert EstablishmentPlan.objects.count() == 2


def test_whoever_opened_an_empty_form_sees_what_came_since():
    row = f.organization()
    record(row)

    with pytest.raises(StaleRecord) as stale:
        record(row, situation=Situation("new"))
    assert stale.value.theirs["reason"] == (None, "investor")


@pytest.mark.parametrize(
    ("situation", "field"),
    [
        (Situation(""), "reason"),
        (Situation("nobody_knows"), "reason"),
        (Situation("other"), "reason_note"),
        (Situation("other", "  "), "reason_note"),
        (Situation("investor", planned_on=date(2012, 2, 29)), "planned_on"),
        (Situation("investor", next_step="约" * 201), "next_step"),
        (Situation("investor", responsible="钟" * 41), "responsible"),
    ],
)
def test_a_record_is_refused_by_field(situation, field):
    with pytest.raises(ValidationError) as error:
        record(f.organization(), situation=situation)
    assert fields(error) == [field]


def test_all_that_is_wrong_is_said_at_once():
    with pytest.raises(ValidationError) as error:
        record(f.organization(), situation=Situation("", planned_on=date(2012, 2, 29)))
    assert fields(error) == ["reason", "planned_on"]


@pytest.mark.parametrize("from_", [date(2012, 11, 6), date(2009, 2, 28)])
def test_a_record_begins_within_the_organizations_life_and_not_in_the_future(from_):
    with pytest.raises(ValidationError) as error:
        record(f.organization(), from_=from_, situation=Situation("investor"))
    assert fields(error) == ["from_"]


def test_a_closed_organization_is_not_asked():
    row = f.organization(closed_on=DAY, closed_state="cancelled")
    with pytest.raises(ValidationError) as error:
        record(row)
    assert fields(error) == ["from_"]


def test_who_has_a_body_needs_no_reason():
    row = f.organization()
    f.covered(row, line="union", from_=date(2012, 3, 1))

    with pytest.raises(ValidationError) as error:
        record(row)
    assert error.value.code == "built"
    assert record(row, from_=date(2012, 2, 29)).reason == "investor"


def test_a_lone_organizer_a_refused_and_a_dissolved_body_build_nothing():
    lone, refused, ended, joint = (f.organization() for _ in range(4))
    f.covered(lone, line="union", form="union_organizer")
    f.covered(
        refused, line="union", confirmed=False, refused_at=f.NOW, dissolved_on=date(2010, 5, 1), dissolved_reason="不实"
    )
    f.covered(ended, line="union", dissolved_on=DAY, dissolved_reason="合并")
    f.covered(joint, f.organization(), line="union", form="union_joint", name="联合工会")

    rows = [lone.pk, refused.pk, ended.pk, joint.pk]
    assert lacking_on(rows, "union", DAY) == {lone.pk, refused.pk, ended.pk}
    assert lines_lacking(joint, DAY) == set(LINES) - {"union"}


def test_a_department_writes_its_line_and_a_township_its_organizations():
    here, away = f.organization(), f.organization(under=f.unit(f.PARK))

    assert record(away, by=f.union_office())
    with pytest.raises(NotAllowed):
        record(away, line="league", by=f.union_office())
    assert record(here, line="league", by=f.township())
    with pytest.raises(NotAllowed):
        record(away, by=f.township())
    with pytest.raises(NotAllowed):
        record(here, by=f.account("secretary", organization=here))


def test_many_are_set_at_once_and_keep_what_is_not_named():
    new, old, same, built = (f.organization() for _ in range(4))
    m.plan(old, reason="stopped", next_step="等复工", planned_on=date(2011, 12, 31))
    m.plan(same, reason="investor", responsible="钟干事")
    f.covered(built, line="union")

    done = record_all(new, old, same, built, changes={"reason": "investor", "responsible": "钟干事"})

    assert done == PlansRecorded(written=2, unchanged=1, built=1)
    open_rows = EstablishmentPlan.objects.filter(period__upper_inf=True).order_by("organization_id")
    assert [(p.organization_id, p.reason, p.responsible, p.next_step, p.period.lower) for p in open_rows] == [
        (new.pk, "investor", "钟干事", "", DAY),
        (old.pk, "investor", "钟干事", "等复工", DAY),
        (same.pk, "investor", "钟干事", "", date(2011, 1, 1)),
    ]
    assert EstablishmentPlan.objects.get(organization=old, reason="stopped").period == DateRange(date(2011, 1, 1), DAY)
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.detail["organizations"]) == ("plan.record_many", [new.pk, old.pk])


def test_many_take_the_same_statements_whatever_their_number(django_assert_max_num_queries):
    rows = [f.organization() for _ in range(12)]
    for row in rows[:6]:
        m.plan(row, reason="stopped")
    by = f.owner()
    assert by.can("register.edit")

    with django_assert_max_num_queries(16):
        assert record_all(*rows, by=by).written == 12


def test_many_without_a_reason_are_refused_and_nothing_is_written():
    filled, empty = f.organization(), f.organization("没有原因的厂")
    m.plan(filled)

    with pytest.raises(ValidationError) as error:
        record_all(filled, empty, changes={"responsible": "钟干事"})
    assert fields(error) == ["reason"]
    assert "没有原因的厂" in error.value.messages[0]
    assert EstablishmentPlan.objects.get().responsible == ""


@pytest.mark.parametrize("what", ["changes", "organizations"])
def test_many_need_somebody_and_something(what):
    with pytest.raises(ValidationError):
        record_all(
            *([] if what == "organizations" else [f.organization()]), **({"changes": {}} if what == "changes" else {})
        )


def test_one_of_many_out_of_scope_stops_them_all():
    with pytest.raises(NotAllowed):
        record_all(f.organization(), f.organization(under=f.unit(f.PARK)), by=f.township())
    assert not EstablishmentPlan.objects.exists()


def test_the_page_of_an_organization_tells_lines_in_order_with_what_was_before():
    row = f.organization()
    f.covered(row, line="party", from_=date(2012, 6, 1))
    m.plan(row, "party", until=date(2012, 2, 1), reason="no_members")
    m.plan(row, "party", from_=date(2012, 2, 1), reason="other", reason_note="等上级批复", planned_on=date(2012, 5, 1))

    before, after = plans_of(row, date(2012, 5, 2)), plans_of(row, date(2012, 6, 1))

    assert [p.line for p in before] == list(LINES)
    party = before[0]
    assert (party.built, party.current.reason, party.current.overdue) == (False, "其他(说明):等上级批复", True)
    assert [(p.reason, p.last_day) for p in party.earlier] == [("无党员", date(2012, 1, 31))]
    assert (after[0].built, after[0].current.overdue) == (True, False)
    assert [p.current for p in plans_of(row, date(2010, 1, 1))] == [None] * 6
