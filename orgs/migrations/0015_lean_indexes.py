"""Indexes that nobody asks for go: a workbook of 20,000 rows paid for each of them, several times over."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import quannan.base.span_box

# (index, table, column): made by Django and by the history's triggers of themselves. Nobody looks for the events of an
# account or a form, and codes are compared whole: what begins alike is found by the trigram index.
UNASKED = (
    ("orgs_branchevent_confirmed_by_id_06653be5", "orgs_branchevent", "confirmed_by_id"),
    ("orgs_branchevent_grouped_into_id_a86b5c5f", "orgs_branchevent", "grouped_into_id"),
    ("orgs_branchevent_refused_by_id_d07a15e4", "orgs_branchevent", "refused_by_id"),
    ("orgs_branchformevent_form_id_d8ebd4be", "orgs_branchformevent", "form_id"),
    ("orgs_branchmembershipevent_entered_as_id_90a0ee5f", "orgs_branchmembershipevent", "entered_as_id"),
    ("orgs_organizationevent_merged_into_id_a96aeba5", "orgs_organizationevent", "merged_into_id"),
    ("orgs_placementevent_unit_id_f5fecfe5", "orgs_placementevent", "unit_id"),
    ("orgs_organization_old_code_522cc0c3_like", "orgs_organization", "old_code varchar_pattern_ops"),
    ("orgs_organization_uscc_dfc27279_like", "orgs_organization", "uscc varchar_pattern_ops"),
)


class Migration(migrations.Migration):
    dependencies = [
        ("orgs", "0014_fund_code_lists"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="placement",
            name="orgs_placement_period",
        ),
        migrations.AlterField(
            model_name="branch",
            name="confirmed_by",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="确认人",
            ),
        ),
        migrations.AlterField(
            model_name="branch",
            name="grouped_into",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="grouped",
                to="orgs.branch",
                verbose_name="归并到",
            ),
        ),
        migrations.AlterField(
            model_name="branch",
            name="name_key",
            field=models.CharField(blank=True, default="", editable=False, max_length=120, verbose_name="比对名称"),
        ),
        migrations.AlterField(
            model_name="branch",
            name="refused_by",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="不予确认人",
            ),
        ),
        migrations.AlterField(
            model_name="branchform",
            name="form",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="orgs.bodyform",
                verbose_name="组织形式",
            ),
        ),
        migrations.AlterField(
            model_name="branchmembership",
            name="entered_as",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="orgs.branch",
                verbose_name="归并前的组织",
            ),
        ),
        migrations.AlterField(
            model_name="organization",
            name="name_key",
            field=models.CharField(editable=False, max_length=120, verbose_name="比对名称"),
        ),
        migrations.AddIndex(
            model_name="branch",
            index=models.Index(
                condition=models.Q(("name_key", ""), _negated=True), fields=["name_key"], name="orgs_branch_named"
            ),
        ),
        migrations.AddIndex(
            model_name="branch",
            index=models.Index(
                condition=models.Q(("grouped_into__isnull", False)), fields=["grouped_into"], name="orgs_branch_grouped"
            ),
        ),
        migrations.AddIndex(
            model_name="branchmembership",
            index=models.Index(
                condition=models.Q(("entered_as__isnull", False)),
                fields=["entered_as"],
                name="orgs_branchmembership_entered",
            ),
        ),
        migrations.AddIndex(
            model_name="organization",
            index=models.Index(fields=["name_key"], name="orgs_organization_name_key"),
        ),
        migrations.RunSQL(
            [f"DROP INDEX IF EXISTS {name}" for name, _, _ in UNASKED],
            [f"CREATE INDEX IF NOT EXISTS {name} ON {table} ({column})" for name, table, column in UNASKED],
        ),
        migrations.RunSQL(quannan.base.span_box.CREATE_FUNCTION, migrations.RunSQL.noop),
    ]
