"""Freezing a date's figures: what is kept, that nothing can change it, and why later figures differ."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg2.extras import DateRange

from coverage.domain import publications
from coverage.domain.causes import find_causes
from coverage.domain.differences import CauseKind, compare
from coverage.domain.figures import report
from coverage.domain.published_figures import published_report
from coverage.domain.spans import drain_marks
from coverage.models import Publication, PublishedCell, PublishedOrganization, ScaleRule, Standard, State
from orgs.domain.bodies import found_body
from orgs.domain.exclusions import exclude_organization
from orgs.domain.figures import record_figures
from orgs.domain.merging import merge_organizations, undo_merge
from orgs.domain.organizations import close_organization
from orgs.domain.refusals import NotAllowed
from orgs.models import BodyForm, BranchMembership, Exclusion, Figures, Instructor, Organization, Person, Placement
from quannan.base.errors import Refused
from quannan.base.models import AuditEntry
from tests import factories as make

D = date(2011, 6, 30)
pytestmark = pytest.mark.usefixtures("rules")


@pytest.fixture
def owner():
    return make.owner()


@pytest.fixture
def county():
    """Four organizations: built, a gap, excluded, without figures; two units."""
    park = make.unit(make.PARK)
    built = make.organization("启明电子厂", park)
    make.figures(built, employees=120, women=40, league_members=12, full_members=9)
    for line in ("party", "union", "league", "women"):
        make.covered(built, line=line)
    gap = make.organization("长青竹木厂")
    make.figures(gap, employees=60, women=9, league_members=4, full_members=1, annual_revenue_yuan=6_000_000)
    make.covered(gap, line="union", confirmed=False, name="长青竹木厂工会")
    away = make.organization("停工矿业")
    make.figures(away, employees=80, women=20)
    make.excluded(away)
    silent = make.organization("晨曦服饰店")
    drain_marks()
    return {"built": built, "gap": gap, "away": away, "silent": silent}


def frozen(by=None, as_of=D, now=make.NOW, **more) -> Publication:
    facts = {"title": "2011年6月上报", "addressed_to": "市委组织部"} | more
    return publications.freeze(as_of=as_of, by=by, now=now, **facts)


def correct(organization, as_of=D, by=None, reason="按花名册更正", **counts):
    row = record_figures(
        organization=organization, as_of=as_of, counts=counts, reason=reason, by=by or make.owner(), now=make.NOW
    )
    drain_marks()
    return row


def differences(old, new=None, user=None):
    drain_marks()
    found = compare(old, new, user=user)
    find_causes(found, user=user)
    return {d.organization_id: d for d in found.differences}


def test_published_report_is_the_live_one(county, owner):
    row = frozen(owner)
    assert published_report(row, user=None).as_json() == report(user=None, as_of=D).as_json()
    assert row.organizations == 4


def test_published_report_keeps_what_the_due_dates_said(county, owner):
    """key-2010 was due on 2010-12-31: its value then is told from the frozen cells of that day."""
    row = frozen(owner)
    then = {m.milestone.code: m.at_due for m in published_report(row, user=None).milestones}
    assert then["key-2010"]["union"].covered == 1
    assert set(PublishedCell.objects.filter(publication=row).values_list("day", flat=True)) == {
        date(2010, 12, 31), date(2011, 1, 31), D,
    }  # fmt: skip


def test_published_report_of_a_unit_is_its_live_one(county, owner):
    row, office = frozen(owner), make.township(make.PARK)
    assert published_report(row, user=office).as_json() == report(user=office, as_of=D).as_json()


def test_organizations_are_kept_with_what_they_were_counted_from(county, owner):
    row = frozen(owner)
    gap = PublishedOrganization.objects.get(publication=row, organization=county["gap"])
    assert (gap.name, gap.code, gap.unit_name) == ("长青竹木厂", county["gap"].uscc, "城厢镇")
    assert (gap.employees, gap.women, gap.figures_as_of) == (60, 9, D)
    assert (gap.union_state, gap.league_state) == (State.COVERED_UNCONFIRMED, State.GAP)
    assert gap.bodies == {"union": ["长青竹木厂工会"]}
    away = PublishedOrganization.objects.get(publication=row, organization=county["away"])
    assert away.exclusion == {
        "state": "suspended", "label": "停产", "reason": "厂房检修", "approver": "钟主任", "from": "2011-01-01",
    }  # fmt: skip


def test_organizations_add_up_to_the_cells(county, owner):
    row = frozen(owner)
    rows = PublishedOrganization.objects.filter(publication=row)
    counts = published_report(row, user=None).populations["all"].lines
    for line, one in counts.items():
        for measure in ("eligible", "covered", "unknown", "voluntary", "unconfirmed"):
            assert rows.of_population("all").measured(line, measure).count() == getattr(one, measure)


def test_freezing_settles_what_waits(county, owner):
    Figures.objects.filter(organization=county["gap"]).update(women=12)
    row = frozen(owner)
    assert published_report(row, user=None).populations["all"].lines["women"].eligible == 2


def test_freezing_is_on_the_audit_trail(county, owner):
    row = frozen(owner)
    entry = AuditEntry.objects.get(action="publication.freeze")
    assert (entry.actor, entry.detail["digest"]) == (owner, row.digest)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"as_of": make.TODAY + timedelta(days=1)}, "as_of"),
        ({"title": " "}, "title"),
        ({"addressed_to": ""}, "addressed_to"),
    ],
)
def test_what_is_wrong_is_said_by_field(county, owner, facts, field):
    with pytest.raises(ValidationError) as refusal:
        frozen(owner, **facts)
    assert set(refusal.value.error_dict) == {field}
    assert not Publication.objects.exists()


@pytest.mark.parametrize("role", ["line_department", "unit_office", "leader", "secretary", "filer", "technician"])
def test_only_the_owner_office_freezes(county, role):
    with pytest.raises(NotAllowed):
        frozen(make.account(role))


def test_nothing_to_freeze_is_refused(owner):
    with pytest.raises(Refused, match="没有在册的组织"):
        frozen(owner)


def test_figures_moved_since_they_were_seen_are_not_frozen(county, owner):
    mark = publications.seen_mark(report(user=None, as_of=D))
    correct(county["gap"], women=10)
    with pytest.raises(publications.FiguresMoved):
        frozen(owner, seen=mark)
    assert not Publication.objects.exists()


def test_second_freezing_of_a_day_names_the_first(county, owner):
    first = frozen(owner)
    second = frozen(owner, now=make.NOW + timedelta(hours=1))
    assert (first.previous, second.previous) == (None, first)


CHANGES = [
    "UPDATE coverage_publication SET title = '改' WHERE id = %s",
    "UPDATE coverage_publication SET digest = '' WHERE id = %s",
    "DELETE FROM coverage_publication WHERE id = %s",
    "UPDATE coverage_publishedcell SET organizations = 0 WHERE publication_id = %s",
    "DELETE FROM coverage_publishedcell WHERE publication_id = %s",
    "UPDATE coverage_publishedorganization SET women = 1 WHERE publication_id = %s",
    "DELETE FROM coverage_publishedorganization WHERE publication_id = %s",
    'INSERT INTO coverage_publishedcell SELECT (jsonb_populate_record(c, \'{"id": 0, "day": "2000-01-01"}\')).*'
    " FROM coverage_publishedcell c WHERE publication_id = %s LIMIT 1",
]


@pytest.mark.parametrize("change", CHANGES)
def test_database_refuses_every_change(county, owner, change):
    row = frozen(owner)
    with pytest.raises(IntegrityError, match="只能作废"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change, [row.pk])
    assert publications.check_digest(row).agrees


def test_demo_publication_can_be_removed(county, owner):
    row = frozen(owner, is_demo=True)
    row.delete()
    assert not PublishedOrganization.objects.exists()


def test_withdrawing_keeps_everything_and_happens_once(county, owner):
    row = frozen(owner)
    publications.withdraw(publication=row, reason="口径有误", by=owner, now=make.NOW)
    row.refresh_from_db()
    assert (row.state, row.withdrawn_reason, row.withdrawn_by) == ("作废", "口径有误", owner)
    assert publications.check_digest(row).agrees
    with pytest.raises(ValidationError, match="已经作废"):
        publications.withdraw(publication=row, reason="再来", by=owner, now=make.NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Publication.objects.filter(pk=row.pk).update(withdrawn_reason="另一个理由")


def test_withdrawing_needs_role_and_reason(county, owner):
    row = frozen(owner)
    with pytest.raises(NotAllowed):
        publications.withdraw(publication=row, reason="口径有误", by=make.account("leader"), now=make.NOW)
    with pytest.raises(ValidationError):
        publications.withdraw(publication=row, reason=" ", by=owner, now=make.NOW)


def test_digest_is_the_same_when_worked_out_again_and_for_nothing_else(county, owner):
    row = frozen(owner)
    assert publications.check_digest(row).agrees
    assert len(row.digest) == 64
    other = frozen(owner, title="别的标题")
    assert other.digest != row.digest
    row.title = "别的标题"
    assert not publications.check_digest(row).agrees


def test_no_difference_while_nothing_has_changed(county, owner):
    assert differences(frozen(owner)) == {}


def test_corrected_head_count_names_organization_change_author_and_reason(county, owner):
    """The Show line: freeze June, correct a May head-count, freeze again."""
    may = date(2011, 5, 31)
    late = make.organization("五月厂")
    make.figures(late, as_of=may, employees=30, women=9, league_members=2, full_members=0)
    first = frozen(owner)
    clerk = make.township()
    correct(late, as_of=may, by=clerk, reason="漏了三名女工", women=12)
    second = frozen(owner, now=make.NOW + timedelta(hours=1))
    assert publications.check_digest(first).agrees
    found = differences(first, second)
    assert list(found) == [late.pk]
    only = found[late.pk]
    assert [part.sentence for part in only.parts] == [
        "其中:女性 9→12", "妇女组织 可建→应建未建", "女工委员会 可建→应建未建",
    ]  # fmt: skip
    (cause,) = only.causes
    assert (cause.kind, cause.words) == (CauseKind.CORRECTION, "2011-05-31 的年度数字:其中:女性 9→12")
    assert (cause.who, cause.why) == (clerk.name, "漏了三名女工")
    assert published_report(first, user=None).populations["all"].lines["women"].eligible == 1


def test_correction_after_the_second_freezing_is_no_cause_between_the_two(county, owner):
    first = frozen(owner)
    correct(county["gap"], women=10)
    second = frozen(owner, now=make.NOW + timedelta(hours=1))
    correct(county["gap"], women=11, reason="又更正")
    (cause,) = differences(first, second)[county["gap"].pk].causes
    assert cause.words.endswith("9→10")
    assert [c.words[-4:] for c in differences(first)[county["gap"].pk].causes] == ["9→10", "0→11"]


def test_late_entries_are_told_as_such(county, owner):
    first = frozen(owner)
    correct(county["silent"], as_of=date(2011, 5, 1), reason="", employees=26)
    found_body(
        organizations=[county["gap"]],
        line="league",
        form=BodyForm.objects.get(code="league_branch"),
        founded_on=date(2011, 6, 1),
        name="团支部",
        by=owner,
        now=make.NOW,
    )
    entered = make.organization("补录厂")
    found = differences(first)
    assert {pk: {c.kind for c in d.causes} for pk, d in found.items()} == {
        county["silent"].pk: {CauseKind.LATE},
        county["gap"].pk: {CauseKind.LATE},
        entered.pk: {CauseKind.LATE},
    }
    assert any("自 2011-06-01 起有团组织“团支部”的覆盖" in c.words for c in found[county["gap"].pk].causes)


def test_facts_dated_after_the_day_are_no_cause(county, owner):
    first = frozen(owner)
    correct(county["gap"], as_of=date(2011, 12, 31), reason="", employees=90)
    assert differences(first) == {}
    correct(county["gap"], women=10)
    (cause,) = differences(first)[county["gap"].pk].causes
    assert cause.words == "2011-06-30 的年度数字:其中:女性 9→10"


def test_closing_told_late_and_exclusion(county, owner):
    first = frozen(owner)
    close_organization(
        organization=county["built"],
        state="deregistered",
        on=date(2011, 6, 1),
        reason="已注销",
        by=owner,
        now=make.NOW,
    )
    exclude_organization(
        organization=county["gap"], state="suspended", from_=date(2011, 6, 1), reason="停产", approver="钟主任",
        by=owner, now=make.NOW,
    )  # fmt: skip
    found = differences(first)
    assert [p.sentence for p in found[county["built"].pk].parts] == ["离开名单"]
    assert {c.kind for c in found[county["built"].pk].causes} == {CauseKind.LATE}
    assert found[county["gap"].pk].parts[0].sentence == "剔除"
    assert [c.words for c in found[county["gap"].pk].causes] == ["自 2011-06-01 起有因停产的剔除"]


def test_changed_rule_is_told_with_who_and_only_where_its_line_moved(county, owner):
    first = frozen(owner)
    women = Standard.objects.get(line="women", period__contains=D)
    women.obliged_from = 9
    women.save()
    found = differences(first)
    assert set(found) == {county["gap"].pk}
    (cause,) = found[county["gap"].pk].causes
    assert cause.kind == CauseKind.RULE
    assert cause.words == "妇女组织组建标准:女性从业人员 10 人起应建,1 人起可建→女性从业人员 9 人起应建,1 人起可建"


def test_changed_scale_rule_is_told(county, owner):
    first = frozen(owner)
    rule = ScaleRule.objects.get()
    rule.revenue_yuan = Decimal(7_000_000)
    rule.save()
    found = differences(first)
    assert set(found) == {county["gap"].pk}
    assert [(c.kind, c.words) for c in found[county["gap"].pk].causes] == [
        (CauseKind.RULE, "规模标准:50 人且 500 万元,或 100 人→50 人且 700 万元,或 100 人")
    ]


def test_other_date_differs_by_facts_in_between(county, owner):
    correct(county["gap"], as_of=date(2011, 12, 31), reason="", employees=90, women=15)
    june = frozen(owner)
    december = frozen(owner, as_of=date(2011, 12, 31), now=make.NOW + timedelta(hours=1))
    found = differences(june, december)
    assert {c.kind for d in found.values() for c in d.causes} == {CauseKind.DATES}
    assert [c.words for c in found[county["gap"].pk].causes] == ["录入 2011-12-31 的年度数字:从业人员 90、其中:女性 15"]


def test_removed_row_and_merge_and_its_undoing_are_told(county, owner):
    double = make.organization("长青竹木加工厂")
    make.figures(double, as_of=date(2011, 3, 31), employees=20)
    first = frozen(owner)
    merge = merge_organizations(kept=county["gap"], absorbed=double, reason="同一家", by=owner, now=make.NOW)
    found = differences(first)
    assert {c.kind for c in found[double.pk].causes} == {CauseKind.CORRECTION}
    second = frozen(owner, now=make.NOW + timedelta(hours=1))
    undo_merge(merge=merge, reason="不是一家", by=owner, now=make.NOW)
    assert any("撤回与" in c.words for c in differences(second)[double.pk].causes)
    Figures.objects.filter(organization=county["gap"]).delete()
    assert [c.words for c in differences(first)[county["gap"].pk].causes] == ["删除 2011-06-30 的年度数字"]


def test_organization_that_is_gone_from_the_register_stays_in_the_list(county, owner):
    first = frozen(owner)
    key = county["silent"].pk
    Organization.objects.filter(pk=key).delete()
    only = differences(first)[key]
    assert (only.name, [p.sentence for p in only.parts]) == ("晨曦服饰店", ["离开名单"])
    assert "台账记录已删除" in [c.words for c in only.causes]
    assert publications.check_digest(first).agrees


def test_unit_compares_its_own_and_is_not_told_what_its_former_organizations_do(county, owner):
    first = frozen(owner)
    office = make.township()
    Placement.objects.filter(organization=county["gap"]).update(unit=make.unit(make.PARK))
    correct(county["gap"], women=10)
    found = differences(first, user=office)
    assert set(found) == {county["gap"].pk}
    assert [c.words for c in found[county["gap"].pk].causes] == ["城厢镇改为工业园区"]
    park = differences(first, user=make.township(make.PARK))
    assert {p.sentence for p in park[county["gap"].pk].parts} == {"进入名单"}


def test_difference_without_a_cause_is_said_to_be_unknown(county, owner):
    """A history that was lost: the row differs, nothing tells why."""
    first = frozen(owner)
    Figures.objects.filter(organization=county["gap"]).update(women=10)
    Figures._meta.get_field("events").related_model.objects.filter(organization_id=county["gap"].pk).delete()
    only = differences(first)[county["gap"].pk]
    assert (only.causes, only.cause_kinds) == ([], {CauseKind.UNKNOWN})


def test_comparing_asks_a_fixed_number_of_questions(county, owner, django_assert_num_queries):
    first = frozen(owner)
    correct(county["gap"], women=10)

    def asked():
        with django_assert_num_queries(19):
            found = compare(first, None, user=None)
            find_causes(found, user=None)
        return len(found.differences)

    assert asked() == 1
    for organization in (county["built"], county["silent"]):
        correct(organization, as_of=date(2011, 6, 29), reason="补报", employees=130)
    Figures.objects.filter(organization=county["built"], as_of=D).delete()
    drain_marks()
    assert asked() == 3


EDITS = st.sampled_from(
    ["women", "employees", "unknown", "delete", "late", "carried", "unit", "exclude", "restore", "leave", "shorten",
     "dissolve", "confirm", "reform", "refound", "register", "close", "instruct", "remove"]
)  # fmt: skip


def edit(kind: str, row: Organization, number: int) -> None:
    """One change of the register, written past the acts, as any workbook or correction could."""
    figures, members = row.figures.order_by("as_of"), row.memberships.order_by("pk")
    branches = [m.branch for m in members.select_related("branch")]
    if kind == "women":
        figures.update(women=number % 30)
    elif kind == "employees":
        figures.update(employees=100 + number)
    elif kind == "unknown":
        figures.update(women=None, league_members=None)
    elif kind == "delete":
        figures.delete()
    elif kind == "late":
        Figures.objects.update_or_create(
            organization=row, as_of=D - timedelta(days=number), defaults={"employees": 40 + number}
        )
    elif kind == "carried":
        day = D + timedelta(days=1 + number)
        if (first := figures.first()) and not figures.filter(as_of=day).exists():
            figures.filter(pk=first.pk).update(as_of=day)
    elif kind == "unit":
        row.placements.update(unit=make.unit("36072906"))
    elif kind == "exclude":
        if not row.exclusions.exists():
            make.excluded(row, from_=D - timedelta(days=number))
    elif kind == "restore":
        row.exclusions.all().delete()
    elif kind == "leave":
        members.update(period=DateRange(date(2010, 5, 1), D - timedelta(days=number)))
    elif kind == "shorten":
        members.update(period=DateRange(D + timedelta(days=1), None))
    elif kind == "dissolve":
        for branch in branches:
            branch.dissolved_on = max(branch.founded_on, D - timedelta(days=number))
            branch.save()
    elif kind == "confirm":
        for branch in branches:
            branch.confirmed_at = None if branch.confirmed_at else make.NOW
            branch.save()
    elif kind == "reform":
        for branch in branches:
            branch.forms.all().delete()
    elif kind == "refound":
        for branch in branches:
            branch.founded_on, branch.dissolved_on = D + timedelta(days=1), None
            branch.save()
    elif kind == "register":
        Organization.objects.filter(pk=row.pk).update(
            registered_on=D + timedelta(days=number % 2), closed_on=None, closed_state=""
        )
    elif kind == "close":
        row.refresh_from_db()
        Organization.objects.filter(pk=row.pk).update(
            closed_on=max(row.registered_on + timedelta(days=1), D - timedelta(days=number)), closed_state="cancelled"
        )
    elif kind == "instruct":
        person = Person.objects.create(name="指导员", unit=make.unit())
        Instructor.objects.create(person=person, organization=row, sent_by=make.unit(), period=DateRange(D, None))
    elif kind == "remove":
        members.delete()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edits=st.lists(st.tuples(EDITS, st.integers(0, 3), st.integers(0, 40)), min_size=1, max_size=6))
def test_every_organization_that_differs_has_a_cause(county, edits):
    mark = transaction.savepoint()
    rows = list(county.values())
    first = frozen()
    try:
        for kind, which, number in edits:
            edit(kind, rows[which], number)
        second = frozen(as_of=date(2011, 12, 31), now=make.NOW + timedelta(hours=1))
        live, later = differences(first), differences(first, second)
    finally:
        transaction.savepoint_rollback(mark)
    assert {pk: (d.old, d.new) for found in (live, later) for pk, d in found.items() if not d.causes} == {}


def test_memberships_and_exclusions_written_by_the_system_have_an_author(county, owner):
    first = frozen(owner)
    BranchMembership.objects.filter(organization=county["built"], branch__line="league").delete()
    Exclusion.objects.filter(organization=county["away"]).delete()
    found = differences(first)
    assert [(c.who, c.words) for c in found[county["built"].pk].causes] == [
        ("系统", "删除团组织的覆盖(自 2010-05-01 起)")
    ]
    assert [p.sentence for p in found[county["away"].pk].parts][0] == "恢复计入基数"


def test_a_button_pressed_twice_leaves_one_copy(county, owner):
    first = frozen(by=owner)
    with pytest.raises(Refused, match="没有重复定稿"):
        frozen(by=owner)
    assert list(Publication.objects.all()) == [first]
    # What has changed meanwhile is another copy, and so is one with another title.
    correct(county["gap"], employees=70)
    frozen(by=owner)
    frozen(by=owner, title="另报")
    assert Publication.objects.count() == 3
