"""Statement triggers that mark organizations dirty in the transaction that changes them.

Triggers, because they also see bulk and raw writes; per statement, because a workbook writes thousands of rows at once.
"""

from django.db import migrations

# table → the query that names the organizations touched, out of the transition tables.
OWN = "SELECT DISTINCT organization_id FROM {rows}"
MARKED = {
    "orgs_organization": "SELECT DISTINCT id FROM {rows}",
    "orgs_placement": OWN,
    "orgs_figures": OWN,
    "orgs_exclusion": OWN,
    "orgs_branchmembership": OWN,
    "orgs_branch": (
        "SELECT DISTINCT m.organization_id FROM {rows} t JOIN orgs_branchmembership m ON m.branch_id = t.id"
    ),
    "orgs_branchform": (
        "SELECT DISTINCT m.organization_id FROM {rows} t JOIN orgs_branchmembership m ON m.branch_id = t.branch_id"
    ),
}

# A changed rule may move any organization: one mark without an organization stands for all.
EVERYTHING = ("orgs_bodyform", "coverage_standard", "coverage_scalerule")

EVENTS = {
    "INSERT": ("REFERENCING NEW TABLE AS new_rows", "new_rows"),
    "DELETE": ("REFERENCING OLD TABLE AS old_rows", "old_rows"),
    "UPDATE": (
        "REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows",
        "(SELECT * FROM old_rows UNION ALL SELECT * FROM new_rows)",
    ),
}


def forwards(schema):
    for table, query in MARKED.items():
        for event, (referencing, rows) in EVENTS.items():
            source = f"{rows} AS touched" if rows.startswith("(") and " t JOIN" not in query else rows
            _trigger(schema, table, event, referencing, query.format(rows=source))
    for table in EVERYTHING:
        for event in EVENTS:
            _trigger(schema, table, event, "", "SELECT NULL::bigint")


def _trigger(schema, table, event, referencing, query):
    name = f"coverage_mark_{table}_{event.lower()}"
    schema.execute(
        f"""
        CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            INSERT INTO coverage_dirtymark (organization_id) {query};
            RETURN NULL;
        END $$;
        CREATE TRIGGER {name} AFTER {event} ON {table} {referencing}
        FOR EACH STATEMENT EXECUTE FUNCTION {name}();
        """
    )


def backwards(schema):
    for table in (*MARKED, *EVERYTHING):
        for event in EVENTS:
            name = f"coverage_mark_{table}_{event.lower()}"
            schema.execute(f"DROP TRIGGER {name} ON {table}; DROP FUNCTION {name}();")


class Migration(migrations.Migration):
    dependencies = [("coverage", "0001_standards_and_spans")]

    operations = [migrations.RunPython(lambda apps, schema: forwards(schema), lambda apps, schema: backwards(schema))]
