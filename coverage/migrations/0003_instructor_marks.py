"""Instructors count as work coverage: their rows mark organizations dirty like the rest of the register."""

from importlib import import_module

from django.db import migrations

marks = import_module("coverage.migrations.0002_dirty_marks")
TABLE = "orgs_instructor"


def forwards(apps, schema):
    for event, (referencing, rows) in marks.EVENTS.items():
        source = f"{rows} AS touched" if rows.startswith("(") else rows
        marks._trigger(schema, TABLE, event, referencing, marks.OWN.format(rows=source))


def backwards(apps, schema):
    for event in marks.EVENTS:
        name = f"coverage_mark_{TABLE}_{event.lower()}"
        schema.execute(f"DROP TRIGGER {name} ON {TABLE}; DROP FUNCTION {name}();")


class Migration(migrations.Migration):
    dependencies = [("coverage", "0002_dirty_marks"), ("orgs", "0003_people_terms_plans")]

    operations = [migrations.RunPython(forwards, backwards)]
