"""Loading the start values of units, code lists, forms and roles: what a county has changed since is left alone."""

import json
from pathlib import Path

from orgs.models import BodyForm, Code, Role, Unit
from quannan.base.events import subscribe

DATA = Path(__file__).resolve().parent.parent / "data"


def rows_of(name: str) -> list[dict]:
    """The rows of one reference file.

    Args:
        name: file name without ending, below orgs/data.
    """
    return json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))


def load_reference() -> None:
    """Adds the missing units, code list entries, body forms and roles; idempotent."""
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


@subscribe("reference.load")
def load_on_announcement(**payload: object) -> None:
    load_reference()
