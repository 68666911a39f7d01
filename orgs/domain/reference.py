"""Loading the start values of units, code lists, forms and roles: what a county has changed since is left alone."""

import json
from datetime import date
from pathlib import Path
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange

from orgs.models import BodyForm, Code, Role, TermRule, Unit
from quannan.base.events import subscribe

DATA = Path(__file__).resolve().parent.parent / "data"


def rows_of(name: str) -> list[dict]:
    """The rows of one reference file.

    Args:
        name: file name without ending, below orgs/data.
    """
    return json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))


def load_reference() -> None:
    """Adds the missing units, code list entries, body forms, rules of terms and roles; idempotent."""
    existing = {u.code: u for u in Unit.objects.all()}
    for order, row in enumerate(rows_of("units")):
        if row["code"] in existing:
            continue
        parent = existing[row["parent"]] if row["parent"] else None
        existing[row["code"]] = Unit.objects.create(
            code=row["code"],
            name=row["name"],
            aliases=row["aliases"],
            parent=parent,
            path=f"{parent.path if parent else '/'}{row['code']}/",
            order=order,
        )
    codes = [*rows_of("codes"), *rows_of("codes_people")]
    Code.objects.bulk_create([Code(**row) for row in codes], ignore_conflicts=True)
    known = set(BodyForm.objects.values_list("code", flat=True))
    BodyForm.objects.bulk_create(
        [BodyForm(order=order, **row) for order, row in enumerate(rows_of("body_forms")) if row["code"] not in known]
    )
    Role.objects.bulk_create(
        [Role(**row) for row in rows_of("roles")],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["name", "description", "scope", "capabilities", "order"],
    )
    _load_term_rules()


def _load_term_rules() -> None:
    """A line and level that has a rule of any date keeps its own."""
    ruled = set(TermRule.objects.values_list("line", "level"))
    TermRule.objects.bulk_create(
        TermRule(period=_period(row), **row)
        for row in rows_of("term_rules")
        if (row["line"], row["level"]) not in ruled
    )


def _period(row: dict[str, Any]) -> DateRange:
    first, until = row.pop("valid_from"), row.pop("valid_to")
    return DateRange(first and date.fromisoformat(first), until and date.fromisoformat(until))


@subscribe("reference.load")
def load_on_announcement(**payload: object) -> None:
    load_reference()
