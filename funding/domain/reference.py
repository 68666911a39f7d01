"""Loading the code lists of funds and the seed standard of 2011; what a county has changed since is left alone."""

import json
from datetime import date
from pathlib import Path
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange

from funding.models import FundStandard
from orgs.models import Code

DATA = Path(__file__).resolve().parent.parent / "data"


def _rows(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))
    return found


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def load_reference() -> None:
    """Adds the missing entries of the code lists, and the seed standard where the county has none; idempotent."""
    Code.objects.bulk_create([Code(**row) for row in _rows("codes")], ignore_conflicts=True)
    if FundStandard.objects.exists():
        return
    for row in _rows("standards"):
        period = DateRange(_day(row.pop("valid_from")), _day(row.pop("valid_to")))
        FundStandard.objects.create(period=period, **row)
