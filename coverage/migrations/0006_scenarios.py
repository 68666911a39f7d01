"""情景推演: scenarios and what they assume built."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("coverage", "0005_publications"),
        ("orgs", "0010_guidance_measures"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Scenario",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=60, verbose_name="名称")),
                ("note", models.CharField(blank=True, default="", max_length=300, verbose_name="说明")),
                (
                    "shared",
                    models.CharField(
                        choices=[("private", "只有我"), ("unit", "本单位及下属"), ("all", "所有能用情景推演的人")],
                        default="private",
                        max_length=8,
                        verbose_name="给谁看",
                    ),
                ),
                ("as_of", models.DateField(verbose_name="对照日期")),
                ("changes", models.JSONField(blank=True, default=dict, verbose_name="设定")),
                ("version", models.PositiveIntegerField(default=1, verbose_name="版本")),
                ("created_at", models.DateTimeField(verbose_name="建立时间")),
                ("updated_at", models.DateTimeField(verbose_name="修改时间")),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="scenarios",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="建立人",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.unit",
                        verbose_name="建立人所在单位",
                    ),
                ),
            ],
            options={
                "ordering": ["-updated_at", "-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True),
                        name="coverage_scenario_has_name",
                        violation_error_message="请给推演起一个名称。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("shared", "unit"), _negated=True), ("unit__isnull", False), _connector="OR"
                        ),
                        name="coverage_scenario_shared_with_a_unit",
                        violation_error_message="您的账号不属于某个主管党(工)委,请选“只有我”或“所有能用情景推演的人”。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ScenarioTick",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "line",
                    models.CharField(
                        choices=[
                            ("party", "党组织"),
                            ("union", "工会"),
                            ("league", "团组织"),
                            ("women", "妇女组织"),
                            ("women_workers", "女工委员会"),
                            ("mechanism", "一会三组"),
                        ],
                        max_length=16,
                        verbose_name="条线",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="orgs.organization"
                    ),
                ),
                (
                    "scenario",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="ticks", to="coverage.scenario"
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("scenario", "organization", "line"), name="coverage_scenariotick_once"
                    )
                ],
            },
        ),
    ]
