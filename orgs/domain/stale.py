"""Two people at the same row: what the second one is shown instead of overwriting the first."""

from typing import Any

from django.db import models

from orgs.domain.refusals import StaleRecord

# Bookkeeping and derived columns are nobody's edit.
NOBODYS = {"version", "updated_at", "created_at", "name_key", "search_text", "sort_key", "is_demo"}


def refuse_stale(row: Any, version: int, wanted: dict[str, Any]) -> None:
    """Refuses a write by someone who had opened an older version of the row.

    Args:
        row: the locked row of any tracked model with a version.
        version: the version the actor had opened.
        wanted: field → value the actor wants; relations by name (an instance or None) or by column (a key).

    Raises:
        StaleRecord: with what others changed since, out of the history, and what the actor wants.
    """
    if row.version == version:
        return
    model: type[models.Model] = row._meta.model
    history: Any = model._meta.get_field("events").related_model
    seen = history.objects.filter(pgh_obj_id=row.pk, version=version).order_by("-pgh_id").first()
    fields = [field.attname for field in model._meta.concrete_fields if field.attname not in NOBODYS]
    base = {name: getattr(seen, name) for name in fields} if seen else {}
    asked = dict(_by_column(model, name, value) for name, value in wanted.items())
    theirs = {name: (base[name], getattr(row, name)) for name in fields if seen and base[name] != getattr(row, name)}
    mine = {name: (base.get(name), value) for name, value in asked.items() if not seen or base.get(name) != value}
    raise StaleRecord(row, theirs, mine)


def _by_column(model: type[models.Model], name: str, value: Any) -> tuple[str, Any]:
    field: Any = model._meta.get_field(name)
    return field.attname, value.pk if isinstance(value, models.Model) else value
