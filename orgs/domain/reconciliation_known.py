"""Our register as a comparison asks it: two queries, whatever the size of the file."""

from datetime import date

from django.db import connection

from orgs.domain.reconciliation_plan import KnownRecord, KnownRegister
from orgs.validators import normalise_name


def known_register(*, as_of: date, today: date, only: list[int] | None = None) -> KnownRegister:
    """Every organization that stands in the register, and the codes of records merged into one.

    Args:
        as_of: the day whose units and exclusions a complete register is measured by.
        today: the day whose units decide what an account may see.
        only: ids of the organizations wanted; all where left out.
    """
    register = KnownRegister()
    with connection.cursor() as cursor:
        cursor.execute(_RECORDS, {"as_of": as_of, "today": today, "only": only})
        while batch := cursor.fetchmany(5000):
            for identity, uscc, old_code, name, key, former, *rest in batch:
                keys = tuple(normalise_name(other) for other in former)
                register.add(KnownRecord(identity, uscc, old_code, name, key, keys, *rest))
        cursor.execute(_MERGED, {"only": only})
        for kept, uscc, old_code in cursor.fetchall():
            register.add_codes(kept, uscc, old_code)
    return register


# A placement or exclusion of a day is at most one: exclusion constraints keep them apart.
_RECORDS = """
    SELECT o.id, coalesce(o.uscc, ''), coalesce(o.old_code, ''), o.name, o.name_key, o.former_names, o.kind,
           o.registration_type, o.industry, o.registered_on, o.registered_precision, o.closed_on,
           coalesce(x.state, ''), coalesce(u.path, ''), coalesce(n.path, '')
    FROM orgs_organization o
    LEFT JOIN orgs_placement p ON p.organization_id = o.id AND p.period @> %(as_of)s::date
    LEFT JOIN orgs_unit u ON u.id = p.unit_id
    LEFT JOIN orgs_placement q ON q.organization_id = o.id AND q.period @> %(today)s::date
    LEFT JOIN orgs_unit n ON n.id = q.unit_id
    LEFT JOIN orgs_exclusion x ON x.organization_id = o.id AND x.period @> %(as_of)s::date
    WHERE o.merged_into_id IS NULL AND (%(only)s::bigint[] IS NULL OR o.id = ANY(%(only)s::bigint[]))
    ORDER BY o.id
"""

_MERGED = """
    SELECT merged_into_id, coalesce(uscc, ''), coalesce(old_code, '')
    FROM orgs_organization
    WHERE merged_into_id IS NOT NULL
      AND (%(only)s::bigint[] IS NULL OR merged_into_id = ANY(%(only)s::bigint[]))
    ORDER BY id
"""
