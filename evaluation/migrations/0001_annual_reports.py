"""年检年报: forms, rounds, reports with their versions, filers' accounts."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models

import quannan.base.encryption
import quannan.base.triggers

# A version stays as it was filed; it goes only with its report.
KEEP = """
CREATE FUNCTION evaluation_submission_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF to_jsonb(NEW) - ARRAY['submitted_by_id'] = to_jsonb(OLD) - ARRAY['submitted_by_id'] THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '已报送的年报版本不能修改' USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER evaluation_submission_keep_rows BEFORE UPDATE ON evaluation_submission
    FOR EACH ROW EXECUTE FUNCTION evaluation_submission_keep();
"""
KEEP_BACK = """
DROP TRIGGER evaluation_submission_keep_rows ON evaluation_submission;
DROP FUNCTION evaluation_submission_keep();
"""
# A report's year is its round's.
YEAR = """
ALTER TABLE evaluation_annualreport ADD CONSTRAINT evaluation_annualreport_year_of_round
    FOREIGN KEY (round_id, year) REFERENCES evaluation_round (id, year) DEFERRABLE INITIALLY DEFERRED;
"""
YEAR_BACK = "ALTER TABLE evaluation_annualreport DROP CONSTRAINT evaluation_annualreport_year_of_round;"


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("orgs", "0012_report_capabilities"),
        ("pghistory", "0007_auto_20250421_0444"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Question",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=40, verbose_name="代码")),
                ("label", models.CharField(max_length=80, verbose_name="问题")),
                ("hint", models.CharField(blank=True, default="", max_length=200, verbose_name="说明")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("text", "文字"),
                            ("long", "长文字"),
                            ("count", "整数"),
                            ("money", "金额(元)"),
                            ("money_wan", "金额(万元)"),
                            ("area", "小数"),
                            ("date", "日期"),
                            ("choice", "单选"),
                            ("many", "多选"),
                            ("yes_no", "是否"),
                        ],
                        max_length=12,
                        verbose_name="类型",
                    ),
                ),
                ("unit_word", models.CharField(blank=True, default="", max_length=12, verbose_name="单位")),
                (
                    "choices",
                    models.JSONField(
                        blank=True, default=list, help_text="[[代码, 名称]];来自代码表时留空", verbose_name="选项"
                    ),
                ),
                (
                    "choices_from",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="code:代码表 或 forms:条线",
                        max_length=40,
                        verbose_name="选项来自",
                    ),
                ),
                ("required", models.BooleanField(default=True, verbose_name="必填")),
                ("may_be_unknown", models.BooleanField(default=False, verbose_name="可答不清楚")),
                (
                    "of_kinds",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[("enterprise", "非公有制企业"), ("social", "社会组织")], max_length=16
                        ),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="问哪类组织",
                    ),
                ),
                ("from_year", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="起始年度")),
                ("to_year", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="终止年度")),
                (
                    "depends_on",
                    models.CharField(
                        blank=True, default="", help_text="另一问题的代码", max_length=40, verbose_name="取决于"
                    ),
                ),
                (
                    "depends_values",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=32),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="答这些才问",
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="预填从哪里取;空则取上年年报",
                        max_length=40,
                        verbose_name="已知自",
                    ),
                ),
                ("writes", models.BooleanField(default=False, verbose_name="审核通过后写入台账")),
                ("basis", models.CharField(blank=True, default="", max_length=80, verbose_name="依据")),
                (
                    "least",
                    models.DecimalField(blank=True, decimal_places=2, max_digits=18, null=True, verbose_name="最小"),
                ),
                (
                    "most",
                    models.DecimalField(blank=True, decimal_places=2, max_digits=18, null=True, verbose_name="最大"),
                ),
                ("longest", models.PositiveSmallIntegerField(default=200, verbose_name="最多字数")),
                (
                    "soft_percent",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="变动超过百分之几须说明"),
                ),
                (
                    "soft_floor",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=18, null=True, verbose_name="变动不到多少不问"
                    ),
                ),
                ("order", models.PositiveSmallIntegerField(verbose_name="次序")),
                ("version", models.PositiveIntegerField(default=1, verbose_name="版本")),
            ],
            options={
                "ordering": ["section__order", "order"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("from_year", None),
                            ("to_year", None),
                            ("to_year__gte", models.F("from_year")),
                            _connector="OR",
                        ),
                        name="evaluation_question_years_in_order",
                        violation_error_message="终止年度不能早于起始年度,请核对。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("least", None), ("most", None), ("most__gte", models.F("least")), _connector="OR"
                        ),
                        name="evaluation_question_bounds_in_order",
                        violation_error_message="最大值不能小于最小值,请核对。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("label", ""), _negated=True),
                        name="evaluation_question_has_label",
                        violation_error_message="请填写问题。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FilingAccess",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "role",
                    models.CharField(
                        choices=[("secretary", "党组织书记"), ("filer", "企业联络员")],
                        max_length=12,
                        verbose_name="身份",
                    ),
                ),
                ("period", django.contrib.postgres.fields.ranges.DateRangeField(verbose_name="起止")),
                ("issued_at", models.DateTimeField(verbose_name="发放时间")),
                ("issued_by_name", models.CharField(max_length=120, verbose_name="发放人")),
                (
                    "code",
                    quannan.base.encryption.EncryptedTextField(blank=True, default="", verbose_name="一次性登录码"),
                ),
                ("code_expires_on", models.DateField(blank=True, null=True, verbose_name="登录码有效至")),
                ("printed_at", models.DateTimeField(blank=True, null=True, verbose_name="打印时间")),
                ("end_reason", models.CharField(blank=True, default="", max_length=200, verbose_name="结束原因")),
                ("version", models.PositiveIntegerField(default=1, verbose_name="版本")),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="filing_access",
                        to="orgs.organization",
                        verbose_name="组织",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="filing_access",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="账号",
                    ),
                ),
            ],
            options={
                "ordering": ["organization__sort_key", "period", "id"],
                "constraints": [
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[("organization", "="), ("period", "&&")],
                        name="evaluation_filingaccess_one_at_a_time",
                        violation_error_message="这家组织这段时间已有填报账号,请办理移交。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("period__isempty", True), _negated=True), ("period__startswith__isnull", False)
                        ),
                        name="evaluation_filingaccess_has_beginning",
                        violation_error_message="填报账号须写明从哪一天起。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FilingAccessEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                (
                    "role",
                    models.CharField(
                        choices=[("secretary", "党组织书记"), ("filer", "企业联络员")],
                        max_length=12,
                        verbose_name="身份",
                    ),
                ),
                ("period", django.contrib.postgres.fields.ranges.DateRangeField(verbose_name="起止")),
                ("issued_at", models.DateTimeField(verbose_name="发放时间")),
                ("issued_by_name", models.CharField(max_length=120, verbose_name="发放人")),
                ("code_expires_on", models.DateField(blank=True, null=True, verbose_name="登录码有效至")),
                ("printed_at", models.DateTimeField(blank=True, null=True, verbose_name="打印时间")),
                ("end_reason", models.CharField(blank=True, default="", max_length=200, verbose_name="结束原因")),
                ("version", models.PositiveIntegerField(default=1, verbose_name="版本")),
                (
                    "organization",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="orgs.organization",
                        verbose_name="组织",
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
                        to="evaluation.filingaccess",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="账号",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ReportForm",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=32, unique=True, verbose_name="代码")),
                ("title", models.CharField(max_length=80, verbose_name="名称")),
                ("note", models.TextField(blank=True, default="", verbose_name="填报说明")),
                ("statement", models.CharField(max_length=200, verbose_name="承诺语")),
                ("is_active", models.BooleanField(default=True, verbose_name="使用中")),
                ("version", models.PositiveIntegerField(default=1, verbose_name="版本")),
            ],
            options={
                "ordering": ["-code"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("title", ""), _negated=True), models.Q(("statement", ""), _negated=True)
                        ),
                        name="evaluation_reportform_named",
                        violation_error_message="请填写表的名称和承诺语。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ReportFormEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("code", models.CharField(max_length=32, verbose_name="代码")),
                ("title", models.CharField(max_length=80, verbose_name="名称")),
                ("note", models.TextField(blank=True, default="", verbose_name="填报说明")),
                ("statement", models.CharField(max_length=200, verbose_name="承诺语")),
                ("is_active", models.BooleanField(default=True, verbose_name="使用中")),
                ("version", models.PositiveIntegerField(default=1, verbose_name="版本")),
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
                        to="evaluation.reportform",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Round",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("year", models.PositiveSmallIntegerField(verbose_name="年度")),
                ("name", models.CharField(max_length=80, verbose_name="名称")),
                (
                    "of_kinds",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[("enterprise", "非公有制企业"), ("social", "社会组织")], max_length=16
                        ),
                        size=None,
                        verbose_name="填报的组织类别",
                    ),
                ),
                ("as_of", models.DateField(verbose_name="数字截至")),
                ("opens_on", models.DateField(verbose_name="开始填报")),
                ("closes_on", models.DateField(verbose_name="填报截止")),
                ("unit_due_on", models.DateField(verbose_name="单位审核截止")),
                ("county_due_on", models.DateField(verbose_name="县审核截止")),
                (
                    "reminder_days",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveSmallIntegerField(),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="截止前几天提醒",
                    ),
                ),
                ("answer_days", models.PositiveSmallIntegerField(default=7, verbose_name="退回后几天内改好")),
                ("correction_days", models.PositiveSmallIntegerField(default=30, verbose_name="通过后几天内可更正")),
                (
                    "second_certifier",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "不要求"),
                            ("owner", "业主"),
                            ("instructor", "党建工作指导员"),
                            ("either", "业主或指导员"),
                        ],
                        default="",
                        max_length=12,
                        verbose_name="第二签署人",
                    ),
                ),
                ("notice", models.TextField(blank=True, default="", verbose_name="给填报人的话")),
                ("opened_at", models.DateTimeField(blank=True, null=True, verbose_name="启动时间")),
                ("opened_by_name", models.CharField(blank=True, default="", max_length=120, verbose_name="启动人")),
                ("is_demo", models.BooleanField(default=False, verbose_name="演示数据")),
                ("version", models.PositiveIntegerField(default=1, verbose_name="版本")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="录入时间")),
                (
                    "form",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rounds",
                        to="evaluation.reportform",
                        verbose_name="表",
                    ),
                ),
            ],
            options={
                "ordering": ["-year", "-opens_on", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("id", "year"), name="evaluation_round_id_and_year"),
                    models.UniqueConstraint(
                        fields=("year", "name"),
                        name="evaluation_round_name_once_a_year",
                        violation_error_message="这一年度已有同名的批次,请换一个名称。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("opens_on__lte", models.F("closes_on"))),
                        name="evaluation_round_closes_after_opening",
                        violation_error_message="填报截止不能早于开始填报,请核对两个日期。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("closes_on__lte", models.F("unit_due_on"))),
                        name="evaluation_round_unit_after_closing",
                        violation_error_message="单位审核截止不能早于填报截止,请核对两个日期。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("unit_due_on__lte", models.F("county_due_on"))),
                        name="evaluation_round_county_after_unit",
                        violation_error_message="县审核截止不能早于单位审核截止,请核对两个日期。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("as_of__lte", models.F("closes_on"))),
                        name="evaluation_round_figures_before_closing",
                        violation_error_message="数字截至日期不能晚于填报截止,请核对两个日期。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("of_kinds__len", 0), _negated=True),
                        name="evaluation_round_of_some_kind",
                        violation_error_message="请至少选一类填报的组织。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("opened_at", None), ("opened_by_name", "")),
                            models.Q(("opened_at__isnull", False), models.Q(("opened_by_name", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="evaluation_round_opened_by_somebody",
                        violation_error_message="启动须同时写明时间和启动人。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("name", ""), _negated=True), ("year__gte", 1949), ("year__lte", 2100)
                        ),
                        name="evaluation_round_named",
                        violation_error_message="请填写名称和1949至2100之间的年度。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Reminder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("closing", "填报截止提醒"),
                            ("late", "逾期催报"),
                            ("returned", "退回待改提醒"),
                            ("review", "审核提醒"),
                            ("changed", "日期变更通知"),
                        ],
                        max_length=12,
                        verbose_name="种类",
                    ),
                ),
                ("day", models.DateField(verbose_name="日期")),
                ("text", models.CharField(max_length=300, verbose_name="内容")),
                ("url", models.CharField(max_length=200, verbose_name="链接")),
                ("made_at", models.DateTimeField(verbose_name="生成时间")),
                ("read_at", models.DateTimeField(blank=True, null=True, verbose_name="阅读时间")),
                ("emailed_at", models.DateTimeField(blank=True, null=True, verbose_name="发送邮件时间")),
                (
                    "email_failure",
                    models.CharField(blank=True, default="", max_length=200, verbose_name="邮件未发出的原因"),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="report_reminders",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="账号",
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reminders",
                        to="evaluation.round",
                        verbose_name="批次",
                    ),
                ),
            ],
            options={
                "ordering": ["-day", "-id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("round", "user", "kind", "day"),
                        name="evaluation_reminder_once_a_day",
                        violation_error_message="这一天已提醒过。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AnnualReport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("year", models.PositiveSmallIntegerField(verbose_name="年度")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "填报中"),
                            ("submitted", "待单位审核"),
                            ("returned", "退回修改"),
                            ("unit_accepted", "待县审核"),
                            ("accepted", "已通过"),
                        ],
                        default="draft",
                        max_length=16,
                        verbose_name="状态",
                    ),
                ),
                ("known", models.JSONField(blank=True, default=dict, verbose_name="已知")),
                ("answers", models.JSONField(blank=True, default=dict, verbose_name="回答")),
                ("remarks", models.JSONField(blank=True, default=dict, verbose_name="说明")),
                ("same", models.JSONField(blank=True, default=dict, verbose_name="无变化")),
                ("created_at", models.DateTimeField(verbose_name="生成时间")),
                ("started_at", models.DateTimeField(blank=True, null=True, verbose_name="开始填报时间")),
                ("saved_at", models.DateTimeField(blank=True, null=True, verbose_name="最近保存时间")),
                ("saved_by_name", models.CharField(blank=True, default="", max_length=120, verbose_name="最近保存人")),
                ("first_submitted_at", models.DateTimeField(blank=True, null=True, verbose_name="首次报送时间")),
                ("submitted_at", models.DateTimeField(blank=True, null=True, verbose_name="报送时间")),
                ("submitted_by_name", models.CharField(blank=True, default="", max_length=120, verbose_name="报送人")),
                ("opened_at", models.DateTimeField(blank=True, null=True, verbose_name="审核人打开时间")),
                (
                    "opened_by_name",
                    models.CharField(blank=True, default="", max_length=120, verbose_name="打开的审核人"),
                ),
                ("returned_at", models.DateTimeField(blank=True, null=True, verbose_name="退回时间")),
                ("returned_by_name", models.CharField(blank=True, default="", max_length=120, verbose_name="退回人")),
                ("return_comment", models.CharField(blank=True, default="", max_length=500, verbose_name="退回意见")),
                ("answer_by", models.DateField(blank=True, null=True, verbose_name="退回后最迟报回")),
                ("unit_accepted_at", models.DateTimeField(blank=True, null=True, verbose_name="单位审核时间")),
                (
                    "unit_accepted_by_name",
                    models.CharField(blank=True, default="", max_length=120, verbose_name="单位审核人"),
                ),
                ("accepted_at", models.DateTimeField(blank=True, null=True, verbose_name="县审核时间")),
                ("accepted_by_name", models.CharField(blank=True, default="", max_length=120, verbose_name="县审核人")),
                ("correcting_since", models.DateTimeField(blank=True, null=True, verbose_name="更正开始时间")),
                (
                    "correction_reason",
                    models.CharField(blank=True, default="", max_length=200, verbose_name="更正理由"),
                ),
                ("late_until", models.DateField(blank=True, null=True, verbose_name="准许补报至")),
                ("late_reason", models.CharField(blank=True, default="", max_length=200, verbose_name="补报理由")),
                (
                    "late_granted_by_name",
                    models.CharField(blank=True, default="", max_length=120, verbose_name="准许补报的人"),
                ),
                ("version", models.PositiveIntegerField(default=1, verbose_name="版本")),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="annual_reports",
                        to="orgs.organization",
                        verbose_name="组织",
                    ),
                ),
                (
                    "submitted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="报送人账号",
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reports",
                        to="evaluation.round",
                        verbose_name="批次",
                    ),
                ),
            ],
            options={
                "ordering": ["-year", "organization__sort_key", "id"],
                "indexes": [
                    models.Index(fields=["round", "state", "submitted_at"], name="evaluation_report_queue"),
                    models.Index(fields=["state", "submitted_at"], name="evaluation_report_state"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organization", "year"),
                        name="evaluation_annualreport_one_a_year",
                        violation_error_message="这家组织这一年度已有一份年报。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("submitted_at", None), ("submitted_by_name", "")),
                            models.Q(
                                ("submitted_at__isnull", False), models.Q(("submitted_by_name", ""), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="evaluation_annualreport_submitted_by_somebody",
                        violation_error_message="报送须同时写明时间和报送人。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("opened_at", None), ("opened_by_name", "")),
                            models.Q(("opened_at__isnull", False), models.Q(("opened_by_name", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="evaluation_annualreport_opened_by_somebody",
                        violation_error_message="打开审核须同时写明时间和审核人。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("returned_at", None), ("returned_by_name", "")),
                            models.Q(("returned_at__isnull", False), models.Q(("returned_by_name", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="evaluation_annualreport_returned_by_somebody",
                        violation_error_message="退回须同时写明时间和退回人。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("unit_accepted_at", None), ("unit_accepted_by_name", "")),
                            models.Q(
                                ("unit_accepted_at__isnull", False),
                                models.Q(("unit_accepted_by_name", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="evaluation_annualreport_unit_by_somebody",
                        violation_error_message="单位审核须同时写明时间和审核人。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("accepted_at", None), ("accepted_by_name", "")),
                            models.Q(("accepted_at__isnull", False), models.Q(("accepted_by_name", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="evaluation_annualreport_accepted_by_somebody",
                        violation_error_message="县审核须同时写明时间和审核人。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("return_comment", ""), ("returned_at", None)),
                            models.Q(("returned_at__isnull", False), models.Q(("return_comment", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="evaluation_annualreport_returned_with_comment",
                        violation_error_message="退回须写明意见,请写明要改什么。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("opened_at", None),
                            models.Q(("opened_at__gte", models.F("submitted_at")), ("submitted_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="evaluation_annualreport_opened_after_submitted",
                        violation_error_message="审核时间不能早于报送时间。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("returned_at", None),
                            models.Q(("opened_at__isnull", False), ("returned_at__gte", models.F("opened_at"))),
                            _connector="OR",
                        ),
                        name="evaluation_annualreport_returned_after_opened",
                        violation_error_message="退回时间不能早于打开审核的时间。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("unit_accepted_at", None),
                            models.Q(("opened_at__isnull", False), ("unit_accepted_at__gte", models.F("opened_at"))),
                            _connector="OR",
                        ),
                        name="evaluation_annualreport_unit_after_opened",
                        violation_error_message="没有审核过的年报不能通过,请先打开审核。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("opened_at", None),
                                ("returned_at", None),
                                ("state", "draft"),
                                ("submitted_at", None),
                                ("accepted_at", None),
                                ("unit_accepted_at", None),
                            ),
                            models.Q(
                                ("returned_at", None),
                                ("state", "submitted"),
                                ("submitted_at__isnull", False),
                                ("accepted_at", None),
                                ("unit_accepted_at", None),
                            ),
                            models.Q(
                                ("accepted_at", None),
                                ("returned_at__isnull", False),
                                ("state", "returned"),
                                ("unit_accepted_at", None),
                            ),
                            models.Q(
                                ("accepted_at", None),
                                ("returned_at", None),
                                ("state", "unit_accepted"),
                                ("unit_accepted_at__isnull", False),
                            ),
                            models.Q(("accepted_at__isnull", False), ("returned_at", None), ("state", "accepted")),
                            _connector="OR",
                        ),
                        name="evaluation_annualreport_state_as_dated",
                        violation_error_message="年报的状态与报送、退回、审核的时间不一致。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("late_granted_by_name", ""), ("late_reason", ""), ("late_until", None)),
                            models.Q(
                                ("late_until__isnull", False),
                                models.Q(("late_reason", ""), _negated=True),
                                models.Q(("late_granted_by_name", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="evaluation_annualreport_late_with_reason",
                        violation_error_message="准许补报须写明期限、理由和准许人。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("saved_at", None),
                            models.Q(("saved_at__gte", models.F("started_at")), ("started_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="evaluation_annualreport_saved_after_started",
                        violation_error_message="保存时间不能早于开始填报的时间。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RoundChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("field", models.CharField(max_length=32, verbose_name="日期")),
                ("before", models.DateField(verbose_name="原为")),
                ("after", models.DateField(verbose_name="改为")),
                ("reason", models.CharField(max_length=200, verbose_name="理由")),
                ("changed_at", models.DateTimeField(verbose_name="更改时间")),
                ("changed_by_name", models.CharField(max_length=120, verbose_name="更改人姓名")),
                (
                    "changed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="更改人",
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="changes",
                        to="evaluation.round",
                        verbose_name="批次",
                    ),
                ),
            ],
            options={
                "ordering": ["-changed_at", "-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True),
                        name="evaluation_roundchange_has_reason",
                        violation_error_message="更改日期须写明理由。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RoundEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("year", models.PositiveSmallIntegerField(verbose_name="年度")),
                ("name", models.CharField(max_length=80, verbose_name="名称")),
                (
                    "of_kinds",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[("enterprise", "非公有制企业"), ("social", "社会组织")], max_length=16
                        ),
                        size=None,
                        verbose_name="填报的组织类别",
                    ),
                ),
                ("as_of", models.DateField(verbose_name="数字截至")),
                ("opens_on", models.DateField(verbose_name="开始填报")),
                ("closes_on", models.DateField(verbose_name="填报截止")),
                ("unit_due_on", models.DateField(verbose_name="单位审核截止")),
                ("county_due_on", models.DateField(verbose_name="县审核截止")),
                (
                    "reminder_days",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveSmallIntegerField(),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="截止前几天提醒",
                    ),
                ),
                ("answer_days", models.PositiveSmallIntegerField(default=7, verbose_name="退回后几天内改好")),
                ("correction_days", models.PositiveSmallIntegerField(default=30, verbose_name="通过后几天内可更正")),
                (
                    "second_certifier",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "不要求"),
                            ("owner", "业主"),
                            ("instructor", "党建工作指导员"),
                            ("either", "业主或指导员"),
                        ],
                        default="",
                        max_length=12,
                        verbose_name="第二签署人",
                    ),
                ),
                ("notice", models.TextField(blank=True, default="", verbose_name="给填报人的话")),
                ("opened_at", models.DateTimeField(blank=True, null=True, verbose_name="启动时间")),
                ("opened_by_name", models.CharField(blank=True, default="", max_length=120, verbose_name="启动人")),
                ("is_demo", models.BooleanField(default=False, verbose_name="演示数据")),
                ("version", models.PositiveIntegerField(default=1, verbose_name="版本")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="录入时间")),
                (
                    "form",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="evaluation.reportform",
                        verbose_name="表",
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
                        to="evaluation.round",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Section",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=32, verbose_name="代码")),
                ("title", models.CharField(max_length=40, verbose_name="名称")),
                ("hint", models.CharField(blank=True, default="", max_length=200, verbose_name="说明")),
                ("order", models.PositiveSmallIntegerField(verbose_name="次序")),
                (
                    "form",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sections",
                        to="evaluation.reportform",
                        verbose_name="表",
                    ),
                ),
            ],
            options={
                "ordering": ["form", "order"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("form", "code"),
                        name="evaluation_section_code_once",
                        violation_error_message="这张表里已有同样代码的部分。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="QuestionEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("code", models.CharField(max_length=40, verbose_name="代码")),
                ("label", models.CharField(max_length=80, verbose_name="问题")),
                ("hint", models.CharField(blank=True, default="", max_length=200, verbose_name="说明")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("text", "文字"),
                            ("long", "长文字"),
                            ("count", "整数"),
                            ("money", "金额(元)"),
                            ("money_wan", "金额(万元)"),
                            ("area", "小数"),
                            ("date", "日期"),
                            ("choice", "单选"),
                            ("many", "多选"),
                            ("yes_no", "是否"),
                        ],
                        max_length=12,
                        verbose_name="类型",
                    ),
                ),
                ("unit_word", models.CharField(blank=True, default="", max_length=12, verbose_name="单位")),
                (
                    "choices",
                    models.JSONField(
                        blank=True, default=list, help_text="[[代码, 名称]];来自代码表时留空", verbose_name="选项"
                    ),
                ),
                (
                    "choices_from",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="code:代码表 或 forms:条线",
                        max_length=40,
                        verbose_name="选项来自",
                    ),
                ),
                ("required", models.BooleanField(default=True, verbose_name="必填")),
                ("may_be_unknown", models.BooleanField(default=False, verbose_name="可答不清楚")),
                (
                    "of_kinds",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[("enterprise", "非公有制企业"), ("social", "社会组织")], max_length=16
                        ),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="问哪类组织",
                    ),
                ),
                ("from_year", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="起始年度")),
                ("to_year", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="终止年度")),
                (
                    "depends_on",
                    models.CharField(
                        blank=True, default="", help_text="另一问题的代码", max_length=40, verbose_name="取决于"
                    ),
                ),
                (
                    "depends_values",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=32),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="答这些才问",
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="预填从哪里取;空则取上年年报",
                        max_length=40,
                        verbose_name="已知自",
                    ),
                ),
                ("writes", models.BooleanField(default=False, verbose_name="审核通过后写入台账")),
                ("basis", models.CharField(blank=True, default="", max_length=80, verbose_name="依据")),
                (
                    "least",
                    models.DecimalField(blank=True, decimal_places=2, max_digits=18, null=True, verbose_name="最小"),
                ),
                (
                    "most",
                    models.DecimalField(blank=True, decimal_places=2, max_digits=18, null=True, verbose_name="最大"),
                ),
                ("longest", models.PositiveSmallIntegerField(default=200, verbose_name="最多字数")),
                (
                    "soft_percent",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="变动超过百分之几须说明"),
                ),
                (
                    "soft_floor",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=18, null=True, verbose_name="变动不到多少不问"
                    ),
                ),
                ("order", models.PositiveSmallIntegerField(verbose_name="次序")),
                ("version", models.PositiveIntegerField(default=1, verbose_name="版本")),
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
                        to="evaluation.question",
                    ),
                ),
                (
                    "section",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="evaluation.section",
                        verbose_name="部分",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="question",
            name="section",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="questions",
                to="evaluation.section",
                verbose_name="部分",
            ),
        ),
        migrations.CreateModel(
            name="Submission",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField(verbose_name="第几次报送")),
                ("receipt", models.CharField(max_length=40, unique=True, verbose_name="回执编号")),
                ("submitted_at", models.DateTimeField(verbose_name="报送时间")),
                ("submitted_by_name", models.CharField(max_length=120, verbose_name="报送人")),
                ("on_behalf", models.BooleanField(default=False, verbose_name="代报")),
                ("signer_name", models.CharField(max_length=40, verbose_name="签署人")),
                ("signer_post", models.CharField(blank=True, default="", max_length=40, verbose_name="签署人职务")),
                ("second_name", models.CharField(blank=True, default="", max_length=40, verbose_name="第二签署人")),
                ("second_role", models.CharField(blank=True, default="", max_length=12, verbose_name="第二签署人身份")),
                ("is_late", models.BooleanField(default=False, verbose_name="补报")),
                ("is_correction", models.BooleanField(default=False, verbose_name="更正")),
                ("form_code", models.CharField(max_length=32, verbose_name="表的代码")),
                ("known", models.JSONField(verbose_name="已知")),
                ("answers", models.JSONField(verbose_name="回答")),
                ("remarks", models.JSONField(verbose_name="说明")),
                ("flags", models.JSONField(help_text="每条:检查、问题、句子、说明", verbose_name="须说明的地方")),
                (
                    "changed",
                    models.JSONField(help_text="代码的列表,与上次通过的版本或已知比较", verbose_name="有变化的问题"),
                ),
                ("digest", models.CharField(max_length=64, verbose_name="摘要")),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="submissions",
                        to="evaluation.annualreport",
                        verbose_name="年报",
                    ),
                ),
                (
                    "submitted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="报送人账号",
                    ),
                ),
            ],
            options={
                "ordering": ["report", "number"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("report", "number"),
                        name="evaluation_submission_number_once",
                        violation_error_message="这份年报已有同一次报送。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("signer_name", ""), _negated=True),
                            models.Q(("submitted_by_name", ""), _negated=True),
                        ),
                        name="evaluation_submission_signed",
                        violation_error_message="请填写签署人姓名。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("second_name", ""), ("second_role", "")),
                            models.Q(
                                models.Q(("second_name", ""), _negated=True),
                                models.Q(("second_role", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="evaluation_submission_second_with_role",
                        violation_error_message="第二签署人须同时写明姓名和身份。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReportStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("started", "开始填报"),
                            ("submitted", "报送"),
                            ("withdrawn", "撤回"),
                            ("opened", "打开审核"),
                            ("returned", "退回"),
                            ("unit_accepted", "单位审核通过"),
                            ("accepted", "县审核通过"),
                            ("correcting", "开始更正"),
                            ("correction_dropped", "放弃更正"),
                            ("late_granted", "准许补报"),
                            ("written", "写入台账"),
                        ],
                        max_length=20,
                        verbose_name="步骤",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="时间")),
                ("by_name", models.CharField(max_length=120, verbose_name="经手人")),
                ("text", models.CharField(blank=True, default="", max_length=500, verbose_name="说明")),
                ("detail", models.JSONField(blank=True, default=dict, verbose_name="内容")),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="经手人账号",
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="steps",
                        to="evaluation.annualreport",
                        verbose_name="年报",
                    ),
                ),
                (
                    "submission",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="evaluation.submission",
                        verbose_name="版本",
                    ),
                ),
            ],
            options={
                "ordering": ["report", "at", "id"],
            },
        ),
        migrations.CreateModel(
            name="Comment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("question", models.CharField(help_text="问题的代码", max_length=40, verbose_name="问题")),
                (
                    "stage",
                    models.CharField(
                        choices=[("unit", "单位审核"), ("county", "县审核")], max_length=8, verbose_name="阶段"
                    ),
                ),
                ("text", models.CharField(max_length=500, verbose_name="意见")),
                ("made_at", models.DateTimeField(verbose_name="提出时间")),
                ("made_by_name", models.CharField(max_length=120, verbose_name="提出人")),
                ("answer", models.CharField(blank=True, default="", max_length=500, verbose_name="答复")),
                ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="答复时间")),
                ("answered_by_name", models.CharField(blank=True, default="", max_length=120, verbose_name="答复人")),
                ("settled_at", models.DateTimeField(blank=True, null=True, verbose_name="了结时间")),
                ("settled_by_name", models.CharField(blank=True, default="", max_length=120, verbose_name="了结人")),
                (
                    "made_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="提出人账号",
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="comments",
                        to="evaluation.annualreport",
                        verbose_name="年报",
                    ),
                ),
                (
                    "submission",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="comments",
                        to="evaluation.submission",
                        verbose_name="针对的版本",
                    ),
                ),
            ],
            options={
                "ordering": ["report", "made_at", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("text", ""), _negated=True), models.Q(("made_by_name", ""), _negated=True)
                        ),
                        name="evaluation_comment_has_text",
                        violation_error_message="请写明意见。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answer", ""), ("answered_at", None), ("answered_by_name", "")),
                            models.Q(
                                ("answered_at__gte", models.F("made_at")),
                                ("answered_at__isnull", False),
                                models.Q(("answered_by_name", ""), _negated=True),
                                models.Q(("answer", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="evaluation_comment_answered_by_somebody",
                        violation_error_message="答复须写明内容、时间和答复人。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("settled_at", None), ("settled_by_name", "")),
                            models.Q(
                                ("settled_at__gte", models.F("made_at")),
                                ("settled_at__isnull", False),
                                models.Q(("settled_by_name", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="evaluation_comment_settled_by_somebody",
                        violation_error_message="了结须写明时间和人。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AnnualReportEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("year", models.PositiveSmallIntegerField(verbose_name="年度")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "填报中"),
                            ("submitted", "待单位审核"),
                            ("returned", "退回修改"),
                            ("unit_accepted", "待县审核"),
                            ("accepted", "已通过"),
                        ],
                        default="draft",
                        max_length=16,
                        verbose_name="状态",
                    ),
                ),
                ("created_at", models.DateTimeField(verbose_name="生成时间")),
                ("started_at", models.DateTimeField(blank=True, null=True, verbose_name="开始填报时间")),
                ("first_submitted_at", models.DateTimeField(blank=True, null=True, verbose_name="首次报送时间")),
                ("submitted_at", models.DateTimeField(blank=True, null=True, verbose_name="报送时间")),
                ("submitted_by_name", models.CharField(blank=True, default="", max_length=120, verbose_name="报送人")),
                ("opened_at", models.DateTimeField(blank=True, null=True, verbose_name="审核人打开时间")),
                (
                    "opened_by_name",
                    models.CharField(blank=True, default="", max_length=120, verbose_name="打开的审核人"),
                ),
                ("returned_at", models.DateTimeField(blank=True, null=True, verbose_name="退回时间")),
                ("returned_by_name", models.CharField(blank=True, default="", max_length=120, verbose_name="退回人")),
                ("return_comment", models.CharField(blank=True, default="", max_length=500, verbose_name="退回意见")),
                ("answer_by", models.DateField(blank=True, null=True, verbose_name="退回后最迟报回")),
                ("unit_accepted_at", models.DateTimeField(blank=True, null=True, verbose_name="单位审核时间")),
                (
                    "unit_accepted_by_name",
                    models.CharField(blank=True, default="", max_length=120, verbose_name="单位审核人"),
                ),
                ("accepted_at", models.DateTimeField(blank=True, null=True, verbose_name="县审核时间")),
                ("accepted_by_name", models.CharField(blank=True, default="", max_length=120, verbose_name="县审核人")),
                ("correcting_since", models.DateTimeField(blank=True, null=True, verbose_name="更正开始时间")),
                (
                    "correction_reason",
                    models.CharField(blank=True, default="", max_length=200, verbose_name="更正理由"),
                ),
                ("late_until", models.DateField(blank=True, null=True, verbose_name="准许补报至")),
                ("late_reason", models.CharField(blank=True, default="", max_length=200, verbose_name="补报理由")),
                (
                    "late_granted_by_name",
                    models.CharField(blank=True, default="", max_length=120, verbose_name="准许补报的人"),
                ),
                ("version", models.PositiveIntegerField(default=1, verbose_name="版本")),
                (
                    "organization",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="orgs.organization",
                        verbose_name="组织",
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
                        to="evaluation.annualreport",
                    ),
                ),
                (
                    "submitted_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="报送人账号",
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="evaluation.round",
                        verbose_name="批次",
                    ),
                ),
                (
                    "accepted_submission",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="evaluation.submission",
                        verbose_name="通过的版本",
                    ),
                ),
                (
                    "submission",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="evaluation.submission",
                        verbose_name="现报版本",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="annualreport",
            name="accepted_submission",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="evaluation.submission",
                verbose_name="通过的版本",
            ),
        ),
        migrations.AddField(
            model_name="annualreport",
            name="submission",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="evaluation.submission",
                verbose_name="现报版本",
            ),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.UniqueConstraint(
                fields=("section", "code"),
                name="evaluation_question_code_once",
                violation_error_message="这一部分里已有同样代码的问题。",
            ),
        ),
        migrations.AddConstraint(
            model_name="annualreport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("submission", None), ("submitted_at", None)),
                    models.Q(
                        ("first_submitted_at__isnull", False),
                        ("submission__isnull", False),
                        ("submitted_at__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="evaluation_annualreport_submitted_as_a_version",
                violation_error_message="报送须留存报送的版本。",
            ),
        ),
        migrations.AddConstraint(
            model_name="annualreport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("accepted_at", None),
                    models.Q(
                        ("accepted_at__gte", models.F("unit_accepted_at")),
                        ("accepted_submission__isnull", False),
                        ("unit_accepted_at__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="evaluation_annualreport_county_after_unit",
                violation_error_message="单位没有审核通过的年报,县里不能通过。",
            ),
        ),
        migrations.AddConstraint(
            model_name="annualreport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("correcting_since", None), ("correction_reason", "")),
                    models.Q(
                        ("accepted_submission__isnull", False),
                        ("correcting_since__isnull", False),
                        models.Q(("correction_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="evaluation_annualreport_corrects_an_accepted_one",
                violation_error_message="只有通过的年报可以更正,并须写明理由。",
            ),
        ),
        quannan.base.triggers.AddTrigger(
            model_name="reportform",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "evaluation_reportformevent" ("code", "id", "is_active", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "statement", "title", "version") SELECT new_values."code", new_values."id", new_values."is_active", new_values."note", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."statement", new_values."title", new_values."version" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="36e8a9b4e53a67712103ecd8e77daeebdd7ac89b",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_1bba3",
                    referencing="REFERENCING NEW TABLE AS new_values ",
                    table="evaluation_reportform",
                    when="AFTER",
                ),
            ),
        ),
        quannan.base.triggers.AddTrigger(
            model_name="reportform",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "evaluation_reportformevent" ("code", "id", "is_active", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "statement", "title", "version") SELECT new_values."code", new_values."id", new_values."is_active", new_values."note", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."statement", new_values."title", new_values."version" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="d3279c413016fff9f6502837fd25ddca5199e296",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_c5ef7",
                    referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                    table="evaluation_reportform",
                    when="AFTER",
                ),
            ),
        ),
        quannan.base.triggers.AddTrigger(
            model_name="reportform",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "evaluation_reportformevent" ("code", "id", "is_active", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "statement", "title", "version") SELECT old_values."code", old_values."id", old_values."is_active", old_values."note", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."statement", old_values."title", old_values."version" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                    hash="a9a6ec2a073762330963026f8dcdd67191364a7e",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_4b99b",
                    referencing="REFERENCING OLD TABLE AS old_values ",
                    table="evaluation_reportform",
                    when="AFTER",
                ),
            ),
        ),
        quannan.base.triggers.AddTrigger(
            model_name="filingaccess",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "evaluation_filingaccessevent" ("code_expires_on", "end_reason", "id", "issued_at", "issued_by_name", "organization_id", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "printed_at", "role", "user_id", "version") SELECT new_values."code_expires_on", new_values."end_reason", new_values."id", new_values."issued_at", new_values."issued_by_name", new_values."organization_id", new_values."period", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."printed_at", new_values."role", new_values."user_id", new_values."version" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="6961e642cb5a05e0b6dbf92a679acf0020f9a649",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_14054",
                    referencing="REFERENCING NEW TABLE AS new_values ",
                    table="evaluation_filingaccess",
                    when="AFTER",
                ),
            ),
        ),
        quannan.base.triggers.AddTrigger(
            model_name="filingaccess",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "evaluation_filingaccessevent" ("code_expires_on", "end_reason", "id", "issued_at", "issued_by_name", "organization_id", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "printed_at", "role", "user_id", "version") SELECT new_values."code_expires_on", new_values."end_reason", new_values."id", new_values."issued_at", new_values."issued_by_name", new_values."organization_id", new_values."period", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."printed_at", new_values."role", new_values."user_id", new_values."version" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values."code_expires_on" IS DISTINCT FROM (new_values."code_expires_on") OR old_values."end_reason" IS DISTINCT FROM (new_values."end_reason") OR old_values."id" IS DISTINCT FROM (new_values."id") OR old_values."issued_at" IS DISTINCT FROM (new_values."issued_at") OR old_values."issued_by_name" IS DISTINCT FROM (new_values."issued_by_name") OR old_values."organization_id" IS DISTINCT FROM (new_values."organization_id") OR old_values."period" IS DISTINCT FROM (new_values."period") OR old_values."printed_at" IS DISTINCT FROM (new_values."printed_at") OR old_values."role" IS DISTINCT FROM (new_values."role") OR old_values."user_id" IS DISTINCT FROM (new_values."user_id") OR old_values."version" IS DISTINCT FROM (new_values."version")) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="dcdbb373b2bf9b31876f658029ea430c443a4498",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_7af29",
                    referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                    table="evaluation_filingaccess",
                    when="AFTER",
                ),
            ),
        ),
        quannan.base.triggers.AddTrigger(
            model_name="filingaccess",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "evaluation_filingaccessevent" ("code_expires_on", "end_reason", "id", "issued_at", "issued_by_name", "organization_id", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "printed_at", "role", "user_id", "version") SELECT old_values."code_expires_on", old_values."end_reason", old_values."id", old_values."issued_at", old_values."issued_by_name", old_values."organization_id", old_values."period", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."printed_at", old_values."role", old_values."user_id", old_values."version" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                    hash="b9f049e2cb95b56a8da58a869454d60b6914e658",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_ca2c0",
                    referencing="REFERENCING OLD TABLE AS old_values ",
                    table="evaluation_filingaccess",
                    when="AFTER",
                ),
            ),
        ),
        quannan.base.triggers.AddTrigger(
            model_name="round",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "evaluation_roundevent" ("answer_days", "as_of", "closes_on", "correction_days", "county_due_on", "created_at", "form_id", "id", "is_demo", "name", "notice", "of_kinds", "opened_at", "opened_by_name", "opens_on", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reminder_days", "second_certifier", "unit_due_on", "version", "year") SELECT new_values."answer_days", new_values."as_of", new_values."closes_on", new_values."correction_days", new_values."county_due_on", new_values."created_at", new_values."form_id", new_values."id", new_values."is_demo", new_values."name", new_values."notice", new_values."of_kinds", new_values."opened_at", new_values."opened_by_name", new_values."opens_on", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."reminder_days", new_values."second_certifier", new_values."unit_due_on", new_values."version", new_values."year" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="db0471e176105b268c58356a63121973a97ed88b",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_a0c04",
                    referencing="REFERENCING NEW TABLE AS new_values ",
                    table="evaluation_round",
                    when="AFTER",
                ),
            ),
        ),
        quannan.base.triggers.AddTrigger(
            model_name="round",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "evaluation_roundevent" ("answer_days", "as_of", "closes_on", "correction_days", "county_due_on", "created_at", "form_id", "id", "is_demo", "name", "notice", "of_kinds", "opened_at", "opened_by_name", "opens_on", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reminder_days", "second_certifier", "unit_due_on", "version", "year") SELECT new_values."answer_days", new_values."as_of", new_values."closes_on", new_values."correction_days", new_values."county_due_on", new_values."created_at", new_values."form_id", new_values."id", new_values."is_demo", new_values."name", new_values."notice", new_values."of_kinds", new_values."opened_at", new_values."opened_by_name", new_values."opens_on", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."reminder_days", new_values."second_certifier", new_values."unit_due_on", new_values."version", new_values."year" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="6e24c0331e6b26131eac2e49bd0798eadf7283a7",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_305c2",
                    referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                    table="evaluation_round",
                    when="AFTER",
                ),
            ),
        ),
        quannan.base.triggers.AddTrigger(
            model_name="round",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "evaluation_roundevent" ("answer_days", "as_of", "closes_on", "correction_days", "county_due_on", "created_at", "form_id", "id", "is_demo", "name", "notice", "of_kinds", "opened_at", "opened_by_name", "opens_on", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reminder_days", "second_certifier", "unit_due_on", "version", "year") SELECT old_values."answer_days", old_values."as_of", old_values."closes_on", old_values."correction_days", old_values."county_due_on", old_values."created_at", old_values."form_id", old_values."id", old_values."is_demo", old_values."name", old_values."notice", old_values."of_kinds", old_values."opened_at", old_values."opened_by_name", old_values."opens_on", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."reminder_days", old_values."second_certifier", old_values."unit_due_on", old_values."version", old_values."year" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                    hash="c9489ca2b513c94e04f8d4288ae939e398b2882f",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_a083f",
                    referencing="REFERENCING OLD TABLE AS old_values ",
                    table="evaluation_round",
                    when="AFTER",
                ),
            ),
        ),
        quannan.base.triggers.AddTrigger(
            model_name="question",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "evaluation_questionevent" ("basis", "choices", "choices_from", "code", "depends_on", "depends_values", "from_year", "hint", "id", "kind", "label", "least", "longest", "may_be_unknown", "most", "of_kinds", "order", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "required", "section_id", "soft_floor", "soft_percent", "source", "to_year", "unit_word", "version", "writes") SELECT new_values."basis", new_values."choices", new_values."choices_from", new_values."code", new_values."depends_on", new_values."depends_values", new_values."from_year", new_values."hint", new_values."id", new_values."kind", new_values."label", new_values."least", new_values."longest", new_values."may_be_unknown", new_values."most", new_values."of_kinds", new_values."order", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."required", new_values."section_id", new_values."soft_floor", new_values."soft_percent", new_values."source", new_values."to_year", new_values."unit_word", new_values."version", new_values."writes" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="ffa2c26111c179ceedb6bf0e10ffa45b43817fd1",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_84617",
                    referencing="REFERENCING NEW TABLE AS new_values ",
                    table="evaluation_question",
                    when="AFTER",
                ),
            ),
        ),
        quannan.base.triggers.AddTrigger(
            model_name="question",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "evaluation_questionevent" ("basis", "choices", "choices_from", "code", "depends_on", "depends_values", "from_year", "hint", "id", "kind", "label", "least", "longest", "may_be_unknown", "most", "of_kinds", "order", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "required", "section_id", "soft_floor", "soft_percent", "source", "to_year", "unit_word", "version", "writes") SELECT new_values."basis", new_values."choices", new_values."choices_from", new_values."code", new_values."depends_on", new_values."depends_values", new_values."from_year", new_values."hint", new_values."id", new_values."kind", new_values."label", new_values."least", new_values."longest", new_values."may_be_unknown", new_values."most", new_values."of_kinds", new_values."order", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."required", new_values."section_id", new_values."soft_floor", new_values."soft_percent", new_values."source", new_values."to_year", new_values."unit_word", new_values."version", new_values."writes" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="f319c3108a8fd1cbd0448f5c7123c809d07ce868",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_f1211",
                    referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                    table="evaluation_question",
                    when="AFTER",
                ),
            ),
        ),
        quannan.base.triggers.AddTrigger(
            model_name="question",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "evaluation_questionevent" ("basis", "choices", "choices_from", "code", "depends_on", "depends_values", "from_year", "hint", "id", "kind", "label", "least", "longest", "may_be_unknown", "most", "of_kinds", "order", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "required", "section_id", "soft_floor", "soft_percent", "source", "to_year", "unit_word", "version", "writes") SELECT old_values."basis", old_values."choices", old_values."choices_from", old_values."code", old_values."depends_on", old_values."depends_values", old_values."from_year", old_values."hint", old_values."id", old_values."kind", old_values."label", old_values."least", old_values."longest", old_values."may_be_unknown", old_values."most", old_values."of_kinds", old_values."order", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."required", old_values."section_id", old_values."soft_floor", old_values."soft_percent", old_values."source", old_values."to_year", old_values."unit_word", old_values."version", old_values."writes" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                    hash="ac10956fac49e69384426cb61666215f56cae2a3",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_c0b14",
                    referencing="REFERENCING OLD TABLE AS old_values ",
                    table="evaluation_question",
                    when="AFTER",
                ),
            ),
        ),
        quannan.base.triggers.AddTrigger(
            model_name="annualreport",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "evaluation_annualreportevent" ("accepted_at", "accepted_by_name", "accepted_submission_id", "answer_by", "correcting_since", "correction_reason", "created_at", "first_submitted_at", "id", "late_granted_by_name", "late_reason", "late_until", "opened_at", "opened_by_name", "organization_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "return_comment", "returned_at", "returned_by_name", "round_id", "started_at", "state", "submission_id", "submitted_at", "submitted_by_id", "submitted_by_name", "unit_accepted_at", "unit_accepted_by_name", "version", "year") SELECT new_values."accepted_at", new_values."accepted_by_name", new_values."accepted_submission_id", new_values."answer_by", new_values."correcting_since", new_values."correction_reason", new_values."created_at", new_values."first_submitted_at", new_values."id", new_values."late_granted_by_name", new_values."late_reason", new_values."late_until", new_values."opened_at", new_values."opened_by_name", new_values."organization_id", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."return_comment", new_values."returned_at", new_values."returned_by_name", new_values."round_id", new_values."started_at", new_values."state", new_values."submission_id", new_values."submitted_at", new_values."submitted_by_id", new_values."submitted_by_name", new_values."unit_accepted_at", new_values."unit_accepted_by_name", new_values."version", new_values."year" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="fe976219fe071b8ea2f06b8c3c4c1cd08e03a9dd",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_345b4",
                    referencing="REFERENCING NEW TABLE AS new_values ",
                    table="evaluation_annualreport",
                    when="AFTER",
                ),
            ),
        ),
        quannan.base.triggers.AddTrigger(
            model_name="annualreport",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "evaluation_annualreportevent" ("accepted_at", "accepted_by_name", "accepted_submission_id", "answer_by", "correcting_since", "correction_reason", "created_at", "first_submitted_at", "id", "late_granted_by_name", "late_reason", "late_until", "opened_at", "opened_by_name", "organization_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "return_comment", "returned_at", "returned_by_name", "round_id", "started_at", "state", "submission_id", "submitted_at", "submitted_by_id", "submitted_by_name", "unit_accepted_at", "unit_accepted_by_name", "version", "year") SELECT new_values."accepted_at", new_values."accepted_by_name", new_values."accepted_submission_id", new_values."answer_by", new_values."correcting_since", new_values."correction_reason", new_values."created_at", new_values."first_submitted_at", new_values."id", new_values."late_granted_by_name", new_values."late_reason", new_values."late_until", new_values."opened_at", new_values."opened_by_name", new_values."organization_id", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."return_comment", new_values."returned_at", new_values."returned_by_name", new_values."round_id", new_values."started_at", new_values."state", new_values."submission_id", new_values."submitted_at", new_values."submitted_by_id", new_values."submitted_by_name", new_values."unit_accepted_at", new_values."unit_accepted_by_name", new_values."version", new_values."year" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values."accepted_at" IS DISTINCT FROM (new_values."accepted_at") OR old_values."accepted_by_name" IS DISTINCT FROM (new_values."accepted_by_name") OR old_values."accepted_submission_id" IS DISTINCT FROM (new_values."accepted_submission_id") OR old_values."answer_by" IS DISTINCT FROM (new_values."answer_by") OR old_values."correcting_since" IS DISTINCT FROM (new_values."correcting_since") OR old_values."correction_reason" IS DISTINCT FROM (new_values."correction_reason") OR old_values."created_at" IS DISTINCT FROM (new_values."created_at") OR old_values."first_submitted_at" IS DISTINCT FROM (new_values."first_submitted_at") OR old_values."id" IS DISTINCT FROM (new_values."id") OR old_values."late_granted_by_name" IS DISTINCT FROM (new_values."late_granted_by_name") OR old_values."late_reason" IS DISTINCT FROM (new_values."late_reason") OR old_values."late_until" IS DISTINCT FROM (new_values."late_until") OR old_values."opened_at" IS DISTINCT FROM (new_values."opened_at") OR old_values."opened_by_name" IS DISTINCT FROM (new_values."opened_by_name") OR old_values."organization_id" IS DISTINCT FROM (new_values."organization_id") OR old_values."return_comment" IS DISTINCT FROM (new_values."return_comment") OR old_values."returned_at" IS DISTINCT FROM (new_values."returned_at") OR old_values."returned_by_name" IS DISTINCT FROM (new_values."returned_by_name") OR old_values."round_id" IS DISTINCT FROM (new_values."round_id") OR old_values."started_at" IS DISTINCT FROM (new_values."started_at") OR old_values."state" IS DISTINCT FROM (new_values."state") OR old_values."submission_id" IS DISTINCT FROM (new_values."submission_id") OR old_values."submitted_at" IS DISTINCT FROM (new_values."submitted_at") OR old_values."submitted_by_id" IS DISTINCT FROM (new_values."submitted_by_id") OR old_values."submitted_by_name" IS DISTINCT FROM (new_values."submitted_by_name") OR old_values."unit_accepted_at" IS DISTINCT FROM (new_values."unit_accepted_at") OR old_values."unit_accepted_by_name" IS DISTINCT FROM (new_values."unit_accepted_by_name") OR old_values."version" IS DISTINCT FROM (new_values."version") OR old_values."year" IS DISTINCT FROM (new_values."year")) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="a81a695d488e1fc92111a78c823e10f8deadc0ef",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_8671a",
                    referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                    table="evaluation_annualreport",
                    when="AFTER",
                ),
            ),
        ),
        quannan.base.triggers.AddTrigger(
            model_name="annualreport",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "evaluation_annualreportevent" ("accepted_at", "accepted_by_name", "accepted_submission_id", "answer_by", "correcting_since", "correction_reason", "created_at", "first_submitted_at", "id", "late_granted_by_name", "late_reason", "late_until", "opened_at", "opened_by_name", "organization_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "return_comment", "returned_at", "returned_by_name", "round_id", "started_at", "state", "submission_id", "submitted_at", "submitted_by_id", "submitted_by_name", "unit_accepted_at", "unit_accepted_by_name", "version", "year") SELECT old_values."accepted_at", old_values."accepted_by_name", old_values."accepted_submission_id", old_values."answer_by", old_values."correcting_since", old_values."correction_reason", old_values."created_at", old_values."first_submitted_at", old_values."id", old_values."late_granted_by_name", old_values."late_reason", old_values."late_until", old_values."opened_at", old_values."opened_by_name", old_values."organization_id", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."return_comment", old_values."returned_at", old_values."returned_by_name", old_values."round_id", old_values."started_at", old_values."state", old_values."submission_id", old_values."submitted_at", old_values."submitted_by_id", old_values."submitted_by_name", old_values."unit_accepted_at", old_values."unit_accepted_by_name", old_values."version", old_values."year" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                    hash="5f2c3c25d0d2718abe2c4490308192d052156cc6",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_4bb7f",
                    referencing="REFERENCING OLD TABLE AS old_values ",
                    table="evaluation_annualreport",
                    when="AFTER",
                ),
            ),
        ),
        migrations.RunSQL(KEEP, KEEP_BACK),
        migrations.RunSQL(YEAR, YEAR_BACK),
    ]
