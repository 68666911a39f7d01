"""Loading the seed standards, scale rule and milestones of 2011, each with its clause."""

import json
from datetime import date
from pathlib import Path

from psycopg2.extras import DateRange

from coverage.models import Milestone, ScaleRule, Standard

DATA = Path(__file__).resolve().parent.parent / "data"


def _rows(name: str) -> list[dict]:
    return json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))


def _period(row: dict) -> DateRange:
    first, last = row.pop("valid_from"), row.pop("valid_to")
    return DateRange(first and date.fromisoformat(first), last and date.fromisoformat(last))


def load_reference() -> None:
    """Adds the seed rules where the county has none of that kind yet; idempotent."""
    lines_with_standard = set(Standard.objects.values_list("line", flat=True))
    for row in _rows("standards"):
        if row["line"] not in lines_with_standard:
            Standard.objects.create(period=_period(row), **row)
    if not ScaleRule.objects.exists():
        for row in _rows("scale_rules"):
            ScaleRule.objects.create(period=_period(row), **row)
    for row in _rows("milestones"):
        Milestone.objects.get_or_create(code=row["code"], defaults=row)
