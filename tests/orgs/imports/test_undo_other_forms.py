"""Imports of the other forms taken back: ledgers with their facts and reasons, posts, instructors and liaisons."""

from io import BytesIO

import openpyxl
import pghistory
import pytest
from django.utils import timezone

from orgs.imports.undo_rules import POSTS_UNDO, REGISTER_UNDO, SUPPORT_UNDO
from orgs.models import Appointment, Candidate, EstablishmentPlan, Instructor, LedgerFacts, Person
from quannan.base.domain.import_files import write_file
from quannan.base.imports import import_kind, import_kinds
from quannan.base.models import Job
from tests import factories
from tests.orgs.imports.conftest import AS_OF, lawful
from tests.orgs.imports.undoing import import_as_job, tables, undo, without_context

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference")]


def imported(code, tmp_path, header, *rows):
    """Writes a small file of the kind as the worker does; returns the job's number."""
    book = openpyxl.Workbook()
    book.active.append(header)
    for row in rows:
        book.active.append(row)
    out, path = BytesIO(), tmp_path / f"{code}.xlsx"
    book.save(out)
    path.write_bytes(out.getvalue())
    by, now = factories.owner(), timezone.now()
    job = Job.objects.create(kind="base.import_write", title=code, created_by=by, created_at=now, sent_at=now)
    with pghistory.context(job=str(job.pk), user=by.pk):
        result, _ = write_file(import_kind(code), path, AS_OF, mode="all", by=None, now=now)
    assert [problem.message for problem in result.checked.errors()] == []
    without_context()
    return job.pk


@pytest.fixture
def register(form_file):
    import_as_job(form_file(lawful(1), lawful(2)), AS_OF)


def test_every_kind_says_how_it_is_taken_back():
    assert [kind.code for kind in import_kinds() if kind.undo is None] == []


def test_ledger_facts_and_reasons_go_back(register, tmp_path):
    before = tables()
    job = imported(
        "F1",
        tmp_path,
        ["企业名称", "从业人员数", "经营地", "未建原因"],
        ["全南县第1制造有限公司", 44, "工业大道1号", "新成立"],
    )
    assert (LedgerFacts.objects.count(), EstablishmentPlan.objects.count()) == (1, 1)
    done = undo(job, rules=REGISTER_UNDO)
    assert ([subject.name for subject in done.undone], done.refused) == (["全南县第1制造有限公司"], ())
    assert tables() == before


def test_posts_and_the_people_they_brought_go_back(register, tmp_path):
    before = tables()
    job = imported(
        "POSTS",
        tmp_path,
        ["单位名称", "条线", "姓名", "职务", "任职日期", "联系电话"],
        ["全南县第1制造有限公司", "工会", "钟小兰", "主席", "2010-05-01", "0797-2600002"],
        ["全南县第2制造有限公司", "工会", "丘大海", "主席", "2010-05-01", None],
    )
    assert (Appointment.objects.count(), Person.objects.count()) == (2, 2)
    done = undo(job, rules=POSTS_UNDO)
    assert (len(done.undone), done.refused) == (2, ())
    assert tables() == before


def test_post_of_somebody_entered_in_the_talent_pool_since_stays(register, tmp_path):
    job = imported(
        "POSTS",
        tmp_path,
        ["单位名称", "条线", "姓名", "职务", "任职日期"],
        ["全南县第1制造有限公司", "工会", "钟小兰", "主席", "2010-05-01"],
        ["全南县第2制造有限公司", "工会", "丘大海", "主席", "2010-05-01"],
    )
    Candidate.objects.create(person=Person.objects.get(name="钟小兰"), lines=["union"], entered_on=AS_OF)
    done = undo(job, rules=POSTS_UNDO)
    assert [(subject.name, subject.refusals) for subject in done.refused] == [
        ("钟小兰", ("导入之后已登记党群人才库的登记。",))
    ]
    assert list(Person.objects.values_list("name", flat=True)) == ["钟小兰"]
    assert Appointment.objects.count() == 1


def test_instructors_and_liaisons_go_back(register, tmp_path):
    before = tables()
    job = imported(
        "SUPPORT",
        tmp_path,
        ["类别", "单位名称", "姓名或挂点单位名称", "工作单位", "起日"],
        ["党建工作指导员", "全南县第1制造有限公司", "曾庆华", "县直机关", "2011-03-01"],
        ["挂点单位", "全南县第2制造有限公司", "县统计局", None, "2011-03-01"],
    )
    assert Instructor.objects.count() == 1
    done = undo(job, rules=SUPPORT_UNDO)
    assert (len(done.undone), done.refused) == (2, ())
    assert tables() == before
