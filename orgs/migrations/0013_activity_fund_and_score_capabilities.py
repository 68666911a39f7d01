"""Roles that a county already has get the capabilities of 活动阵地, 经费保障 and 考核评比."""

from django.db import migrations

GIVEN = {
    "activities.view": ["owner_office", "line_department", "unit_office", "secretary", "filer", "leader"],
    "activities.edit": ["owner_office", "line_department", "unit_office", "secretary"],
    "activities.programmes": ["owner_office"],
    "funds.view": ["owner_office", "line_department", "unit_office", "secretary", "filer", "leader"],
    "funds.edit": ["owner_office", "line_department", "unit_office", "secretary"],
    "funds.standards": ["owner_office"],
    "assessments.view": ["owner_office", "line_department", "unit_office", "leader"],
    "assessments.own": ["secretary"],
    "assessments.rate_unit": ["owner_office", "unit_office"],
    "assessments.rate_county": ["owner_office", "line_department"],
    "assessments.schemes": ["owner_office"],
    "assessments.confirm": ["owner_office"],
}


def give(apps, schema_editor):
    role_model = apps.get_model("orgs", "Role")
    for role in role_model.objects.filter(code__in=sorted({code for codes in GIVEN.values() for code in codes})):
        missing = [c for c, codes in GIVEN.items() if role.code in codes and c not in role.capabilities]
        if missing:
            role.capabilities = [*role.capabilities, *missing]
            role.save(update_fields=["capabilities"])


class Migration(migrations.Migration):
    dependencies = [("orgs", "0012_report_capabilities")]

    operations = [migrations.RunPython(give, migrations.RunPython.noop)]
