"""An import of 经费表 taken back: what it made goes, what somebody has changed since stays with its sentence."""

from datetime import date
from decimal import Decimal

import pghistory
import pytest
from django.utils import timezone

from funding.domain.entries import correct_entry
from funding.imports.kinds import FUND_UNDO
from funding.models import FundEntry
from quannan.base.domain.import_files import write_file
from quannan.base.imports import import_kind
from quannan.base.models import Job
from tests import factories as f
from tests import makers_funds as make
from tests.funding.test_import import got, spent
from tests.orgs.imports.staff import Staff
from tests.orgs.imports.undoing import acting, undo, without_context

pytestmark = pytest.mark.usefixtures("seed")


def imported(tmp_path, *rows) -> str:
    """Writes a small file as the worker does; gives the job's number."""
    path, now = Staff("FUND", tmp_path).file(*rows), timezone.now()
    by = f.owner()
    job = Job.objects.create(kind="base.import_write", title="FUND", created_by=by, created_at=now, sent_at=now)
    with pghistory.context(job=str(job.pk), user=by.pk):
        write_file(import_kind("FUND"), path, mode="all", by=None, now=now)
    without_context()
    return job.pk


def test_what_an_import_made_and_changed_goes_back(tmp_path):
    firm = f.organization("全南县兴隆竹业有限公司")
    kept = make.spending(firm, on=date(2011, 3, 1), note="甲")
    without_context()
    job = imported(tmp_path, got(firm), got(firm), spent(firm, note="乙"))
    done = undo(job, rules=FUND_UNDO)
    assert ([subject.name for subject in done.undone], done.refused) == ([firm.name], ())
    # Whoever had opened it before must notice: a version never comes back.
    assert list(FundEntry.objects.values_list("pk", "note", "version")) == [(kept.pk, "甲", 3)]


def test_an_entry_corrected_since_keeps_its_organizations_rows(tmp_path):
    firm, other = f.organization("全南县兴隆竹业有限公司"), f.organization("全南县桃江电子有限公司")
    job = imported(tmp_path, got(firm), got(other))
    with acting(f.owner()):
        entry = FundEntry.objects.get(organization=firm)
        facts = {"amount_yuan": Decimal("300.00")}
        correct_entry(entry=entry, version=1, facts=facts, reason="看错", by=f.owner(), now=timezone.now())
    done = undo(job, rules=FUND_UNDO)
    assert [subject.name for subject in done.undone] == [other.name]
    assert [(s.name, "改过经费" in s.refusals[0]) for s in done.refused] == [(firm.name, True)]
    assert FundEntry.objects.get().organization == firm
