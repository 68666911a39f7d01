"""活动表: activities from a workbook, by the rules of the single act."""

from datetime import date

import pghistory
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import Workbook

from activities.exports_form import activity_form_file
from activities.imports.kinds import ACTIVITY_UNDO
from activities.models import Activity, Participation, Programme
from activities.queries_activities import partners_of
from quannan.base.domain import import_files
from quannan.base.domain.undoing import perform_undo, preview_undo
from quannan.base.errors import Refused
from quannan.base.imports import import_kind, import_kinds
from quannan.base.models import AuditEntry, Job
from tests import factories as f
from tests.activities import making
from tests.orgs.imports.staff import faults, warnings
from tests.orgs.imports.undoing import without_context

pytestmark = pytest.mark.django_db

HEADER = {
    "uscc": "统一社会信用代码",
    "name": "组织名称",
    "line": "条线",
    "kind": "类别",
    "programme": "活动载体",
    "title": "活动名称",
    "held": "开展日期",
    "last": "结束日期",
    "place": "地点",
    "attendees": "参加人数",
    "members": "其中党员",
    "others": "共同参加的组织",
    "content": "内容",
    "note": "备注",
}


GONE = {"cancelled_by_name": "钟主任", "cancel_reason": "没有开展"}


class Sheet:
    """``check`` and ``write`` take rows as field → cell; the first row of data is row 2."""

    def __init__(self, folder):
        making.reference()
        self.kind, self.folder, self._made = import_kind("ACT"), folder, 0

    def file(self, *rows):
        book = Workbook()
        book.active.append(list(HEADER.values()))
        for row in rows:
            assert set(row) <= set(HEADER), row
            book.active.append([row.get(field) for field in HEADER])
        self._made += 1
        path = self.folder / f"activities-{self._made}.xlsx"
        book.save(path)
        return path

    def check(self, *rows, by=None):
        return import_files.check_file(self.kind, self.file(*rows), by=by)

    def write(self, *rows, by=None):
        """Writes the good rows; gives (created, updated, unchanged) and the result."""
        return self.write_path(self.file(*rows), by)

    def write_path(self, path, by=None):
        result, counts = import_files.write_file(self.kind, path, mode="valid", by=by, now=timezone.now())
        return (counts["created"], counts["updated"], counts["unchanged"]), result


@pytest.fixture
def sheet(tmp_path):
    return Sheet(tmp_path)


@pytest.fixture
def host(sheet):
    row = f.organization("全南县兴隆竹业有限公司")
    f.covered(row)
    return row


def held(host, **changed):
    """A theme day of the party body on 5 March 2011."""
    said = {
        "uscc": host.uscc,
        "name": host.name,
        "line": "党组织",
        "kind": "主题党日",
        "programme": "创先争优",
        "title": "学雷锋主题党日",
        "held": "2011-03-05",
        "attendees": 20,
        "members": 6,
    }
    return said | changed


def test_a_row_is_recorded_as_it_says(sheet, host):
    other = f.organization("乙厂")
    counts, result = sheet.write(
        held(host, others=f"乙厂({other.uscc})", place="会议室", content="参观", note="下雨", last="2011-03-06")
    )
    assert (counts, faults(result), warnings(result)) == ((1, 0, 0), [], [])
    row = Activity.objects.get()
    assert (row.organization, row.line, row.kind.name, row.programme.name) == (host, "party", "主题党日", "创先争优")
    assert (row.held_on, row.held_precision, row.last_on) == (date(2011, 3, 5), "day", date(2011, 3, 6))
    assert (row.attendees, row.members, row.place, row.content, row.note) == (20, 6, "会议室", "参观", "下雨")
    assert (row.source, row.version, row.title_key) == ("import", 1, "学雷锋主题党日")
    assert [part.organization for part in row.participations.all()] == [other]
    assert AuditEntry.objects.filter(action="activity.import").exists()


def test_numbers_left_blank_are_not_known(sheet, host):
    sheet.write(held(host, attendees=None, members=None))
    row = Activity.objects.get()
    assert (row.attendees, row.members) == (None, None)


def test_the_same_file_again_changes_nothing(sheet, host):
    other = f.organization("乙厂")
    rows = (held(host, others="乙厂"), held(host, title="党课", kind="党课", programme=None, held="2011年4月"))
    assert sheet.write(*rows)[0] == (2, 0, 0)
    assert sheet.write(*rows)[0] == (0, 0, 2)
    assert Participation.objects.get().organization == other


def test_changed_fields_are_put_right_and_blank_ones_kept(sheet, host):
    f.organization("乙厂")
    two = f.organization("丙厂")
    sheet.write(held(host, others="乙厂", place="会议室", note="下雨"))
    changed = held(host, attendees=25, members=None, place=None, note="--", others="丙厂", kind="学习培训")
    counts, result = sheet.write(changed)
    assert counts == (0, 1, 0)
    row = Activity.objects.get()
    assert (row.attendees, row.members, row.place, row.note, row.kind.name) == (25, 6, "会议室", "", "学习培训")
    assert (row.version, [part.organization for part in row.participations.all()]) == (2, [two])
    assert {change.label: (change.before, change.after) for change in result.plan.rows[0].changes} == {
        "类别": ("主题党日", "学习培训"),
        "参加人数": ("20", "25"),
        "共同参加的组织": ("乙厂", "丙厂"),
        "备注": ("下雨", ""),
    }


@pytest.mark.parametrize("meanwhile", [{"place": "礼堂", "version": 2}, dict(cancelled_at=f.NOW, **GONE)])
def test_what_a_page_changed_while_the_file_was_read_is_not_overwritten(sheet, host, meanwhile):
    sheet.write(held(host))
    path = sheet.file(held(host, attendees=25), held(host, title="另一项"))
    result = import_files.check_file(sheet.kind, path)
    Activity.objects.update(**meanwhile)
    with pytest.raises(Refused) as refused:
        import_files.apply_result(result, by=None, now=timezone.now(), detail={})
    assert "第2行" in refused.value.sentence and "学雷锋主题党日" in refused.value.sentence
    row = Activity.objects.get()
    assert (row.attendees, row.place) == (20, meanwhile.get("place", ""))


def test_codes_of_partners_are_read_however_they_are_typed(sheet, host):
    other = f.organization("乙厂")
    code = other.uscc
    wide = "".join(chr(ord(c) + 0xFEE0) for c in code)
    for said in (code.lower(), wide, f"{code[:8]} {code[8:]}", f"乙厂({code.lower()})", f"乙厂（{wide}）"):
        result = sheet.check(held(host, others=said))
        assert faults(result) == [], said
        assert result.plan.rows[0].new.facts.others == {other.pk}


def test_a_day_known_better_is_a_change(sheet, host):
    sheet.write(held(host, held="2011-03"))
    assert sheet.write(held(host, held="2011-03-01"))[0] == (0, 1, 0)
    assert Activity.objects.get().held_precision == "day"


def test_a_cancelled_activity_does_not_come_back_by_itself(sheet, host):
    gone = {"cancelled_at": f.NOW, "cancelled_by_name": "钟主任", "cancel_reason": "没有开展"}
    making.activity(host, title="学雷锋主题党日", **gone)
    assert sheet.write(held(host))[0] == (1, 0, 0)


@pytest.mark.parametrize(
    ("changed", "cell", "code"),
    [
        ({"line": "妇代会"}, "C2", "unknown_line"),
        ({"line": None}, "C2", "missing_line"),
        ({"kind": "联欢"}, "D2", "unknown_kind"),
        ({"kind": None}, "D2", "missing_kind"),
        ({"programme": "技术比武"}, "E2", "not_fitting"),
        ({"programme": "没有的载体"}, "E2", "unknown_programme"),
        ({"title": None}, "F2", "missing_title"),
        ({"title": "“”"}, "F2", "missing_title"),
        ({"held": None}, "G2", "missing_day"),
        ({"held": "三月"}, "G2", "bad_date"),
        ({"held": "2009-02-28"}, "G2", "bad_day"),
        ({"held": "2099-01-01"}, "G2", "bad_day"),
        ({"last": "2011-03-04"}, "H2", "bad_day"),
        ({"attendees": "约20"}, "J2", "not_a_number"),
        ({"members": 21}, "K2", "bad_number"),
        ({"others": "没有的厂"}, "L2", "unknown_organization"),
        ({"others": "全南县兴隆竹业有限公司"}, "L2", "host_itself"),
        ({"uscc": None, "name": "没有的厂"}, "B2", "unknown_organization"),
        ({"name": "别的名字"}, "B2", "code_and_name_differ"),
    ],
)
def test_each_fault_is_said_at_its_cell_and_nothing_is_written(sheet, host, changed, cell, code):
    counts, result = sheet.write(held(host, **changed))
    assert faults(result) == [(cell, code)]
    assert counts == (0, 0, 0)
    assert not Activity.objects.exists()


def test_every_fault_of_a_row_is_said_at_once(sheet, host):
    result = sheet.check(held(host, kind="联欢", held="2099-01-01", members=21, others="没有的厂"))
    assert faults(result) == [
        ("D2", "unknown_kind"), ("G2", "bad_day"), ("K2", "bad_number"), ("L2", "unknown_organization"),
    ]  # fmt: skip


def test_numbers_are_held_against_those_on_record(sheet, host):
    sheet.write(held(host))
    assert faults(sheet.check(held(host, attendees=5, members=None))) == [("J2", "bad_number")]


def test_a_body_that_is_missing_is_a_remark(sheet):
    host = f.organization("丁厂")
    counts, result = sheet.write(held(host))
    assert (counts, faults(result), warnings(result)) == ((1, 0, 0), [], [("C2", "no_body")])


def test_the_same_activity_twice_in_one_file_is_one_fault(sheet, host):
    counts, result = sheet.write(held(host), held(host, title="学雷锋 主题党日", attendees=9))
    assert faults(result) == [("F3", "duplicate")]
    assert warnings(result) == [("F2", "differs_from_later")]
    assert counts == (1, 0, 0)


def test_an_ended_kind_is_refused_after_its_end_only(sheet, host):
    kind = making.kind("theme_day")
    kind.period = (None, date(2011, 3, 1))
    kind.save()
    assert faults(sheet.check(held(host))) == [("D2", "not_in_use")]
    assert faults(sheet.check(held(host, held="2011-02-28"))) == []


def test_a_line_department_writes_its_lines_only(sheet, host):
    f.covered(host, line="union")
    by = f.union_office()
    row = held(host, line="工会", programme="技术比武", kind="技能竞赛", members=None)
    counts, result = sheet.write(held(host), row, by=by)
    assert faults(result) == [("C2", "not_your_line")]
    assert counts == (1, 0, 0)
    assert Activity.objects.get().recorded_by == by


def test_a_unit_writes_its_own_organizations_only(sheet):
    far, near = f.organization("远厂", under=f.unit(f.PARK)), f.organization("近厂")
    counts, result = sheet.write(held(far), held(near), held(near, title="两家", others="远厂"), by=f.township())
    assert faults(result) == [("A2", "out_of_scope"), ("L4", "unknown_organization")]
    assert counts == (1, 0, 0)


def test_who_may_import_the_form(sheet):
    offices = {"owner_office": {}, "unit_office": {"unit": f.unit()}, "line_department": {"lines": ["league"]}}
    for role, scope in offices.items():
        assert sheet.kind in import_kinds(f.account(role, **scope))
    host = f.organization()
    for role, scope in {"secretary": {"organization": host}, "filer": {"organization": host}, "leader": {}}.items():
        assert sheet.kind not in import_kinds(f.account(role, **scope))
    assert sheet.kind not in import_kinds(f.account("line_department"))


def test_what_the_form_gives_out_it_takes_back_unchanged(sheet, host, tmp_path):
    other = f.organization("乙厂")
    making.activity(
        host, other, title="甲", programme=making.programme(), attendees=0, members=None, content="一\n二", place="车间"
    )
    making.activity(host, title="乙", held_on=date(2011, 4, 1), held_precision="month", last_on=date(2011, 4, 20))
    making.activity(host, title="丙", line="union", held_on=date(2010, 1, 1), held_precision="year", note="备注")
    gone = {"cancelled_at": f.NOW, "cancelled_by_name": "钟主任", "cancel_reason": "没有开展"}
    making.activity(host, title="丁", **gone)
    before = list(Activity.objects.order_by("pk").values())
    rows = Activity.objects.select_related("organization", "kind", "programme").order_by("pk")
    by, path = f.owner(), tmp_path / "out.xlsx"
    others, _ = partners_of((row.pk for row in rows), by, f.TODAY)
    path.write_bytes(activity_form_file(rows, others, whose="全县", by=by, now=f.NOW).read())
    counts, result = sheet.write_path(path)
    assert (counts, faults(result)) == ((0, 0, 3), [])
    assert list(Activity.objects.order_by("pk").values()) == before


def test_two_programmes_of_one_name_go_by_their_line(sheet, host):
    f.covered(host, line="union")
    own = Programme.objects.create(name="读书月", line="union", period=(None, None), order=90)
    all_ = Programme.objects.create(name="读书月", line="", period=(None, None), order=91)
    sheet.write(held(host, programme="读书月"), held(host, programme="读书月", line="工会"))
    assert list(Activity.objects.order_by("line").values_list("line", "programme_id")) == [
        ("party", all_.pk), ("union", own.pk),
    ]  # fmt: skip


def test_an_import_is_taken_back_to_what_was_before(sheet, host):
    one, by = f.organization("乙厂"), f.owner()
    sheet.write(held(host, title="旧的", others="乙厂"))
    without_context()

    def tables():
        rows = [dict(row) for row in Activity.objects.order_by("pk").values()]
        for row in rows:
            # Taking back is a change like any other: whoever had the row open notices.
            row.pop("version")
        return [rows, list(Participation.objects.order_by("pk").values())]

    before = tables()
    now = timezone.now()
    job = Job.objects.create(kind="base.import_write", title="写入活动表", created_by=by, created_at=now, sent_at=now)
    with pghistory.context(job=str(job.pk), user=by.pk):
        assert sheet.write(held(host, title="旧的", attendees=30, others="--"), held(host, others="乙厂"))[0] == (
            1,
            1,
            0,
        )
    without_context()
    seen = preview_undo(job.pk, ACTIVITY_UNDO)
    assert [subject.name for subject in seen.undone] == ["学雷锋主题党日", "旧的"]
    perform_undo(job.pk, ACTIVITY_UNDO, by=by, now=timezone.now())
    without_context()
    assert tables() == before
    assert Participation.objects.get().organization == one


def test_what_somebody_changed_since_is_not_taken_back(sheet, host):
    by, now = f.owner(), timezone.now()
    job = Job.objects.create(kind="base.import_write", title="写入活动表", created_by=by, created_at=now, sent_at=now)
    with pghistory.context(job=str(job.pk), user=by.pk):
        sheet.write(held(host))
    without_context()
    with pghistory.context(user=by.pk):
        Activity.objects.update(place="礼堂")
    without_context()
    (refused,) = preview_undo(job.pk, ACTIVITY_UNDO).refused
    assert "改过活动" in refused.refusals[0]


@pytest.mark.parametrize("number", [1, 40])
def test_checking_and_writing_take_the_same_queries_whatever_the_rows(sheet, number):
    hosts = [f.organization(f"第{n}厂") for n in range(number)]
    f.covered(hosts[0])
    path = sheet.file(*(held(one) for one in hosts))
    with CaptureQueriesContext(
        connection,
    ) as seen:
        sheet.write_path(path, f.owner())
    assert len(seen) == QUERIES


QUERIES = 17


def test_the_template_offers_what_is_in_use(sheet):
    columns = sheet.kind.form().by_field
    assert "主题党日" in columns["kind"].options
    assert "创先争优" in columns["programme"].options
    kind = making.kind("theme_day")
    kind.period = (None, date(2011, 3, 1))
    kind.save()
    assert "主题党日" not in sheet.kind.form().by_field["kind"].options
