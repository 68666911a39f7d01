"""Periods of placements, forms and coverages are kept apart by a cheaper index."""

import django.contrib.postgres.constraints
from django.db import migrations

import quannan.base.span_box


class Migration(migrations.Migration):
    dependencies = [
        ("orgs", "0010_guidance_measures"),
    ]

    operations = [
        migrations.RunSQL(quannan.base.span_box.CREATE_FUNCTION, quannan.base.span_box.DROP_FUNCTION),
        migrations.RemoveConstraint(
            model_name="branchform",
            name="orgs_branchform_one_at_a_time",
        ),
        migrations.RemoveConstraint(
            model_name="branchmembership",
            name="orgs_branchmembership_no_overlap",
        ),
        migrations.RemoveConstraint(
            model_name="placement",
            name="orgs_placement_one_unit_at_a_time",
        ),
        migrations.AddConstraint(
            model_name="branchform",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[(quannan.base.span_box.SpanBox("branch", "period"), "&&")],
                name="orgs_branchform_one_at_a_time",
                violation_error_message="同一时间只能有一种组织形式。",
            ),
        ),
        migrations.AddConstraint(
            model_name="branchmembership",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[(quannan.base.span_box.SpanBox("branch", "period"), "&&"), ("organization", "=")],
                name="orgs_branchmembership_no_overlap",
                violation_error_message="这家组织在这段时间已由同一个组织覆盖。",
            ),
        ),
        migrations.AddConstraint(
            model_name="placement",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[(quannan.base.span_box.SpanBox("organization", "period"), "&&")],
                name="orgs_placement_one_unit_at_a_time",
                violation_error_message="同一时间只能属于一个主管党(工)委,请先结束原来的归属。",
            ),
        ),
    ]
