"""A register compared with its own export finds nothing, whatever stands in it."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orgs.domain.reconciliation_plan import Claim, KnownRecord, KnownRegister, RegisterRow, compare, date_words
from orgs.imports.maps import CodeLists
from orgs.models import Organization
from orgs.models.codes import CodeList
from orgs.validators import normalise_name
from tests import factories as f
from tests import makers_reconciliation as make

AS_OF = date(2012, 10, 31)
TYPES = ("", "private", "limited", "partnership")
NAMES = st.text("全南县城厢金龙电子竹木()·厂 行社Aa1", min_size=1, max_size=12).filter(normalise_name)


@st.composite
def records(draw) -> list[KnownRecord]:
    """Organizations whose names and codes occur once; some have no code at all, some are closed or excluded."""
    found = []
    names = draw(st.lists(NAMES, unique_by=normalise_name, max_size=12))
    for number, name in enumerate(names, 1):
        coded = draw(st.sampled_from(["uscc", "old", "none"]))
        precision = draw(st.sampled_from(["day", "month", "year"]))
        day = date(2000, 1, 1) + timedelta(days=draw(st.integers(0, 4000)))
        closed = draw(st.sampled_from([None, date(2012, 1, 1)])) if coded != "none" else None
        found.append(
            KnownRecord(
                number,
                f.uscc(number) if coded == "uscc" else "",
                f"{number:013d}" if coded == "old" else "",
                name,
                normalise_name(name),
                (),
                "enterprise",
                draw(st.sampled_from(TYPES)),
                draw(st.sampled_from(["", "A", "C"])),
                {"day": day, "month": day.replace(day=1), "year": date(day.year, 1, 1)}[precision],
                precision,
                closed,
                "revoked" if closed is None and draw(st.booleans()) else "",
                "/360729/",
                "/360729/",
            )
        )
    return found


def row_of(record: KnownRecord) -> RegisterRow:
    """What a faithful export says of an organization."""
    state = "deregistered" if record.closed_on else record.excluded
    return RegisterRow(
        number=record.id + 1,
        name=record.name,
        name_key=record.name_key,
        uscc=record.uscc,
        old_code=record.old_code,
        kind=record.kind,
        kind_stated=True,
        registration_type=record.registration_type,
        industry=record.industry,
        registered_on=date_words(record.registered_on, record.registered_precision),
        state=state or "normal",
        gone=bool(state),
        unit_path=record.path,
    )


# Drawing is slow on a busy machine; what is tested is not.
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(records(), st.randoms(use_true_random=False))
def test_a_register_compared_with_itself_finds_nothing(ours, chance):
    register = KnownRegister()
    for record in ours:
        register.add(record)
    rows = [row_of(record) for record in ours]
    chance.shuffle(rows)
    found = compare(rows, register, Claim(AS_OF, complete=True))
    assert (found.findings, found.counts["same"]) == ([], len(ours))


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(records(), st.data())
def test_what_is_left_out_is_gone_and_nothing_else_is_found(ours, data):
    register = KnownRegister()
    for record in ours:
        register.add(record)
    left = data.draw(st.sets(st.sampled_from([record.id for record in ours]))) if ours else set()
    rows = [row_of(record) for record in ours if record.id not in left]
    found = compare(rows, register, Claim(AS_OF, complete=True))
    expected = {record.id for record in ours if record.id in left and record.closed_on is None}
    assert {(one.kind, one.organization_id) for one in found.findings} == {("gone", one) for one in expected}


FACTS = st.tuples(
    NAMES,
    st.sampled_from(TYPES),
    st.sampled_from(["", "A", "C", "S"]),
    st.dates(date(1990, 1, 1), date(2012, 10, 1)),
    st.sampled_from(["day", "month", "year"]),
    st.booleans(),
)


@pytest.mark.django_db
@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(st.lists(FACTS, unique_by=lambda fact: normalise_name(fact[0]), min_size=1, max_size=6))
def test_the_register_exported_as_a_file_and_read_back_finds_nothing(db, facts):
    """The same through the workbook: names, codes, types, sections and dates as our tables have them."""
    f.reference()
    Organization.objects.all().delete()
    lists, rows = CodeLists.load(), []
    for name, kind_of, industry, day, precision, coded in facts:
        first = {"day": day, "month": day.replace(day=1), "year": date(day.year, 1, 1)}[precision]
        code = {} if coded else {"uscc": None}
        row = f.organization(
            name.strip(),
            registered_on=first,
            registered_precision=precision,
            registration_type=kind_of,
            industry=industry,
            **code,
        )
        said = {
            "企业类型": lists.label(CodeList.REGISTRATION_TYPE, kind_of),
            "行业门类": lists.label(CodeList.INDUSTRY, industry),
            "成立日期": date_words(first, precision),
        }
        rows.append(make.said_of(row, **said))
    found = make.compared(rows, completeness="county")
    assert list(found.discrepancies.values_list("name", "kind", "field", "ours", "theirs")) == []
    assert (found.check_result["same"], found.check_result["rejected"]) == (len(facts), 0)
