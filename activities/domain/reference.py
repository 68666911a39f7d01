"""Loading the start values of programmes and kinds; what a county has changed since is left alone."""

import json
from pathlib import Path
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange

from activities.models import ActivityKind, Programme

DATA = Path(__file__).resolve().parent.parent / "data"


def load_reference() -> None:
    """Adds the programmes and kinds of the start values that the county does not have yet; idempotent.

    An entry is known by its code, so one that a county has reworded or ended does not come back.
    """
    rows = json.loads((DATA / "programmes.json").read_text(encoding="utf-8"))
    listed: tuple[tuple[Any, str], ...] = ((Programme, "programmes"), (ActivityKind, "kinds"))
    for model, key in listed:
        known = set(model.objects.values_list("code", flat=True))
        # A name that the county has entered by itself stays the county's.
        named = {(getattr(row, "line", ""), row.name) for row in model.objects.filter(period__upper_inf=True)}
        model.objects.bulk_create(
            model(order=order, period=DateRange(None, None), **entry)
            for order, entry in enumerate(rows[key])
            if entry["code"] not in known and (entry.get("line", ""), entry["name"]) not in named
        )
