"""A rule's wording decides no verdict: only a change of what decides one marks the whole county."""

from django.db import migrations

# table → the columns that spans are reckoned from.
DECIDING = {
    "orgs_bodyform": ("line", "is_body"),
    "coverage_standard": (
        "line", "measure", "obliged_from", "permitted_from", "zero_state", "own_body_from", "period",
    ),
    "coverage_scalerule": ("employees_with_revenue", "revenue_yuan", "employees_alone", "period"),
}  # fmt: skip

CHANGED = """SELECT NULL::bigint WHERE EXISTS (
    SELECT 1 FROM old_rows o JOIN new_rows n ON n.id = o.id WHERE ({old}) IS DISTINCT FROM ({new})
)"""


def forwards(schema):
    for table, columns in DECIDING.items():
        old, new = (", ".join(f"{side}.{column}" for column in columns) for side in ("o", "n"))
        _replace(
            schema, table, "REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows", CHANGED.format(old=old, new=new)
        )


def backwards(schema):
    for table in DECIDING:
        _replace(schema, table, "", "SELECT NULL::bigint")


def _replace(schema, table, referencing, query):
    name = f"coverage_mark_{table}_update"
    schema.execute(
        f"""
        DROP TRIGGER {name} ON {table};
        CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            INSERT INTO coverage_dirtymark (organization_id) {query};
            RETURN NULL;
        END $$;
        CREATE TRIGGER {name} AFTER UPDATE ON {table} {referencing}
        FOR EACH STATEMENT EXECUTE FUNCTION {name}();
        """
    )


class Migration(migrations.Migration):
    dependencies = [("coverage", "0007_milestone_targets")]

    operations = [migrations.RunPython(lambda apps, schema: forwards(schema), lambda apps, schema: backwards(schema))]
