"""Two people at the same row: what the second one is shown instead of overwriting the first."""

from typing import Any

from orgs.domain.refusals import StaleRecord
from orgs.models import Organization

# Bookkeeping and derived columns are nobody's edit.
NOBODYS = {"version", "updated_at", "created_at", "name_key", "search_text", "sort_key"}


def refuse_stale(row: Organization, version: int, wanted: dict[str, Any]) -> None:
    """Refuses a write by someone who had opened an older version of the row.

    Args:
        row: the locked row.
        version: the version the actor had opened.
        wanted: field → value the actor wants.

    Raises:
        StaleRecord: with what others changed since, out of the history, and what the actor wants.
    """
    if row.version == version:
        return
    history: Any = Organization._meta.get_field("events").related_model
    seen = history.objects.filter(pgh_obj_id=row.pk, version=version).order_by("-pgh_id").first()
    fields = [field.attname for field in row._meta.concrete_fields if field.attname not in NOBODYS]
    base = {name: getattr(seen, name) for name in fields} if seen else {}
    theirs = {name: (base[name], getattr(row, name)) for name in fields if seen and base[name] != getattr(row, name)}
    mine = {name: (base.get(name), value) for name, value in wanted.items() if not seen or base.get(name) != value}
    raise StaleRecord(row, theirs, mine)
