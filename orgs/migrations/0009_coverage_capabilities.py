"""Roles that a county already has get the capabilities of gaps, guidance, standards, scenarios and publications."""

from django.db import migrations

GIVEN = {
    "gaps.assign": ["owner_office", "unit_office"],
    "gaps.supervise": ["owner_office"],
    "guidance.edit": ["owner_office", "unit_office"],
    "standards.edit": ["owner_office"],
    "scenarios.use": ["owner_office", "line_department", "unit_office", "leader"],
    "publications.view": ["owner_office", "line_department", "unit_office", "leader"],
    "publications.freeze": ["owner_office"],
}


def give(apps, schema_editor):
    role_model = apps.get_model("orgs", "Role")
    for role in role_model.objects.filter(code__in=sorted({code for codes in GIVEN.values() for code in codes})):
        missing = [c for c, codes in GIVEN.items() if role.code in codes and c not in role.capabilities]
        if missing:
            role.capabilities = [*role.capabilities, *missing]
            role.save(update_fields=["capabilities"])


class Migration(migrations.Migration):
    dependencies = [("orgs", "0008_ledger_facts")]

    operations = [migrations.RunPython(give, migrations.RunPython.noop)]
