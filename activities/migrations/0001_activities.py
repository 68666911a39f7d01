"""活动: programmes and kinds, activities, and the organizations that took part in them."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models

import quannan.base.triggers


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("orgs", "0013_activity_fund_and_score_capabilities"),
        ("pghistory", "0007_auto_20250421_0444"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ActivityKind",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "code",
                    models.CharField(
                        blank=True, default="", help_text="起始数据才有", max_length=32, verbose_name="代码"
                    ),
                ),
                ("name", models.CharField(max_length=60, verbose_name="名称")),
                ("period", django.contrib.postgres.fields.ranges.DateRangeField(verbose_name="施行起止")),
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="次序")),
            ],
            options={
                "ordering": ["order", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("code", ""), _negated=True),
                        fields=("code",),
                        name="activities_activitykind_code_once",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[("name", "="), ("period", "&&")],
                        name="activities_activitykind_one_name_at_a_time",
                        violation_error_message="这段时间已有同名的活动类别,请换一个名称,或先结束原来的。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("name", ""), _negated=True), models.Q(("period__isempty", True), _negated=True)
                        ),
                        name="activities_activitykind_named",
                        violation_error_message="请填写活动类别的名称,结束日期不能早于开始日期。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Activity",
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
                ("title", models.CharField(max_length=120, verbose_name="活动名称")),
                ("title_key", models.CharField(editable=False, max_length=120, verbose_name="比对名称")),
                ("held_on", models.DateField(verbose_name="开展日期")),
                (
                    "held_precision",
                    models.CharField(
                        choices=[("day", "到日"), ("month", "到月"), ("year", "到年")],
                        default="day",
                        max_length=5,
                        verbose_name="日期精度",
                    ),
                ),
                ("last_on", models.DateField(blank=True, null=True, verbose_name="结束日期")),
                ("place", models.CharField(blank=True, default="", max_length=120, verbose_name="地点")),
                ("attendees", models.PositiveIntegerField(blank=True, null=True, verbose_name="参加人数")),
                ("members", models.PositiveIntegerField(blank=True, null=True, verbose_name="其中党员")),
                ("content", models.TextField(blank=True, default="", max_length=2000, verbose_name="内容")),
                ("note", models.CharField(blank=True, default="", max_length=300, verbose_name="备注")),
                (
                    "source",
                    models.CharField(
                        choices=[("page", "页面登记"), ("import", "表格导入")],
                        default="page",
                        max_length=8,
                        verbose_name="来源",
                    ),
                ),
                ("cancelled_at", models.DateTimeField(blank=True, null=True, verbose_name="撤销时间")),
                ("cancelled_by_name", models.CharField(blank=True, default="", max_length=120, verbose_name="撤销人")),
                ("cancel_reason", models.CharField(blank=True, default="", max_length=200, verbose_name="撤销理由")),
                ("created_at", models.DateTimeField(verbose_name="录入时间")),
                ("updated_at", models.DateTimeField(verbose_name="更新时间")),
                ("version", models.PositiveIntegerField(default=1, verbose_name="版本")),
                (
                    "branch",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="activities",
                        to="orgs.branch",
                        verbose_name="开展的党群组织",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="activities",
                        to="orgs.organization",
                        verbose_name="主办组织",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="登记人",
                    ),
                ),
                (
                    "kind",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="activities",
                        to="activities.activitykind",
                        verbose_name="类别",
                    ),
                ),
            ],
            options={
                "ordering": ["-held_on", "-id"],
                "indexes": [
                    models.Index(fields=["line", "held_on", "organization"], name="activities_activity_by_line"),
                    models.Index(fields=["updated_at", "id"], name="activities_activity_updated"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("cancelled_at", None)),
                        fields=("organization", "line", "held_on", "title_key"),
                        name="activities_activity_once",
                        violation_error_message="这家组织的这条线在这一天已登记同名的活动,请更正原有的一条。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("cancel_reason", ""), ("cancelled_at", None), ("cancelled_by_name", "")),
                            models.Q(
                                ("cancelled_at__isnull", False),
                                models.Q(("cancelled_by_name", ""), _negated=True),
                                models.Q(("cancel_reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="activities_activity_cancelled_with_reason",
                        violation_error_message="撤销须同时写明时间、撤销人和理由。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("attendees", None),
                            ("members", None),
                            ("members__lte", models.F("attendees")),
                            _connector="OR",
                        ),
                        name="activities_activity_members_among_attendees",
                        violation_error_message="其中党员不能多于参加人数,请核对两个数字。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("last_on", None), ("last_on__gte", models.F("held_on")), _connector="OR"),
                        name="activities_activity_ends_after_beginning",
                        violation_error_message="结束日期不能早于开展日期,请核对。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("title", ""), _negated=True), models.Q(("title_key", ""), _negated=True)
                        ),
                        name="activities_activity_titled",
                        violation_error_message="请填写活动名称。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("held_precision", "day"),
                            models.Q(("held_on__day", 1), ("held_precision", "month")),
                            models.Q(("held_on__day", 1), ("held_on__month", 1), ("held_precision", "year")),
                            _connector="OR",
                        ),
                        name="activities_activity_inexact_from_first_day",
                        violation_error_message="只知道年月的,日期按当月(当年)第一天保存。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ActivityKindEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                (
                    "code",
                    models.CharField(
                        blank=True, default="", help_text="起始数据才有", max_length=32, verbose_name="代码"
                    ),
                ),
                ("name", models.CharField(max_length=60, verbose_name="名称")),
                ("period", django.contrib.postgres.fields.ranges.DateRangeField(verbose_name="施行起止")),
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="次序")),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="activities.activitykind",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Participation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "activity",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="participations",
                        to="activities.activity",
                        verbose_name="活动",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="participations",
                        to="orgs.organization",
                        verbose_name="参加的组织",
                    ),
                ),
            ],
            options={
                "ordering": ["activity", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("activity", "organization"),
                        name="activities_participation_once",
                        violation_error_message="这家组织已列为共同参加,不用再列一次。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ParticipationEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                (
                    "activity",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="activities.activity",
                        verbose_name="活动",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="orgs.organization",
                        verbose_name="参加的组织",
                    ),
                ),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="activities.participation",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Programme",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "code",
                    models.CharField(
                        blank=True, default="", help_text="起始数据才有", max_length=32, verbose_name="代码"
                    ),
                ),
                ("name", models.CharField(max_length=60, verbose_name="名称")),
                ("period", django.contrib.postgres.fields.ranges.DateRangeField(verbose_name="施行起止")),
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="次序")),
                (
                    "line",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("party", "党组织"),
                            ("union", "工会"),
                            ("league", "团组织"),
                            ("women", "妇女组织"),
                            ("women_workers", "女工委员会"),
                            ("mechanism", "一会三组"),
                        ],
                        default="",
                        max_length=16,
                        verbose_name="条线",
                    ),
                ),
                ("clause", models.CharField(blank=True, default="", max_length=200, verbose_name="依据")),
            ],
            options={
                "ordering": ["order", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("code", ""), _negated=True),
                        fields=("code",),
                        name="activities_programme_code_once",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[("line", "="), ("name", "="), ("period", "&&")],
                        name="activities_programme_one_name_at_a_time",
                        violation_error_message="这条线在这段时间已有同名的活动载体,请换一个名称,或先结束原来的。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("name", ""), _negated=True), models.Q(("period__isempty", True), _negated=True)
                        ),
                        name="activities_programme_named",
                        violation_error_message="请填写活动载体的名称,结束日期不能早于开始日期。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ActivityEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
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
                ("title", models.CharField(max_length=120, verbose_name="活动名称")),
                ("title_key", models.CharField(editable=False, max_length=120, verbose_name="比对名称")),
                ("held_on", models.DateField(verbose_name="开展日期")),
                (
                    "held_precision",
                    models.CharField(
                        choices=[("day", "到日"), ("month", "到月"), ("year", "到年")],
                        default="day",
                        max_length=5,
                        verbose_name="日期精度",
                    ),
                ),
                ("last_on", models.DateField(blank=True, null=True, verbose_name="结束日期")),
                ("place", models.CharField(blank=True, default="", max_length=120, verbose_name="地点")),
                ("attendees", models.PositiveIntegerField(blank=True, null=True, verbose_name="参加人数")),
                ("members", models.PositiveIntegerField(blank=True, null=True, verbose_name="其中党员")),
                ("content", models.TextField(blank=True, default="", max_length=2000, verbose_name="内容")),
                ("note", models.CharField(blank=True, default="", max_length=300, verbose_name="备注")),
                (
                    "source",
                    models.CharField(
                        choices=[("page", "页面登记"), ("import", "表格导入")],
                        default="page",
                        max_length=8,
                        verbose_name="来源",
                    ),
                ),
                ("cancelled_at", models.DateTimeField(blank=True, null=True, verbose_name="撤销时间")),
                ("cancelled_by_name", models.CharField(blank=True, default="", max_length=120, verbose_name="撤销人")),
                ("cancel_reason", models.CharField(blank=True, default="", max_length=200, verbose_name="撤销理由")),
                ("created_at", models.DateTimeField(verbose_name="录入时间")),
                ("updated_at", models.DateTimeField(verbose_name="更新时间")),
                ("version", models.PositiveIntegerField(default=1, verbose_name="版本")),
                (
                    "branch",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="orgs.branch",
                        verbose_name="开展的党群组织",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="orgs.organization",
                        verbose_name="主办组织",
                    ),
                ),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="activities.activity",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="登记人",
                    ),
                ),
                (
                    "kind",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="activities.activitykind",
                        verbose_name="类别",
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="activities.programme",
                        verbose_name="活动载体",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="activity",
            name="programme",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="activities",
                to="activities.programme",
                verbose_name="活动载体",
            ),
        ),
        migrations.CreateModel(
            name="ProgrammeEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                (
                    "code",
                    models.CharField(
                        blank=True, default="", help_text="起始数据才有", max_length=32, verbose_name="代码"
                    ),
                ),
                ("name", models.CharField(max_length=60, verbose_name="名称")),
                ("period", django.contrib.postgres.fields.ranges.DateRangeField(verbose_name="施行起止")),
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="次序")),
                (
                    "line",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("party", "党组织"),
                            ("union", "工会"),
                            ("league", "团组织"),
                            ("women", "妇女组织"),
                            ("women_workers", "女工委员会"),
                            ("mechanism", "一会三组"),
                        ],
                        default="",
                        max_length=16,
                        verbose_name="条线",
                    ),
                ),
                ("clause", models.CharField(blank=True, default="", max_length=200, verbose_name="依据")),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="activities.programme",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        quannan.base.triggers.AddTrigger(
            model_name="activitykind",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "activities_activitykindevent" ("code", "id", "name", "order", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") SELECT new_values."code", new_values."id", new_values."name", new_values."order", new_values."period", _pgh_attached_context.value, NOW(), \'insert\', new_values."id" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="c704597783e8ce076a3175a0dafddfe1fb1ad99d",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_b404c",
                    referencing="REFERENCING NEW TABLE AS new_values ",
                    table="activities_activitykind",
                    when="AFTER",
                ),
            ),
        ),
        quannan.base.triggers.AddTrigger(
            model_name="activitykind",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "activities_activitykindevent" ("code", "id", "name", "order", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") SELECT new_values."code", new_values."id", new_values."name", new_values."order", new_values."period", _pgh_attached_context.value, NOW(), \'update\', new_values."id" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="01c704fbd22383701fdce2385f4e8edd536c2ed3",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_589c5",
                    referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                    table="activities_activitykind",
                    when="AFTER",
                ),
            ),
        ),
        quannan.base.triggers.AddTrigger(
            model_name="activitykind",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "activities_activitykindevent" ("code", "id", "name", "order", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") SELECT old_values."code", old_values."id", old_values."name", old_values."order", old_values."period", _pgh_attached_context.value, NOW(), \'delete\', old_values."id" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                    hash="551debea202534584db247d0ecf96cd21b2ff861",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_eb28c",
                    referencing="REFERENCING OLD TABLE AS old_values ",
                    table="activities_activitykind",
                    when="AFTER",
                ),
            ),
        ),
        quannan.base.triggers.AddTrigger(
            model_name="programme",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "activities_programmeevent" ("clause", "code", "id", "line", "name", "order", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") SELECT new_values."clause", new_values."code", new_values."id", new_values."line", new_values."name", new_values."order", new_values."period", _pgh_attached_context.value, NOW(), \'insert\', new_values."id" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="eee95ccdb72a3c4f1fb7e0cff18ebf6d9f3eaf75",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_92ad1",
                    referencing="REFERENCING NEW TABLE AS new_values ",
                    table="activities_programme",
                    when="AFTER",
                ),
            ),
        ),
        quannan.base.triggers.AddTrigger(
            model_name="programme",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "activities_programmeevent" ("clause", "code", "id", "line", "name", "order", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") SELECT new_values."clause", new_values."code", new_values."id", new_values."line", new_values."name", new_values."order", new_values."period", _pgh_attached_context.value, NOW(), \'update\', new_values."id" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="b20d7f65fb00765bf98b6b9902916b180787dfbe",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_4afb7",
                    referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                    table="activities_programme",
                    when="AFTER",
                ),
            ),
        ),
        quannan.base.triggers.AddTrigger(
            model_name="programme",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "activities_programmeevent" ("clause", "code", "id", "line", "name", "order", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") SELECT old_values."clause", old_values."code", old_values."id", old_values."line", old_values."name", old_values."order", old_values."period", _pgh_attached_context.value, NOW(), \'delete\', old_values."id" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                    hash="d3e35609953e65c7b64e65d502a791b6483fc162",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_9d22c",
                    referencing="REFERENCING OLD TABLE AS old_values ",
                    table="activities_programme",
                    when="AFTER",
                ),
            ),
        ),
        quannan.base.triggers.AddTrigger(
            model_name="participation",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "activities_participationevent" ("activity_id", "id", "organization_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") SELECT new_values."activity_id", new_values."id", new_values."organization_id", _pgh_attached_context.value, NOW(), \'insert\', new_values."id" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="9a3b71282a43c03ebb69c47da5978e78ef953bb8",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_8822d",
                    referencing="REFERENCING NEW TABLE AS new_values ",
                    table="activities_participation",
                    when="AFTER",
                ),
            ),
        ),
        quannan.base.triggers.AddTrigger(
            model_name="participation",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "activities_participationevent" ("activity_id", "id", "organization_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") SELECT new_values."activity_id", new_values."id", new_values."organization_id", _pgh_attached_context.value, NOW(), \'update\', new_values."id" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="2054bdacd3b908644880605f8f44f4d06c325ebb",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_55c88",
                    referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                    table="activities_participation",
                    when="AFTER",
                ),
            ),
        ),
        quannan.base.triggers.AddTrigger(
            model_name="participation",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "activities_participationevent" ("activity_id", "id", "organization_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") SELECT old_values."activity_id", old_values."id", old_values."organization_id", _pgh_attached_context.value, NOW(), \'delete\', old_values."id" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                    hash="4fb4b64dfc5d60b48d4402404fc71367fa4dea62",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_07234",
                    referencing="REFERENCING OLD TABLE AS old_values ",
                    table="activities_participation",
                    when="AFTER",
                ),
            ),
        ),
        quannan.base.triggers.AddTrigger(
            model_name="activity",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "activities_activityevent" ("attendees", "branch_id", "cancel_reason", "cancelled_at", "cancelled_by_name", "content", "created_at", "held_on", "held_precision", "id", "kind_id", "last_on", "line", "members", "note", "organization_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "programme_id", "recorded_by_id", "source", "title", "title_key", "updated_at", "version") SELECT new_values."attendees", new_values."branch_id", new_values."cancel_reason", new_values."cancelled_at", new_values."cancelled_by_name", new_values."content", new_values."created_at", new_values."held_on", new_values."held_precision", new_values."id", new_values."kind_id", new_values."last_on", new_values."line", new_values."members", new_values."note", new_values."organization_id", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."place", new_values."programme_id", new_values."recorded_by_id", new_values."source", new_values."title", new_values."title_key", new_values."updated_at", new_values."version" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="f4225449533d24de24f59d376aee21d74b5a723a",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_6de9c",
                    referencing="REFERENCING NEW TABLE AS new_values ",
                    table="activities_activity",
                    when="AFTER",
                ),
            ),
        ),
        quannan.base.triggers.AddTrigger(
            model_name="activity",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "activities_activityevent" ("attendees", "branch_id", "cancel_reason", "cancelled_at", "cancelled_by_name", "content", "created_at", "held_on", "held_precision", "id", "kind_id", "last_on", "line", "members", "note", "organization_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "programme_id", "recorded_by_id", "source", "title", "title_key", "updated_at", "version") SELECT new_values."attendees", new_values."branch_id", new_values."cancel_reason", new_values."cancelled_at", new_values."cancelled_by_name", new_values."content", new_values."created_at", new_values."held_on", new_values."held_precision", new_values."id", new_values."kind_id", new_values."last_on", new_values."line", new_values."members", new_values."note", new_values."organization_id", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."place", new_values."programme_id", new_values."recorded_by_id", new_values."source", new_values."title", new_values."title_key", new_values."updated_at", new_values."version" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="50403b1be9d960280aece5603ec0fd7e1ae2ea40",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_a56a1",
                    referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                    table="activities_activity",
                    when="AFTER",
                ),
            ),
        ),
        quannan.base.triggers.AddTrigger(
            model_name="activity",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "activities_activityevent" ("attendees", "branch_id", "cancel_reason", "cancelled_at", "cancelled_by_name", "content", "created_at", "held_on", "held_precision", "id", "kind_id", "last_on", "line", "members", "note", "organization_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "programme_id", "recorded_by_id", "source", "title", "title_key", "updated_at", "version") SELECT old_values."attendees", old_values."branch_id", old_values."cancel_reason", old_values."cancelled_at", old_values."cancelled_by_name", old_values."content", old_values."created_at", old_values."held_on", old_values."held_precision", old_values."id", old_values."kind_id", old_values."last_on", old_values."line", old_values."members", old_values."note", old_values."organization_id", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."place", old_values."programme_id", old_values."recorded_by_id", old_values."source", old_values."title", old_values."title_key", old_values."updated_at", old_values."version" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                    hash="c93de6e89586730aa67c1470e1b49a4807a463f2",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_cc776",
                    referencing="REFERENCING OLD TABLE AS old_values ",
                    table="activities_activity",
                    when="AFTER",
                ),
            ),
        ),
    ]
