"""One import taken back: every table of the register is as before, row by row of the form."""

import datetime as dt

import pytest

from coverage.domain import spans
from coverage.domain.figures import report
from orgs.imports.undo_rules import REGISTER_UNDO
from orgs.models import Organization
from orgs.queries import timeline_of
from quannan.base.domain.undoing import perform_undo, preview_undo
from quannan.base.models import AuditEntry
from tests import factories as f
from tests.orgs.imports.conftest import AS_OF, lawful
from tests.orgs.imports.undoing import import_as_job, names, new_number, tables, undo

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference")]

LATER = dt.date(2012, 6, 30)


def everything(number, **changed):
    """A row that speaks of every line, with a joint body."""
    return lawful(
        number,
        **{
            "party_form": "联合党支部",
            "party_date": "2009-07-01",
            "party_name": "城厢联合党支部",
            "league_form": "团支部",
            "league_date": "2010-05",
            "women_form": "妇女委员会",
            "women_date": "2010",
            "mechanism_date": "2010年3月",
        }
        | changed,
    )


def test_an_import_into_an_empty_register_leaves_nothing_behind(form_file):
    before = tables()
    job = import_as_job(form_file(*(everything(n) for n in (1, 2, 3))), AS_OF)
    assert Organization.objects.count() == 3

    done = undo(job)

    assert tables() == before
    assert (len(done.undone), done.refused, done.restored) == (3, (), {})
    assert done.deleted == {
        "orgs.Branch": 13,
        "orgs.BranchForm": 13,
        "orgs.BranchMembership": 15,
        "orgs.Figures": 3,
        "orgs.Organization": 3,
        "orgs.Placement": 3,
    }


def test_an_import_over_a_register_leaves_it_as_it_was_but_for_versions(form_file):
    loaded = [everything(n) for n in (1, 2, 3, 4)]
    import_as_job(
        form_file(
            *loaded, lawful(5), lawful(6, union_date="2009.4"), lawful(7, party_form="党支部", party_date="2009-01-05")
        ),
        AS_OF,
    )
    before = tables(versions=False)
    numbers = {row.pk: row.version for row in Organization.objects.all()}
    changes = (
        everything(1, name="全南县新名有限公司", kind="社会组织", contact_name="李大海", contact_phone="13800001234"),
        everything(2, unit="工业园区", employees=77, women="--"),
        everything(3, league_form="团总支", remark="迁址"),
        everything(4, union_form="无", union_date=None),
        lawful(5, party_form="联合党支部", party_date="2003-07-01", party_name="城厢联合党支部"),
        lawful(6, union_date="2009-04-19"),
        lawful(7, party_form="党总支", party_date="2009-01-05"),
        everything(8, party_name="工业园联合党支部"),
    )

    job = import_as_job(form_file(*changes), LATER, endings={(6, "union")})
    changed = tables(versions=False)
    done = undo(job)

    told = {label for label, rows in changed.items() if rows != before[label]}
    assert told == {
        "orgs.Branch", "orgs.BranchForm", "orgs.BranchMembership", "orgs.Figures", "orgs.Organization", "orgs.Placement"
    }  # fmt: skip
    assert tables(versions=False) == before
    assert done.refused == () and len(done.undone) == 8
    versions = {row.pk: row.version - numbers[row.pk] for row in Organization.objects.all()}
    assert sorted(versions.values()) == [0, 0, 0, 0, 0, 2, 2]


def test_a_second_undo_finds_nothing_left(form_file):
    job = import_as_job(form_file(lawful(1)), AS_OF)
    undo(job)
    entries = AuditEntry.objects.count()

    again = undo(job)

    assert (again.subjects, again.deleted, again.restored, again.writes) == ((), {}, {}, False)
    assert AuditEntry.objects.count() == entries


def test_a_job_that_wrote_nothing_has_nothing_to_take_back():
    assert undo(new_number()).subjects == ()


def test_the_rows_of_the_form_come_by_name(form_file):
    job = import_as_job(form_file(lawful(1, name="丙公司"), lawful(2, name="甲公司"), lawful(3, name="乙公司")), AS_OF)

    assert names(undo(job).undone) == ["丙公司", "甲公司", "乙公司"]


def test_the_trail_says_who_took_back_what(form_file):
    by = f.owner()
    job = import_as_job(form_file(lawful(1), lawful(2)), AS_OF)

    undo(job, by)

    entry = AuditEntry.objects.get(action="register.undo_import")
    assert entry.actor == by
    assert entry.detail == {
        "job": str(job), "undone_rows": 2, "refused_rows": 0, "deleted": 12, "restored": 0
    }  # fmt: skip


def test_figures_of_coverage_are_as_before(form_file):
    import_as_job(form_file(everything(1), everything(2)), AS_OF)
    spans.drain_marks()
    before = report(user=None, as_of=LATER)
    job = import_as_job(
        form_file(everything(1, employees=3, women=0), everything(2, unit="工业园区"), lawful(3)), LATER
    )
    spans.drain_marks()
    assert report(user=None, as_of=LATER) != before

    undo(job)
    spans.drain_marks()

    assert report(user=None, as_of=LATER) == before
    assert spans.verify().differences == []


def test_progress_is_told_step_by_step(form_file):
    job = import_as_job(form_file(lawful(1)), AS_OF)
    told = []

    undo(job, progress=lambda done, total, step: told.append((done, total, step)))

    assert told == [
        (0, 5, "核对导入后的改动"),
        (1, 5, "删除导入新增的记录"),
        (2, 5, "还原导入改过的记录"),
        (3, 5, "核对关联"),
        (4, 5, "记入审计"),
        (5, 5, ""),
    ]


class Stopped(Exception):
    pass


def test_what_stops_an_undo_leaves_the_import(form_file):
    job = import_as_job(form_file(lawful(1)), AS_OF)
    before = tables()

    def stop(done, total, step):
        if done == 4:
            raise Stopped

    with pytest.raises(Stopped):
        undo(job, progress=stop)
    assert tables() == before


# What looking costs, and what taking back costs beside: the tables that the import touched decide, not the rows.
LOOKING, TAKING_BACK = 102, 122


def test_the_number_of_queries_does_not_grow_with_the_rows(form_file, django_assert_num_queries):
    import_as_job(form_file(*(everything(n) for n in range(1, 154))), AS_OF)
    by = f.owner()

    def changes(known, new):
        return [everything(n, employees=50, unit="工业园区", remark="迁址", party_date="2003") for n in known] + [
            everything(n, party_name=f"第{new[0]}联合党支部") for n in new
        ]

    few = import_as_job(form_file(*changes(range(1, 4), range(400, 403))), LATER)
    many = import_as_job(form_file(*changes(range(4, 154), range(500, 650))), LATER)
    for job, rows in ((few, 6), (many, 300)):
        with django_assert_num_queries(LOOKING):
            told = preview_undo(job, REGISTER_UNDO)
        with django_assert_num_queries(TAKING_BACK):
            done = perform_undo(job, REGISTER_UNDO, by=by, now=f.NOW)
        assert (len(done.undone), len(told.refused)) == (rows, 0)


def test_the_history_of_an_organization_tells_an_undo_in_words(form_file):
    by = f.owner()
    import_as_job(form_file(everything(1)), AS_OF)
    changes = {
        "name": "全南县新名有限公司",
        "unit": "工业园区",
        "employees": 41,
        "league_form": "团总支",
        "women_form": "无",
        "women_date": None,
        "party_date": "2009-07-01",
        "union_date": "2009-04-19",
    }
    first = import_as_job(form_file(everything(1, **changes)), LATER, endings={(3, "women")})
    changes |= {"women_form": None, "women_workers_form": "女工委员会", "women_workers_date": "2011-05-04"}
    second = import_as_job(form_file(everything(1, **changes)), LATER)

    undo(second, by)
    undo(first, by)

    entries = [entry for entry in timeline_of(Organization.objects.get()) if entry.why == "撤回导入"]
    assert {entry.who for entry in entries} == {by.name}
    assert sorted(entry.words for entry in entries) == [
        "2012-06-30 的年度数字已删除",
        "与女工委员会的覆盖关系已删除",
        "与妇女组织的覆盖关系恢复,取消 2012-06-29 的结束",
        "单位名称 全南县新名有限公司→全南县第1制造有限公司,曾用名 全南县第1制造有限公司→无",
        "团组织自 2012-06-30 起改为团总支的记录已删除",
        "妇女组织恢复,取消 2012-06-29 的撤销",
        "归属 工业园区 的记录已删除",
        "归属恢复为 城厢镇",
    ]
