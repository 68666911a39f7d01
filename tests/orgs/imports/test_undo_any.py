"""Whatever two forms do to whatever the register holds: taken back in reverse, nothing of them is left."""

import datetime as dt

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coverage.domain import spans
from tests import factories
from tests.orgs.imports.conftest import FIRST_ROW, lawful
from tests.orgs.imports.test_export import bodies, build, organizations
from tests.orgs.imports.undoing import import_as_job, names, tables, undo, without_context

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference")]

FORMS = {
    "party": ("党支部", "党总支", "联合党支部"),
    "union": ("基层工会委员会", "联合基层工会"),
    "league": ("团支部", "团总支"),
    "women": ("妇女委员会",),
    "women_workers": ("女工委员会", "女工委员"),
}
DATES = st.sampled_from([None, "2001", "2005.3", "2008-07-01", "2010年5月"])
NAMES = st.sampled_from([None, None, "工业园联合会", "城厢 联合(一)"])


@st.composite
def form_rows(draw):
    """A row about one of the first six codes, known or not."""
    number = draw(st.integers(1, 6))
    kind = draw(st.sampled_from(["enterprise", "social"]))
    employees = draw(st.none() | st.integers(0, 300))
    row = {
        "uscc": factories.uscc(number, kind),
        "name": draw(st.sampled_from([f"第{number}公司（{kind}）", f"第{number}新名公司"])),
        "kind": "非公有制企业" if kind == "enterprise" else "社会组织",
        "registration_type": "私营企业" if kind == "enterprise" else None,
        "unit": draw(st.sampled_from(["城厢镇", "工业园区"])),
        "registered_on": draw(st.sampled_from(["1997", "2005-03-08"])),
        "employees": employees,
        "women": None,
        "league_members": None,
        "full_members": draw(st.sampled_from([None, 0, "--"])),
        "contact_phone": draw(st.sampled_from([None, "--", "0797-2600002"])),
        "remark": draw(st.sampled_from([None, "迁址"])),
        "mechanism_date": draw(st.sampled_from([None, "无", "2010年3月"])),
    }
    for line, forms in FORMS.items():
        row[f"{line}_form"] = draw(st.sampled_from([None, "无", *forms]))
        row[f"{line}_date"] = draw(DATES) if row[f"{line}_form"] not in (None, "无") else None
    for line in ("party", "union"):
        joint = (row[f"{line}_form"] or "").startswith("联合")
        row[f"{line}_name"] = draw(NAMES) if joint else None
    return lawful(number, **row)


FILES = st.lists(form_rows(), min_size=1, max_size=4, unique_by=lambda row: row["uscc"])


class _Rollback(Exception):
    pass


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    owners=st.lists(organizations(), max_size=4),
    groups=st.lists(bodies(), max_size=6),
    files=st.tuples(FILES, FILES),
    days=st.tuples(*[st.dates(dt.date(2008, 1, 1), dt.date(2014, 6, 30))] * 2),
)
def test_two_forms_taken_back_in_reverse_leave_nothing(form_file, owners, groups, files, days):
    with pytest.raises(_Rollback), transaction.atomic():
        build(owners, groups if owners else [])
        without_context()
        spans.rebuild()
        states, jobs = [], []
        for rows, day in zip(files, days, strict=True):
            states.append(tables(versions=False))
            endings = {(FIRST_ROW + n, line) for n in range(len(rows)) for line in (*FORMS, "mechanism")}
            jobs.append(import_as_job(form_file(*rows), day, endings=endings))
        for job, before in zip(reversed(jobs), reversed(states), strict=True):
            assert names(undo(job).refused) == []
            assert tables(versions=False) == before
            assert undo(job).writes is False
        spans.drain_marks()
        assert spans.verify().differences == []
        raise _Rollback
