"""The register exported as form F0 and imported again at the same date: nothing changes."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from orgs.exports import LEFT_OUT_SHEET, register_form_file
from orgs.imports import check_file, write_file
from orgs.models import BodyForm, BranchForm, BranchMembership, Code, Figures, Organization, Unit
from quannan.base.bulk import period
from tests import factories
from tests.orgs.imports.conftest import faults, lawful, uscc
from tests.orgs.imports.test_command import DATA, SURVEYS, run, survey

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference")]

AS_OF = dt.date(2012, 6, 30)


def export(path, *, as_of=AS_OF, by=None, rows=None):
    """Writes the organizations in sight as a form; returns the rows of 未能列入."""
    by = by or factories.owner()
    if rows is None:
        rows = Organization.objects.visible_to(by, as_of).registered_at(as_of).order_by("sort_key", "id")
    file = register_form_file(rows.values_list("pk", flat=True), whose="全县", as_of=as_of, by=by, now=timezone.now())
    path.write_bytes(file.read())
    sheet = load_workbook(path)[LEFT_OUT_SHEET]
    return [row for row in sheet.iter_rows(min_row=2, values_only=True) if row[0] != "没有"]


def outcome(path, by=None):
    """(created, updated, unchanged, rejected) of importing the file at the date in its title."""
    result = check_file(path, by=by)
    counts = result.counts()
    changed = [change for row in result.plan.rows for change in row.changes]
    assert not changed, changed
    assert not [p for p in result.checked.problems() if p.code in ASKING], list(result.checked.problems())
    return tuple(counts[name] for name in ("created", "updated", "unchanged", "rejected"))


# Warnings that ask for a decision; hints on what the register itself holds may stay.
ASKING = {
    "registered_but_none",
    "founding_differs",
    "body_differs",
    "body_ended",
    "joint_body_differs",
    "older_form_differs",
    "older_unit_differs",
    "masked_contact",
    "unknown_kind",
    "unknown_industry",
    "unknown_registration_type",
    "sheet_not_read",
    "as_of_differs",
    "sum_differs",
    "large_change",
    "merged_record",
}


@pytest.mark.parametrize(("name", "file", "number"), SURVEYS)
def test_the_county_s_own_workbook_comes_back_to_no_change(tmp_path, name, file, number):
    day = survey(name, number)["as_of"]
    taken = run(DATA / file, "--as-of", day, "--accept-valid")[1]["created"]
    assert export(tmp_path / "f.xlsx", as_of=dt.date.fromisoformat(day)) == []
    assert outcome(tmp_path / "f.xlsx") == (0, 0, taken, 0)
    result, counts = write_file(tmp_path / "f.xlsx", mode="all", by=factories.owner(), now=timezone.now())
    assert (counts, result.as_of.isoformat()) == ({"created": 0, "updated": 0, "unchanged": taken}, day)


def test_the_file_says_whose_it_is_who_made_it_and_when(tmp_path):
    factories.organization("甲公司")
    owner = factories.owner()
    export(tmp_path / "f.xlsx", by=owner)
    book = load_workbook(tmp_path / "f.xlsx")
    assert "全县" in book.active["A2"].value and "截止日期:2012年6月30日" in book.active["A2"].value
    assert owner.name in book.active["A2"].value and LEFT_OUT_SHEET in book.active["A2"].value
    assert book.sheetnames[1] == LEFT_OUT_SHEET


def test_contacts_go_out_masked_and_come_back_as_nothing_new(tmp_path):
    row = factories.organization("甲公司", contact_name="王小明", contact_phone="0797-2600001")
    export(tmp_path / "f.xlsx")
    page = load_workbook(tmp_path / "f.xlsx").active
    cells = [cell.value for cell in page[5]]
    assert "王**" in cells and "0797-26*****" in cells and "王小明" not in str(cells)
    assert outcome(tmp_path / "f.xlsx") == (0, 0, 1, 0)
    # Whoever changed the number in the meantime keeps it, and is told.
    Organization.objects.filter(pk=row.pk).update(contact_phone="13800001234")
    result = check_file(tmp_path / "f.xlsx")
    assert [code for _, code in faults(result, "warning")] == ["masked_contact"]
    assert result.counts()["unchanged"] == 1


def test_a_masked_contact_of_a_new_organization_is_not_taken(check):
    result = check(lawful(1, contact_phone="138****1234"))
    assert [code for _, code in faults(result, "warning")] == ["masked_contact"]
    assert result.plan.rows[0].organization[9] == ""


def test_of_two_bodies_of_a_line_the_older_goes_out_and_the_other_is_named(tmp_path):
    row = factories.organization("甲公司")
    factories.covered(row, line="union", from_=dt.date(2011, 5, 1), name="城厢工会", composition="joint_area")
    factories.covered(row, line="union", from_=dt.date(2010, 5, 1))
    found = export(tmp_path / "f.xlsx")
    assert [(line[0], line[2], line[3]) for line in found] == [("甲公司", "工会", "城厢工会(2011-05-01)")]
    assert outcome(tmp_path / "f.xlsx") == (0, 0, 1, 0)


def test_what_no_import_could_recognise_is_named_with_its_reason(tmp_path):
    factories.organization("无码公司", uscc=None)
    row = factories.organization("停用单位的公司", under=factories.unit("36072902"))
    Unit.objects.filter(code="36072902").update(is_active=False)
    found = export(tmp_path / "f.xlsx")
    assert {(line[0], line[2]) for line in found} == {("无码公司", "整行"), ("停用单位的公司", "整行")}
    assert all(line[4] for line in found) and row.uscc in {line[1] for line in found}
    assert outcome(tmp_path / "f.xlsx") == (0, 0, 0, 0)


def test_a_form_out_of_use_is_named_and_the_body_stays(tmp_path):
    row = factories.organization("甲公司")
    factories.covered(row, line="league", form="league_branch")
    BodyForm.objects.filter(code="league_branch").update(is_active=False)
    found = export(tmp_path / "f.xlsx")
    assert [line[2] for line in found] == ["团组织"]
    assert outcome(tmp_path / "f.xlsx") == (0, 0, 1, 0)


def test_a_township_exports_and_imports_its_own(tmp_path):
    office = factories.township()
    factories.organization("外乡公司", under=factories.unit(factories.PARK))
    factories.organization("本镇公司")
    export(tmp_path / "f.xlsx", by=office)
    assert outcome(tmp_path / "f.xlsx", office) == (0, 0, 1, 0)


def test_a_body_older_than_its_organization_is_not_asked_about_again(tmp_path):
    row = factories.organization("改制公司", registered_on=dt.date(2011, 1, 1))
    factories.covered(row, line="party", from_=dt.date(2003, 7, 1))
    export(tmp_path / "f.xlsx")
    assert outcome(tmp_path / "f.xlsx") == (0, 0, 1, 0)


def test_large_amounts_keep_every_fen(tmp_path):
    for number, amount in enumerate(["0.01", "85", "1234567.89", "99999999999999.99", "12345678901.23"]):
        row = factories.organization(f"第{number}公司")
        factories.figures(row, AS_OF, annual_revenue_yuan=Decimal(amount), payroll_yuan=Decimal(amount))
    export(tmp_path / "f.xlsx")
    assert outcome(tmp_path / "f.xlsx") == (0, 0, 5, 0)


def test_the_code_of_a_merged_record_speaks_of_what_it_was_merged_into(tmp_path, check):
    kept = factories.organization("甲公司", uscc=uscc(1))
    gone = factories.organization("甲公司(旧)", uscc=uscc(2))
    Organization.objects.filter(pk=gone.pk).update(merged_into=kept)
    result = check(lawful(2, name="甲公司(旧)", union_form=None, union_date=None), as_of=AS_OF)
    assert faults(result) == [] and [code for _, code in faults(result, "warning")] == ["merged_record"]
    (plan,) = result.plan.rows
    assert plan.organization_id == kept.pk and "name" not in (plan.fields or {})
    assert export(tmp_path / "f.xlsx") == [] and outcome(tmp_path / "f.xlsx") == (0, 0, 1, 0)


# A register of any kind --------------------------------------------------------------------------

DAYS = st.dates(dt.date(1998, 1, 1), dt.date(2013, 12, 31))
PRECISIONS = st.sampled_from(["day", "month", "year"])
COUNTS = st.none() | st.integers(0, 300)
WORDS = st.text(alphabet="甲乙 丙\n（）Ａa1#!-*=？、 ", max_size=12)
LINE_FORMS = {
    "party": ("party_branch", "party_general", "party_committee", "party_joint"),
    "union": ("union_committee", "union_joint", "union_organizer"),
    "league": ("league_branch", "league_joint"),
    "women": ("women_committee",),
    "women_workers": ("ww_committee", "ww_member"),
    "mechanism": ("mechanism",),
}


@st.composite
def bodies(draw):
    line = draw(st.sampled_from(list(LINE_FORMS)))
    return {
        "line": line,
        "form": draw(st.sampled_from(LINE_FORMS[line])),
        "later_form": draw(st.none() | st.sampled_from(LINE_FORMS[line])),
        "from": draw(DAYS),
        "until": draw(st.none() | st.integers(1, 3000)),
        "dissolved": draw(st.booleans()),
        "precision": draw(PRECISIONS | st.just("by")),
        "composition": draw(st.sampled_from(["own", "own", "joint_area", "joint_industry", "attached", "functional"])),
        "name": draw(st.sampled_from(["", "", "工业园联合会", "城厢 联合(一)", "无", "--"])),
        "provisional": draw(st.booleans()),
        "confirmed": draw(st.booleans()),
        "members": draw(st.integers(1, 4)),
    }


@st.composite
def organizations(draw):
    employees = draw(COUNTS)
    part = COUNTS if employees is None else st.none() | st.integers(0, employees)
    return {
        "code": draw(st.sampled_from(["uscc", "uscc", "uscc", "old", "both", "none"])),
        "kind": draw(st.sampled_from(["enterprise", "social"])),
        "type": draw(st.sampled_from(["", "private", "自填的类型"])),
        "industry": draw(st.sampled_from(["", "C", "Z"])),
        "registered": draw(DAYS),
        "precision": draw(PRECISIONS),
        "closed": draw(st.none() | st.integers(1, 5000)),
        "moved": draw(st.none() | DAYS),
        "former": draw(st.booleans()),
        "remark": draw(WORDS),
        "contact": draw(
            st.sampled_from([("", ""), ("王小明", "0797-2600001"), ("李", "119"), ("赵 云", " 13800001234")])
        ),
        "figures": draw(
            st.lists(
                st.tuples(
                    DAYS,
                    st.fixed_dictionaries(
                        {
                            "employees": st.just(employees),
                            "women": part,
                            "league_members": part,
                            "full_members": part,
                            "probationary_members": COUNTS,
                            "annual_revenue_yuan": st.none() | st.decimals(0, 10**13, places=2),
                        }
                    ),
                ),
                max_size=3,
                unique_by=lambda pair: pair[0],
            )
        ),
        "excluded": draw(st.booleans()),
    }


def build(owners, groups):
    """Puts a generated register into the tables."""
    rows = []
    for number, facts in enumerate(owners, 1):
        codes = {"uscc": factories.uscc(number, facts["kind"]), "old_code": f"{3607290000000 + number}"}
        if facts["code"] != "both":
            codes = {name: value if facts["code"] in name else None for name, value in codes.items()}
        registered = facts["registered"]
        row = factories.organization(
            f"第{number}公司（{facts['kind']}）",
            **codes,
            kind=facts["kind"],
            registration_type=facts["type"],
            industry=facts["industry"],
            registered_on=registered,
            registered_precision=facts["precision"],
            former_names=["旧名"] if facts["former"] else [],
            remark=facts["remark"],
            contact_name=facts["contact"][0],
            contact_phone=facts["contact"][1],
            **(
                {"closed_on": registered + dt.timedelta(facts["closed"]), "closed_state": "deregistered"}
                if facts["closed"]
                else {}
            ),
        )
        if facts["moved"]:
            row.placements.update(period=period(None, facts["moved"]))
            factories.placed(row, factories.unit(factories.PARK), facts["moved"])
        for day, values in facts["figures"]:
            Figures.objects.create(organization=row, as_of=day, **values)
        if facts["excluded"]:
            factories.excluded(row)
        rows.append(row)
    for number, body in enumerate(groups):
        members = [rows[(number + step) % len(rows)] for step in range(min(body["members"], len(rows)))]
        joint = body["composition"] != "own"
        if not joint:
            members = members[:1]
        until = body["from"] + dt.timedelta(body["until"]) if body["until"] else None
        branch = factories.covered(
            line=body["line"],
            from_=body["from"],
            form=body["form"],
            confirmed=body["confirmed"],
            name=body["name"],
            composition=body["composition"],
            founded_precision=body["precision"],
            is_provisional=joint and body["provisional"],
            dissolved_on=until if body["dissolved"] else None,
        )
        for row in members:
            BranchMembership.objects.create(
                branch=branch, organization=row, period=period(body["from"], until), from_precision=body["precision"]
            )
        if body["later_form"]:
            changed = body["from"] + dt.timedelta(400)
            branch.forms.update(period=period(None, changed))
            BranchForm.objects.create(
                branch=branch, form=BodyForm.objects.get(code=body["later_form"]), period=period(changed)
            )


class _Undo(Exception):
    pass


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    owners=st.lists(organizations(), min_size=1, max_size=4),
    groups=st.lists(bodies(), max_size=8),
    as_of=st.dates(dt.date(2008, 1, 1), dt.date(2014, 6, 30)),
)
def test_whatever_the_register_holds_its_export_imports_to_no_change(tmp_path_factory, owners, groups, as_of):
    path = tmp_path_factory.mktemp("round") / "f.xlsx"
    with pytest.raises(_Undo), transaction.atomic():
        build(owners, groups)
        by = factories.owner()
        standing = Organization.objects.visible_to(by, as_of).registered_at(as_of).count()
        whole = sum(line[2] == "整行" for line in export(path, as_of=as_of, by=by))
        assert outcome(path, by) == (0, 0, standing - whole, 0)
        before = contents()
        write_file(path, mode="all", by=by, now=timezone.now())
        assert contents() == before
        raise _Undo


def contents():
    """The register without the confirming rows of figures that a later survey adds."""
    return [
        sorted(Organization.objects.values_list("pk", "name", "kind", "industry", "remark", "registered_on")),
        sorted(BranchMembership.objects.values_list("pk", "period", "from_precision", "branch__founded_on"), key=str),
        sorted(BranchForm.objects.values_list("pk", "form", "period"), key=str),
        sorted((row.contact_name, row.contact_phone) for row in Organization.objects.all()),
        Code.objects.count(),
    ]
