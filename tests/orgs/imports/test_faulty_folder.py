"""Every file of tests/data/faulty gives exactly the faults that the .yaml beside it names, and no other row suffers."""

from pathlib import Path

import pytest
import yaml
from django.utils import timezone

from orgs.imports import write_file
from orgs.models import Organization
from quannan.base.domain import import_files
from quannan.base.events import announce
from quannan.base.imports import import_kind
from quannan.base.workbook.source import WorkbookRefused

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference")]

FOLDER = Path(__file__).resolve().parents[2] / "data" / "faulty"
NOTES = {".yaml", ".md"}
FILES = sorted(path.name for path in FOLDER.iterdir() if path.suffix not in NOTES)


def expectation(path):
    """What must be reported of a file."""
    beside = path.with_suffix(".yaml")
    assert beside.is_file(), (
        f"{path.name} has no {beside.name} beside it: write what must be reported of the file, as "
        "tests/data/faulty/README.md shows (refused and says, or rows with errors and warnings by cell and code)."
    )
    return yaml.safe_load(beside.read_text(encoding="utf-8"))


def load(name, form=""):
    if form:
        return import_files.write_file(import_kind(form), FOLDER / name, mode="valid", by=None, now=timezone.now())
    return write_file(FOLDER / name, None, mode="valid", by=None, now=timezone.now())


def told(problems):
    """(cell, code) of each, in the order of the rows."""
    return sorted((problem.cell, problem.code) for problem in problems)


def wanted(entries):
    return sorted((str(entry["cell"]), entry["code"]) for entry in entries)


def says_what_it_must(entries, problems):
    for entry in entries:
        (message,) = (
            problem.message
            for problem in problems
            if (problem.cell, problem.code) == (str(entry["cell"]), entry["code"])
        )
        assert str(entry.get("says", "")) in message


@pytest.mark.parametrize("name", FILES)
def test_file_reports_exactly_its_faults(name):
    expected = expectation(FOLDER / name)
    if "refused" in expected:
        refused_as_a_whole(name, expected)
        return
    if "after" in expected:
        load(expected["after"])
    before = {*Organization.objects.values_list("name", flat=True)}
    if "form" in expected:
        # Code lists of the apps above are loaded with the rest of the reference.
        announce("reference.load")
    result, counts = load(name, expected.get("form", ""))
    errors, warnings = [*result.checked.errors()], [*result.checked.warnings()]
    assert (told(errors), told(warnings)) == (
        wanted(expected.get("errors", [])),
        wanted(expected.get("warnings", [])),
    )
    says_what_it_must([*expected.get("errors", []), *expected.get("warnings", [])], [*errors, *warnings])
    assert [row.row for row in result.checked.skipped] == expected.get("skipped", [])
    faulty = {problem.row for problem in errors}
    assert len(result.checked.rows) == expected["rows"]
    assert [row.number for row in result.plan.rows] == [
        row.number for row in result.checked.rows if row.number not in faulty
    ]
    assert sum(counts.values()) == expected["rows"] - len(faulty)
    new = set() if "form" in expected else {row.name for row in result.plan.rows}
    assert {*Organization.objects.values_list("name", flat=True)} == before | new


def refused_as_a_whole(name, expected):
    with pytest.raises(WorkbookRefused) as refusal:
        load(name)
    assert (refusal.value.code, expected["says"] in str(refusal.value)) == (expected["refused"], True), refusal.value
    assert not Organization.objects.exists()


def test_every_expectation_has_its_file():
    stems = [Path(name).stem for name in FILES]
    assert sorted(stems) == sorted(path.stem for path in FOLDER.glob("*.yaml"))


def test_file_without_an_expectation_says_how_to_write_one(tmp_path):
    with pytest.raises(AssertionError, match=r"new.xlsx has no new.yaml beside it: .*/README.md shows"):
        expectation(tmp_path / "new.xlsx")
