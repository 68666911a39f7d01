"""Recording, correcting and cancelling activities: who may, and what is refused."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client
from django.urls import reverse

from activities.domain.recording import cancel_activity, correct_activity, facts_of, record_activity
from activities.domain.rules import missing_body
from activities.models import Activity
from orgs.domain.refusals import NotAllowed, StaleRecord
from orgs.lines import LINES
from quannan.base.models import AuditEntry
from tests import factories as f
from tests.activities import making

pytestmark = pytest.mark.django_db


def record(host, line="party", by=None, **more) -> Activity:
    return record_activity(organization=host, line=line, facts=making.facts(**more), by=by, now=f.NOW)


def refused(host, line="party", by=None, **more) -> dict:
    with pytest.raises(ValidationError) as error:
        record(host, line, by, **more)
    return {name: "".join(said) for name, said in error.value.message_dict.items()}


def test_an_activity_is_recorded_with_what_was_said_and_leaves_a_trace():
    host, other, by = f.organization("甲厂"), f.organization("乙厂"), f.owner()
    branch = f.covered(host, other)
    row = record(
        host,
        by=by,
        branch=branch,
        programme=making.programme(),
        attendees=20,
        members=6,
        place="会议室",
        others=(other,),
    )
    row.refresh_from_db()
    assert (row.organization, row.branch, row.attendees, row.members) == (host, branch, 20, 6)
    assert [part.organization for part in row.participations.all()] == [other]
    assert (row.source, row.recorded_by, row.version) == ("page", by, 1)
    entry = AuditEntry.objects.get(action="activity.record")
    assert (entry.actor, entry.object_id) == (by, str(row.pk))


def test_unknown_attendance_stays_unknown():
    row = record(f.organization())
    assert (row.attendees, row.members) == (None, None)


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"held_on": date(2012, 11, 6)}, "held_on"),
        ({"held_on": date(2009, 2, 28)}, "held_on"),
        ({"last_on": date(2011, 3, 4)}, "last_on"),
        ({"last_on": date(2012, 11, 6)}, "last_on"),
        ({"title": " "}, "title"),
        ({"title": "长" * 121}, "title"),
        ({"attendees": 3, "members": 4}, "members"),
        ({"attendees": -1}, "attendees"),
        ({"held_precision": "by"}, "held_on"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(more, field):
    assert list(refused(f.organization(), **more)) == [field]


def test_every_fault_is_said_at_once():
    found = refused(f.organization(), title="", attendees=3, members=4, held_on=date(2012, 12, 1))
    assert set(found) == {"title", "members", "held_on"}


def test_a_closed_host_has_no_activity_from_its_closing_on():
    host = f.organization(closed_on=date(2011, 3, 5), closed_state="cancelled")
    assert "注销或迁出" in refused(host)["held_on"]
    assert record(host, held_on=date(2011, 3, 4)).pk


def test_a_month_counts_from_when_the_host_was_registered_within_it():
    host = f.organization(registered_on=date(2011, 3, 20))
    assert record(host, held_on=date(2011, 3, 1), held_precision="month").pk
    assert "才登记" in refused(host, held_on=date(2011, 2, 1), held_precision="month")["held_on"]


def test_a_body_of_another_line_or_of_another_time_does_not_fit():
    host = f.organization()
    union, late = f.covered(host, line="union"), f.covered(host, from_=date(2011, 4, 1))
    assert "branch" in refused(host, branch=union)
    assert "branch" in refused(host, branch=late)
    assert "branch" in refused(f.organization(), branch=f.covered(host, line="league"), line="league")


def test_a_programme_fits_its_line_and_its_time():
    host = f.organization()
    assert "工会" in refused(host, programme=making.programme("jsbw"))["programme"]
    assert record(host, line="union", programme=making.programme("jsbw")).pk
    assert record(host, line="women", programme=making.programme("lddk")).pk
    ended = making.programme()
    ended.period = DateRange(None, date(2011, 1, 1))
    ended.save()
    assert "2010-12-31" in refused(host, programme=ended)["programme"]


def test_the_same_activity_is_not_recorded_twice():
    host = f.organization()
    row = record(host)
    assert str(row.pk) in refused(host, title="学雷锋 主题党日")["title"]


def test_no_body_is_a_remark_and_no_refusal():
    host = f.organization()
    days = (date(2011, 3, 5), date(2011, 3, 5))
    assert "没有党组织" in missing_body(host.pk, "party", days)
    f.covered(host, from_=date(2011, 3, 5))
    assert missing_body(host.pk, "party", days) == ""
    assert "没有党组织" in missing_body(host.pk, "party", (date(2011, 3, 4), date(2011, 3, 4)))


def test_who_takes_part_is_in_sight_or_in_the_body():
    mine, joined, strange = f.organization("甲厂"), f.organization("乙厂"), f.organization("丙厂")
    branch = f.covered(mine, joined)
    by = f.account("secretary", organization=mine)
    assert "乙厂" in refused(mine, by=by, others=(joined,))["others"]
    assert "丙厂" in refused(mine, by=by, others=(strange,), branch=branch)["others"]
    assert record(mine, by=by, others=(joined,), branch=branch).pk
    assert "甲厂" in refused(mine, by=by, others=(mine,), held_on=date(2011, 3, 6))["others"]


MAY = {
    "owner_office": set(LINES),
    "unit_office": set(LINES),
    "line_department": {"union", "women_workers"},
    "secretary": set(LINES),
    "filer": set(),
    "leader": set(),
    "auditor": set(),
    "technician": set(),
    "former_filer": set(),
}


@pytest.mark.parametrize("role", MAY)
def test_each_role_records_its_lines_and_no_other(role):
    host = f.organization()
    scope = {
        "unit_office": {"unit": f.unit()},
        "line_department": {"lines": ["union", "women_workers"]},
        "secretary": {"organization": host},
        "filer": {"organization": host},
    }.get(role, {})
    by, done = f.account(role, **scope), set()
    for line in LINES:
        try:
            record(host, line, by)
            done.add(line)
        except NotAllowed:
            pass
    assert done == MAY[role]


def test_outside_the_scope_nothing_is_recorded():
    host = f.organization(under=f.unit(f.PARK))
    for by in (f.township(), f.account("secretary", organization=f.organization())):
        with pytest.raises(NotAllowed):
            record(host, by=by)


def test_a_role_that_reads_does_not_widen_the_one_that_records():
    host, by = f.organization(under=f.unit(f.PARK)), f.township()
    from orgs.models import Role, RoleAssignment

    RoleAssignment.objects.create(user=by, role=Role.objects.get(code="leader"))
    with pytest.raises(NotAllowed):
        record(host, by=type(by).objects.get(pk=by.pk))


def test_filling_in_needs_no_reason_and_changing_does():
    row = record(f.organization())
    act = {"activity": row, "version": 1, "by": None, "now": f.NOW}
    done = correct_activity(**act, changes={"attendees": 12, "place": "车间"})
    assert (done.version, done.attendees, done.place) == (2, 12, "车间")
    act["version"] = 2
    with pytest.raises(ValidationError) as error:
        correct_activity(**act, changes={"attendees": 15})
    assert "reason" in error.value.error_dict
    assert correct_activity(**act, changes={"attendees": 15}, reason="核对签到表").version == 3
    told = AuditEntry.objects.filter(action="activity.correct").latest("pk").detail
    assert told["changes"] == {"参加人数": [12, 15]}


def test_a_correction_that_changes_nothing_leaves_no_trace():
    row = record(f.organization())
    correct_activity(activity=row, version=1, changes={"title": row.title}, by=None, now=f.NOW)
    row.refresh_from_db()
    assert row.version == 1
    assert not AuditEntry.objects.filter(action="activity.correct").exists()


def test_a_stale_correction_is_shown_what_others_did():
    row = record(f.organization())
    correct_activity(activity=row, version=1, changes={"place": "车间"}, by=None, now=f.NOW)
    with pytest.raises(StaleRecord) as stale:
        correct_activity(activity=row, version=1, changes={"place": "礼堂"}, by=None, now=f.NOW)
    assert stale.value.theirs["place"] == ("", "车间")
    assert stale.value.mine["place"] == ("", "礼堂")


def test_the_organizations_that_took_part_are_put_right():
    host, one, two = f.organization(), f.organization(), f.organization()
    row = record(host, others=(one,))
    act = {"activity": row, "version": 1, "by": None, "now": f.NOW}
    with pytest.raises(ValidationError):
        correct_activity(**act, changes={"others": (two,)})
    correct_activity(**act, changes={"others": (two,)}, reason="写错一家")
    row.refresh_from_db()
    assert facts_of(row).others == (two,)


def test_a_cancelled_activity_keeps_its_reason_and_is_not_touched_again():
    host = f.organization()
    row = record(host)
    with pytest.raises(ValidationError):
        cancel_activity(activity=row, version=1, reason=" ", by=None, now=f.NOW)
    by = f.owner()
    gone = cancel_activity(activity=row, version=1, reason="重复登记", by=by, now=f.NOW)
    assert (gone.cancelled_by_name, gone.cancel_reason) == (by.name, "重复登记")
    with pytest.raises(ValidationError):
        correct_activity(activity=gone, version=2, changes={"place": "礼堂"}, by=None, now=f.NOW)
    with pytest.raises(ValidationError):
        cancel_activity(activity=gone, version=2, reason="再来一次", by=None, now=f.NOW)
    assert record(host).pk != row.pk
    assert list(Activity.objects.held()) == [Activity.objects.latest("pk")]


def test_within_counts_a_month_only_when_all_of_it_lies_inside():
    host = f.organization()
    day = making.activity(host, title="日")
    month = making.activity(host, title="月", held_on=date(2011, 3, 1), held_precision="month")
    year = making.activity(host, title="年", held_on=date(2011, 1, 1), held_precision="year")

    def within(since, until, today=f.TODAY):
        return set(Activity.objects.within(since, until, today))

    assert within(date(2011, 3, 1), date(2011, 3, 31)) == {day, month}
    assert within(date(2011, 3, 2), date(2011, 3, 31)) == {day}
    assert within(date(2011, 3, 1), date(2011, 3, 30)) == {day}
    assert within(date(2011, 1, 1), date(2011, 12, 31)) == {day, month, year}
    assert within(date(2011, 1, 1), date(2011, 12, 30)) == {day, month}
    # What is known to lie before tomorrow cannot lie later in its month.
    assert within(date(2011, 1, 1), date(2011, 3, 10), today=date(2011, 3, 10)) == {day, month, year}


def test_a_title_that_grows_when_spelled_out_is_kept():
    host = f.organization()
    row = record(host, title="㍿" * 100)
    row.refresh_from_db()
    assert (row.title, len(row.title_key)) == ("㍿" * 100, 120)
    assert "title" in refused(host, title="㍿" * 100)


def test_a_correction_keeps_a_body_that_was_grouped_since():
    host = f.organization()
    branch = f.covered(host)
    row = record(host, branch=branch)
    branch.memberships.all().delete()
    client = Client()
    client.force_login(f.owner())
    address = reverse("activity-correct", args=[row.pk])
    form = client.get(address).context["form"]
    said = {name: form[name].value() or "" for name in form.fields} | {"held_on": "2011-03-05", "place": "礼堂"}
    assert said["branch"] == str(branch.pk)
    answer = client.post(address, said)
    assert answer.status_code == 302, answer.context["form"].errors
    row.refresh_from_db()
    assert (row.branch, row.place) == (branch, "礼堂")


@pytest.mark.parametrize("day", ["9999-12-31", "1899-12-31"])
def test_a_day_of_no_register_is_said_and_finds_nothing(day):
    client = Client()
    client.force_login(f.owner())
    making.activity(f.organization())
    for name in ("since", "until"):
        shown = client.get(reverse("activity-list"), {name: day})
        assert shown.context["page_obj"].paginator.count == 0
        assert "值不在可选范围内" in shown.content.decode()
        for view in ("activity-export", "activity-form-export"):
            assert client.get(reverse(view), {name: day}).status_code == 200
    host = f.organization()
    said = {"title": "远日", "held_on": day, "held_precision": "day"}
    answer = client.post(f"{reverse('activity-record')}?organization={host.pk}&line=party", said)
    assert "held_on" in answer.context["form"].errors
