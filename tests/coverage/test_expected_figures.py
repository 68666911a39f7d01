"""The county's workbooks give the figures that were worked out apart from the code."""

import io
import json
from datetime import date
from pathlib import Path

import pytest
from django.core.management import call_command

from coverage.domain import spans
from coverage.domain.figures import counts_on, report

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rules")]

DATA = Path(__file__).resolve().parents[1] / "data"
COUNTIES = {
    "register-2011": [("register-2011.xlsx", "2011-06-30")],
    "two-surveys": [("two-surveys-2011.xlsx", "2011-06-30"), ("two-surveys-2012.xlsx", "2012-06-30")],
}


def expected(county):
    return json.loads((DATA / f"{county}.expected.json").read_text(encoding="utf-8"))


def printed(*command):
    """What a command prints with --json, read back."""
    out = io.StringIO()
    call_command(*command, "--json", stdout=out)
    return json.loads(out.getvalue())


def differences(wanted, found, path=""):
    """Every key of the expectation that the answer lacks or words otherwise; lists of units go by name."""
    if isinstance(wanted, dict):
        return [d for key, value in wanted.items() for d in differences(value, found.get(key), f"{path}/{key}")]
    if isinstance(wanted, list):
        key = "name" if wanted and "name" in wanted[0] else "code"
        by_key = {row[key]: row for row in found}
        return [d for row in wanted for d in differences(row, by_key.get(row[key], {}), f"{path}/{row[key]}")]
    return [] if wanted == found else [(path, wanted, found)]


@pytest.mark.parametrize("county", COUNTIES)
def test_workbooks_give_the_expected_figures_on_every_date(county):
    for file, as_of in COUNTIES[county]:
        printed("import_register", str(DATA / file), "--as-of", as_of, "--accept-valid")
    wanted = expected(county)
    assert wanted["reports"]
    for wanted_report in wanted["reports"]:
        found = printed("coverage", "--as-of", wanted_report["as_of"])
        assert differences(wanted_report, found) == []
        assert len(found["units"]) == len(wanted_report["units"])
    assert spans.verify().differences == []
    days = [date.fromisoformat(r["as_of"]) for r in wanted["reports"]]
    for day, populations in zip(days, counts_on(user=None, days=days), strict=True):
        assert populations == report(user=None, as_of=day).populations
