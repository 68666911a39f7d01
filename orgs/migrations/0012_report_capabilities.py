"""Roles that a county already has get the capabilities of 年检年报."""

from django.db import migrations

GIVEN = {
    "reports.view": ["owner_office", "line_department", "unit_office", "leader"],
    "reports.file": ["secretary", "filer"],
    "reports.file_for": ["owner_office", "unit_office"],
    "reports.review_unit": ["owner_office", "unit_office"],
    "reports.review_county": ["owner_office"],
    "reports.rounds": ["owner_office"],
    "reports.accounts": ["owner_office", "unit_office"],
}


def give(apps, schema_editor):
    role_model = apps.get_model("orgs", "Role")
    for role in role_model.objects.filter(code__in=sorted({code for codes in GIVEN.values() for code in codes})):
        missing = [c for c, codes in GIVEN.items() if role.code in codes and c not in role.capabilities]
        if missing:
            role.capabilities = [*role.capabilities, *missing]
            role.save(update_fields=["capabilities"])


class Migration(migrations.Migration):
    dependencies = [("orgs", "0011_span_boxes")]

    operations = [migrations.RunPython(give, migrations.RunPython.noop)]
