"""考核: schemes with bands and indicators, assessments, scores; what is confirmed stands still."""

from decimal import Decimal

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models

import quannan.base.triggers

# What was confirmed stays as it was confirmed, until it is opened again with a reason.
KEEP = """
CREATE FUNCTION evaluation_assessment_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'confirmed' AND NEW.state = 'confirmed' AND
       (NEW.result, NEW.band_id, NEW.computation, NEW.confirmed_at, NEW.confirmed_by_name)
       IS DISTINCT FROM (OLD.result, OLD.band_id, OLD.computation, OLD.confirmed_at, OLD.confirmed_by_name) THEN
        RAISE EXCEPTION '已核定的考核结果不能修改' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER evaluation_assessment_keep_rows BEFORE UPDATE ON evaluation_assessment
    FOR EACH ROW EXECUTE FUNCTION evaluation_assessment_keep();
CREATE FUNCTION evaluation_score_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT OLD.frozen THEN
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'UPDATE' AND (NOT NEW.frozen OR to_jsonb(NEW) - 'by_id' = to_jsonb(OLD) - 'by_id') THEN
        IF to_jsonb(NEW) - ARRAY['by_id', 'frozen'] = to_jsonb(OLD) - ARRAY['by_id', 'frozen'] THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION '已核定的评分不能修改' USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER evaluation_score_keep_rows BEFORE UPDATE OR DELETE ON evaluation_score
    FOR EACH ROW EXECUTE FUNCTION evaluation_score_keep();
"""
KEEP_BACK = """
DROP TRIGGER evaluation_assessment_keep_rows ON evaluation_assessment;
DROP FUNCTION evaluation_assessment_keep();
DROP TRIGGER evaluation_score_keep_rows ON evaluation_score;
DROP FUNCTION evaluation_score_keep();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("evaluation", "0001_annual_reports"),
        ("orgs", "0013_activity_fund_and_score_capabilities"),
        ("pghistory", "0007_auto_20250421_0444"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Band",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=20, verbose_name="等次")),
                ("from_score", models.DecimalField(decimal_places=2, max_digits=6, verbose_name="分数从(含)")),
            ],
            options={
                "ordering": ["scheme", "-from_score"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(models.Q(("name", ""), _negated=True), ("from_score__gte", 0)),
                        name="evaluation_band_named",
                        violation_error_message="请填写等次名称和不小于0的分数。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Indicator",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=12, verbose_name="编号")),
                ("section", models.CharField(max_length=40, verbose_name="类别")),
                ("name", models.CharField(max_length=60, verbose_name="指标")),
                ("points", models.DecimalField(decimal_places=2, max_digits=6, verbose_name="分值")),
                (
                    "rule",
                    models.CharField(
                        choices=[
                            ("given", "直接评分"),
                            ("deduct", "按次扣分"),
                            ("steps", "分档扣分"),
                            ("ratio", "按比例得分"),
                            ("bonus", "加分"),
                            ("veto", "一票否决"),
                        ],
                        max_length=8,
                        verbose_name="计分规则",
                    ),
                ),
                ("parameters", models.JSONField(blank=True, default=dict, verbose_name="规则参数")),
                ("criteria", models.CharField(blank=True, default="", max_length=300, verbose_name="评分标准")),
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
                ("clause", models.CharField(blank=True, default="", max_length=80, verbose_name="依据")),
                ("evidence_asked", models.BooleanField(default=False, verbose_name="须写明佐证材料")),
                ("order", models.PositiveSmallIntegerField(verbose_name="次序")),
                ("version", models.PositiveIntegerField(default=1, verbose_name="版本")),
            ],
            options={
                "ordering": ["scheme", "order", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("code", ""), _negated=True),
                            models.Q(("name", ""), _negated=True),
                            models.Q(("section", ""), _negated=True),
                        ),
                        name="evaluation_indicator_named",
                        violation_error_message="请填写编号、类别和指标名称。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("points", 0), ("rule", "veto")),
                            models.Q(models.Q(("rule", "veto"), _negated=True), ("points__gt", 0)),
                            _connector="OR",
                        ),
                        name="evaluation_indicator_points_by_rule",
                        violation_error_message="一票否决的指标分值为0,其他指标的分值应大于0。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Assessment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120, verbose_name="启动时的名称")),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "未核定"), ("confirmed", "已核定")],
                        default="open",
                        max_length=12,
                        verbose_name="状态",
                    ),
                ),
                ("missing", models.PositiveSmallIntegerField(verbose_name="尚缺指标")),
                ("self_missing", models.PositiveSmallIntegerField(verbose_name="自评未评")),
                ("unit_missing", models.PositiveSmallIntegerField(verbose_name="主管党委未评")),
                ("county_missing", models.PositiveSmallIntegerField(verbose_name="县级未评")),
                ("vetoed", models.BooleanField(default=False, verbose_name="有一票否决")),
                (
                    "total",
                    models.DecimalField(blank=True, decimal_places=2, max_digits=6, null=True, verbose_name="现得分"),
                ),
                ("confirmed_at", models.DateTimeField(blank=True, null=True, verbose_name="核定时间")),
                ("confirmed_by_name", models.CharField(blank=True, default="", max_length=120, verbose_name="核定人")),
                (
                    "result",
                    models.DecimalField(blank=True, decimal_places=2, max_digits=6, null=True, verbose_name="得分"),
                ),
                ("computation", models.JSONField(blank=True, null=True, verbose_name="计算过程")),
                ("version", models.PositiveIntegerField(default=1, verbose_name="版本")),
                (
                    "organization",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assessments",
                        to="orgs.organization",
                        verbose_name="组织",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assessments",
                        to="orgs.unit",
                        verbose_name="主管党(工)委",
                    ),
                ),
                (
                    "band",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="evaluation.band",
                        verbose_name="等次",
                    ),
                ),
                (
                    "provisional_band",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="evaluation.band",
                        verbose_name="现等次",
                    ),
                ),
            ],
            options={
                "ordering": ["-scheme__year", "scheme", "name", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("organization", None), ("unit__isnull", False)),
                            models.Q(("organization__isnull", False), ("unit", None)),
                            _connector="OR",
                        ),
                        name="evaluation_assessment_organization_or_unit",
                        violation_error_message="考核的对象是一家组织或一个单位,二者居其一。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("confirmed_at", None), ("confirmed_by_name", "")),
                            models.Q(
                                ("confirmed_at__isnull", False), models.Q(("confirmed_by_name", ""), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="evaluation_assessment_confirmed_by_somebody",
                        violation_error_message="核定须同时写明时间和核定人。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("band", None),
                                ("computation", None),
                                ("confirmed_at", None),
                                ("result", None),
                                ("state", "open"),
                            ),
                            models.Q(
                                ("confirmed_at__isnull", False),
                                ("result__isnull", False),
                                ("state", "confirmed"),
                                ("band__isnull", False),
                                ("computation__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="evaluation_assessment_state_as_dated",
                        violation_error_message="考核的状态与核定的时间、得分、等次不一致。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("missing", 0), ("provisional_band__isnull", False), ("total__isnull", False)),
                            models.Q(("missing__gt", 0), ("provisional_band", None), ("total", None)),
                            _connector="OR",
                        ),
                        name="evaluation_assessment_incomplete_has_no_total",
                        violation_error_message="评分没有齐的考核没有得分。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Scheme",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("year", models.PositiveSmallIntegerField(verbose_name="年度")),
                ("name", models.CharField(max_length=80, verbose_name="名称")),
                (
                    "subject",
                    models.CharField(
                        choices=[("organization", "“两新”组织"), ("unit", "主管党(工)委")],
                        max_length=16,
                        verbose_name="考核对象",
                    ),
                ),
                (
                    "of_kinds",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[("enterprise", "非公有制企业"), ("social", "社会组织")], max_length=16
                        ),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="组织类别",
                    ),
                ),
                ("as_of", models.DateField(verbose_name="名单截至")),
                (
                    "full_score",
                    models.DecimalField(decimal_places=2, default=Decimal("100"), max_digits=6, verbose_name="满分"),
                ),
                (
                    "counting",
                    models.CharField(
                        choices=[
                            ("last", "以最后一级评分为准(县级,其次主管党委,再次自评)"),
                            ("weighted", "三方评分按比例折算"),
                        ],
                        default="last",
                        max_length=12,
                        verbose_name="计分办法",
                    ),
                ),
                (
                    "self_percent",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="自评占百分之几"),
                ),
                (
                    "unit_percent",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="主管党委占百分之几"),
                ),
                (
                    "county_percent",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="县级占百分之几"),
                ),
                (
                    "bonus_cap",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=6, null=True, verbose_name="加分合计最多"
                    ),
                ),
                ("veto_lowest", models.BooleanField(default=True, verbose_name="一票否决即为最低等次")),
                ("note", models.CharField(blank=True, default="", max_length=500, verbose_name="说明")),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "草拟"), ("open", "评分中"), ("closed", "已结束")],
                        default="draft",
                        max_length=8,
                        verbose_name="状态",
                    ),
                ),
                ("opened_at", models.DateTimeField(blank=True, null=True, verbose_name="启动时间")),
                ("opened_by_name", models.CharField(blank=True, default="", max_length=120, verbose_name="启动人")),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="结束时间")),
                ("closed_by_name", models.CharField(blank=True, default="", max_length=120, verbose_name="结束人")),
                ("is_demo", models.BooleanField(default=False, verbose_name="演示数据")),
                ("version", models.PositiveIntegerField(default=1, verbose_name="版本")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="录入时间")),
            ],
            options={
                "ordering": ["-year", "subject", "name", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("year", "name"),
                        name="evaluation_scheme_name_once_a_year",
                        violation_error_message="这一年度已有同名的考核方案,请换一个名称。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("name", ""), _negated=True), ("year__gte", 1949), ("year__lte", 2100)
                        ),
                        name="evaluation_scheme_named",
                        violation_error_message="请填写名称和1949至2100之间的年度。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("of_kinds__len", 0), ("subject", "unit")),
                            models.Q(("subject", "organization"), models.Q(("of_kinds__len", 0), _negated=True)),
                            _connector="OR",
                        ),
                        name="evaluation_scheme_kinds_of_organizations",
                        violation_error_message="考核组织的请至少选一类组织;考核主管党(工)委的不选组织类别。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("full_score__gt", 0), models.Q(("bonus_cap", None), ("bonus_cap__gte", 0), _connector="OR")
                        ),
                        name="evaluation_scheme_full_score_positive",
                        violation_error_message="满分应大于0,加分合计不能小于0,请核对。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("counting", "last"),
                                ("county_percent", None),
                                ("self_percent", None),
                                ("unit_percent", None),
                            ),
                            models.Q(
                                ("counting", "weighted"),
                                ("self_percent__isnull", False),
                                ("unit_percent__isnull", False),
                                ("county_percent__gte", 0),
                                ("county_percent__isnull", False),
                                ("self_percent__gte", 0),
                                ("unit_percent__gte", 0),
                                (
                                    "self_percent",
                                    django.db.models.expressions.CombinedExpression(
                                        django.db.models.expressions.CombinedExpression(
                                            models.Value(100), "-", models.F("unit_percent")
                                        ),
                                        "-",
                                        models.F("county_percent"),
                                    ),
                                ),
                                models.Q(("subject", "organization"), ("unit_percent", 0), _connector="OR"),
                            ),
                            _connector="OR",
                        ),
                        name="evaluation_scheme_percents_add_up",
                        violation_error_message="按比例折算的,三方比例相加应为100,考核单位的主管党委一栏填0;以最后一级为准的不填比例。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("opened_at", None), ("opened_by_name", "")),
                            models.Q(("opened_at__isnull", False), models.Q(("opened_by_name", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="evaluation_scheme_opened_by_somebody",
                        violation_error_message="启动须同时写明时间和启动人。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_at", None), ("closed_by_name", "")),
                            models.Q(("closed_at__isnull", False), models.Q(("closed_by_name", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="evaluation_scheme_closed_by_somebody",
                        violation_error_message="结束须同时写明时间和结束人。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_at", None), ("opened_at", None), ("state", "draft")),
                            models.Q(("closed_at", None), ("opened_at__isnull", False), ("state", "open")),
                            models.Q(
                                ("closed_at__gte", models.F("opened_at")),
                                ("closed_at__isnull", False),
                                ("opened_at__isnull", False),
                                ("state", "closed"),
                            ),
                            _connector="OR",
                        ),
                        name="evaluation_scheme_state_as_dated",
                        violation_error_message="考核方案的状态与启动、结束的时间不一致。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="IndicatorEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("code", models.CharField(max_length=12, verbose_name="编号")),
                ("section", models.CharField(max_length=40, verbose_name="类别")),
                ("name", models.CharField(max_length=60, verbose_name="指标")),
                ("points", models.DecimalField(decimal_places=2, max_digits=6, verbose_name="分值")),
                (
                    "rule",
                    models.CharField(
                        choices=[
                            ("given", "直接评分"),
                            ("deduct", "按次扣分"),
                            ("steps", "分档扣分"),
                            ("ratio", "按比例得分"),
                            ("bonus", "加分"),
                            ("veto", "一票否决"),
                        ],
                        max_length=8,
                        verbose_name="计分规则",
                    ),
                ),
                ("parameters", models.JSONField(blank=True, default=dict, verbose_name="规则参数")),
                ("criteria", models.CharField(blank=True, default="", max_length=300, verbose_name="评分标准")),
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
                ("clause", models.CharField(blank=True, default="", max_length=80, verbose_name="依据")),
                ("evidence_asked", models.BooleanField(default=False, verbose_name="须写明佐证材料")),
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
                        to="evaluation.indicator",
                    ),
                ),
                (
                    "scheme",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="evaluation.scheme",
                        verbose_name="方案",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="indicator",
            name="scheme",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="indicators",
                to="evaluation.scheme",
                verbose_name="方案",
            ),
        ),
        migrations.CreateModel(
            name="BandEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("name", models.CharField(max_length=20, verbose_name="等次")),
                ("from_score", models.DecimalField(decimal_places=2, max_digits=6, verbose_name="分数从(含)")),
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
                        to="evaluation.band",
                    ),
                ),
                (
                    "scheme",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="evaluation.scheme",
                        verbose_name="方案",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="band",
            name="scheme",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="bands",
                to="evaluation.scheme",
                verbose_name="方案",
            ),
        ),
        migrations.CreateModel(
            name="AssessmentEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("name", models.CharField(max_length=120, verbose_name="启动时的名称")),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "未核定"), ("confirmed", "已核定")],
                        default="open",
                        max_length=12,
                        verbose_name="状态",
                    ),
                ),
                ("confirmed_at", models.DateTimeField(blank=True, null=True, verbose_name="核定时间")),
                ("confirmed_by_name", models.CharField(blank=True, default="", max_length=120, verbose_name="核定人")),
                (
                    "result",
                    models.DecimalField(blank=True, decimal_places=2, max_digits=6, null=True, verbose_name="得分"),
                ),
                ("computation", models.JSONField(blank=True, null=True, verbose_name="计算过程")),
                ("version", models.PositiveIntegerField(default=1, verbose_name="版本")),
                (
                    "organization",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
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
                        to="evaluation.assessment",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="orgs.unit",
                        verbose_name="主管党(工)委",
                    ),
                ),
                (
                    "band",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="evaluation.band",
                        verbose_name="等次",
                    ),
                ),
                (
                    "scheme",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="evaluation.scheme",
                        verbose_name="方案",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="assessment",
            name="scheme",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="assessments",
                to="evaluation.scheme",
                verbose_name="方案",
            ),
        ),
        migrations.CreateModel(
            name="SchemeEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("year", models.PositiveSmallIntegerField(verbose_name="年度")),
                ("name", models.CharField(max_length=80, verbose_name="名称")),
                (
                    "subject",
                    models.CharField(
                        choices=[("organization", "“两新”组织"), ("unit", "主管党(工)委")],
                        max_length=16,
                        verbose_name="考核对象",
                    ),
                ),
                (
                    "of_kinds",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[("enterprise", "非公有制企业"), ("social", "社会组织")], max_length=16
                        ),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="组织类别",
                    ),
                ),
                ("as_of", models.DateField(verbose_name="名单截至")),
                (
                    "full_score",
                    models.DecimalField(decimal_places=2, default=Decimal("100"), max_digits=6, verbose_name="满分"),
                ),
                (
                    "counting",
                    models.CharField(
                        choices=[
                            ("last", "以最后一级评分为准(县级,其次主管党委,再次自评)"),
                            ("weighted", "三方评分按比例折算"),
                        ],
                        default="last",
                        max_length=12,
                        verbose_name="计分办法",
                    ),
                ),
                (
                    "self_percent",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="自评占百分之几"),
                ),
                (
                    "unit_percent",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="主管党委占百分之几"),
                ),
                (
                    "county_percent",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="县级占百分之几"),
                ),
                (
                    "bonus_cap",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=6, null=True, verbose_name="加分合计最多"
                    ),
                ),
                ("veto_lowest", models.BooleanField(default=True, verbose_name="一票否决即为最低等次")),
                ("note", models.CharField(blank=True, default="", max_length=500, verbose_name="说明")),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "草拟"), ("open", "评分中"), ("closed", "已结束")],
                        default="draft",
                        max_length=8,
                        verbose_name="状态",
                    ),
                ),
                ("opened_at", models.DateTimeField(blank=True, null=True, verbose_name="启动时间")),
                ("opened_by_name", models.CharField(blank=True, default="", max_length=120, verbose_name="启动人")),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="结束时间")),
                ("closed_by_name", models.CharField(blank=True, default="", max_length=120, verbose_name="结束人")),
                ("is_demo", models.BooleanField(default=False, verbose_name="演示数据")),
                ("version", models.PositiveIntegerField(default=1, verbose_name="版本")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="录入时间")),
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
                        to="evaluation.scheme",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Score",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "rater",
                    models.CharField(
                        choices=[("self", "自评"), ("unit", "主管党委"), ("county", "县级")],
                        max_length=8,
                        verbose_name="评分人",
                    ),
                ),
                (
                    "raw",
                    models.DecimalField(blank=True, decimal_places=2, max_digits=8, null=True, verbose_name="评定值"),
                ),
                (
                    "points",
                    models.DecimalField(blank=True, decimal_places=2, max_digits=6, null=True, verbose_name="得分"),
                ),
                ("note", models.CharField(blank=True, default="", max_length=300, verbose_name="说明")),
                ("evidence", models.CharField(blank=True, default="", max_length=300, verbose_name="佐证材料")),
                ("at", models.DateTimeField(verbose_name="评分时间")),
                ("by_name", models.CharField(max_length=120, verbose_name="评分人姓名")),
                ("frozen", models.BooleanField(default=False, verbose_name="已核定")),
                ("version", models.PositiveIntegerField(default=1, verbose_name="版本")),
                (
                    "assessment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="scores",
                        to="evaluation.assessment",
                        verbose_name="考核",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="评分人账号",
                    ),
                ),
                (
                    "indicator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="scores",
                        to="evaluation.indicator",
                        verbose_name="指标",
                    ),
                ),
            ],
            options={
                "ordering": ["assessment", "indicator__order", "rater", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("assessment", "indicator", "rater"),
                        name="evaluation_score_once",
                        violation_error_message="这项指标这一方已经评过分。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("points", None), ("raw", None)),
                            models.Q(
                                ("points__gte", 0), ("points__isnull", False), ("raw__gte", 0), ("raw__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="evaluation_score_points_of_a_value",
                        violation_error_message="评定值和得分须同时有或同时没有,且不能小于0。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("by_name", ""), _negated=True),
                        name="evaluation_score_by_somebody",
                        violation_error_message="评分须写明是谁评的。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ScoreEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                (
                    "rater",
                    models.CharField(
                        choices=[("self", "自评"), ("unit", "主管党委"), ("county", "县级")],
                        max_length=8,
                        verbose_name="评分人",
                    ),
                ),
                (
                    "raw",
                    models.DecimalField(blank=True, decimal_places=2, max_digits=8, null=True, verbose_name="评定值"),
                ),
                (
                    "points",
                    models.DecimalField(blank=True, decimal_places=2, max_digits=6, null=True, verbose_name="得分"),
                ),
                ("note", models.CharField(blank=True, default="", max_length=300, verbose_name="说明")),
                ("evidence", models.CharField(blank=True, default="", max_length=300, verbose_name="佐证材料")),
                ("at", models.DateTimeField(verbose_name="评分时间")),
                ("by_name", models.CharField(max_length=120, verbose_name="评分人姓名")),
                ("frozen", models.BooleanField(default=False, verbose_name="已核定")),
                ("version", models.PositiveIntegerField(default=1, verbose_name="版本")),
                (
                    "assessment",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="evaluation.assessment",
                        verbose_name="考核",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="评分人账号",
                    ),
                ),
                (
                    "indicator",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="evaluation.indicator",
                        verbose_name="指标",
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
                        to="evaluation.score",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Reopening",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.CharField(max_length=200, verbose_name="理由")),
                ("at", models.DateTimeField(verbose_name="重开时间")),
                ("by_name", models.CharField(max_length=120, verbose_name="重开人")),
                ("confirmed_at", models.DateTimeField(verbose_name="原核定时间")),
                ("confirmed_by_name", models.CharField(max_length=120, verbose_name="原核定人")),
                ("result", models.DecimalField(decimal_places=2, max_digits=6, verbose_name="原得分")),
                ("band_name", models.CharField(max_length=20, verbose_name="原等次")),
                ("computation", models.JSONField(verbose_name="原计算过程")),
                (
                    "assessment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reopenings",
                        to="evaluation.assessment",
                        verbose_name="考核",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="重开人账号",
                    ),
                ),
            ],
            options={
                "ordering": ["assessment", "-at", "-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("reason", ""), _negated=True), models.Q(("by_name", ""), _negated=True)
                        ),
                        name="evaluation_reopening_has_reason",
                        violation_error_message="重开考核须写明理由。",
                    )
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="indicator",
            constraint=models.UniqueConstraint(
                fields=("scheme", "code"),
                name="evaluation_indicator_code_once",
                violation_error_message="这个方案里已有同样编号的指标。",
            ),
        ),
        migrations.AddConstraint(
            model_name="indicator",
            constraint=models.UniqueConstraint(
                fields=("scheme", "name"),
                name="evaluation_indicator_name_once",
                violation_error_message="这个方案里已有同名的指标。",
            ),
        ),
        migrations.AddConstraint(
            model_name="band",
            constraint=models.UniqueConstraint(
                fields=("scheme", "name"),
                name="evaluation_band_name_once",
                violation_error_message="同一方案里等次名称不能重复。",
            ),
        ),
        migrations.AddConstraint(
            model_name="band",
            constraint=models.UniqueConstraint(
                fields=("scheme", "from_score"),
                name="evaluation_band_score_once",
                violation_error_message="同一方案里两个等次不能从同一分数起。",
            ),
        ),
        migrations.AddConstraint(
            model_name="assessment",
            constraint=models.UniqueConstraint(
                fields=("scheme", "organization"),
                name="evaluation_assessment_organization_once",
                violation_error_message="这家组织在这个方案里已有一份考核。",
            ),
        ),
        migrations.AddConstraint(
            model_name="assessment",
            constraint=models.UniqueConstraint(
                fields=("scheme", "unit"),
                name="evaluation_assessment_unit_once",
                violation_error_message="这个单位在这个方案里已有一份考核。",
            ),
        ),
        quannan.base.triggers.AddTrigger(
            model_name="scheme",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "evaluation_schemeevent" ("as_of", "bonus_cap", "closed_at", "closed_by_name", "counting", "county_percent", "created_at", "full_score", "id", "is_demo", "name", "note", "of_kinds", "opened_at", "opened_by_name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "self_percent", "state", "subject", "unit_percent", "version", "veto_lowest", "year") SELECT new_values."as_of", new_values."bonus_cap", new_values."closed_at", new_values."closed_by_name", new_values."counting", new_values."county_percent", new_values."created_at", new_values."full_score", new_values."id", new_values."is_demo", new_values."name", new_values."note", new_values."of_kinds", new_values."opened_at", new_values."opened_by_name", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."self_percent", new_values."state", new_values."subject", new_values."unit_percent", new_values."version", new_values."veto_lowest", new_values."year" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="c0bca98b0e426514ca0235f0c798cfc051e354af",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_1c175",
                    referencing="REFERENCING NEW TABLE AS new_values ",
                    table="evaluation_scheme",
                    when="AFTER",
                ),
            ),
        ),
        quannan.base.triggers.AddTrigger(
            model_name="scheme",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "evaluation_schemeevent" ("as_of", "bonus_cap", "closed_at", "closed_by_name", "counting", "county_percent", "created_at", "full_score", "id", "is_demo", "name", "note", "of_kinds", "opened_at", "opened_by_name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "self_percent", "state", "subject", "unit_percent", "version", "veto_lowest", "year") SELECT new_values."as_of", new_values."bonus_cap", new_values."closed_at", new_values."closed_by_name", new_values."counting", new_values."county_percent", new_values."created_at", new_values."full_score", new_values."id", new_values."is_demo", new_values."name", new_values."note", new_values."of_kinds", new_values."opened_at", new_values."opened_by_name", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."self_percent", new_values."state", new_values."subject", new_values."unit_percent", new_values."version", new_values."veto_lowest", new_values."year" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="1312ad2d342ab1f1d8bf103d42e397dbca171c04",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_cc4ae",
                    referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                    table="evaluation_scheme",
                    when="AFTER",
                ),
            ),
        ),
        quannan.base.triggers.AddTrigger(
            model_name="scheme",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "evaluation_schemeevent" ("as_of", "bonus_cap", "closed_at", "closed_by_name", "counting", "county_percent", "created_at", "full_score", "id", "is_demo", "name", "note", "of_kinds", "opened_at", "opened_by_name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "self_percent", "state", "subject", "unit_percent", "version", "veto_lowest", "year") SELECT old_values."as_of", old_values."bonus_cap", old_values."closed_at", old_values."closed_by_name", old_values."counting", old_values."county_percent", old_values."created_at", old_values."full_score", old_values."id", old_values."is_demo", old_values."name", old_values."note", old_values."of_kinds", old_values."opened_at", old_values."opened_by_name", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."self_percent", old_values."state", old_values."subject", old_values."unit_percent", old_values."version", old_values."veto_lowest", old_values."year" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                    hash="77314c4046843cb5071c42dd9363554498884eb2",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_cc66b",
                    referencing="REFERENCING OLD TABLE AS old_values ",
                    table="evaluation_scheme",
                    when="AFTER",
                ),
            ),
        ),
        quannan.base.triggers.AddTrigger(
            model_name="indicator",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "evaluation_indicatorevent" ("clause", "code", "criteria", "evidence_asked", "id", "line", "name", "order", "parameters", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "points", "rule", "scheme_id", "section", "version") SELECT new_values."clause", new_values."code", new_values."criteria", new_values."evidence_asked", new_values."id", new_values."line", new_values."name", new_values."order", new_values."parameters", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."points", new_values."rule", new_values."scheme_id", new_values."section", new_values."version" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="896d581bad969c30bd20a80da8639c6d6cb61411",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_f3eef",
                    referencing="REFERENCING NEW TABLE AS new_values ",
                    table="evaluation_indicator",
                    when="AFTER",
                ),
            ),
        ),
        quannan.base.triggers.AddTrigger(
            model_name="indicator",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "evaluation_indicatorevent" ("clause", "code", "criteria", "evidence_asked", "id", "line", "name", "order", "parameters", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "points", "rule", "scheme_id", "section", "version") SELECT new_values."clause", new_values."code", new_values."criteria", new_values."evidence_asked", new_values."id", new_values."line", new_values."name", new_values."order", new_values."parameters", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."points", new_values."rule", new_values."scheme_id", new_values."section", new_values."version" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="5a49e1fc812d66c8007a601c4467bb5f2e1ec1e0",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_578e0",
                    referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                    table="evaluation_indicator",
                    when="AFTER",
                ),
            ),
        ),
        quannan.base.triggers.AddTrigger(
            model_name="indicator",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "evaluation_indicatorevent" ("clause", "code", "criteria", "evidence_asked", "id", "line", "name", "order", "parameters", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "points", "rule", "scheme_id", "section", "version") SELECT old_values."clause", old_values."code", old_values."criteria", old_values."evidence_asked", old_values."id", old_values."line", old_values."name", old_values."order", old_values."parameters", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."points", old_values."rule", old_values."scheme_id", old_values."section", old_values."version" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                    hash="e9adb0d8da5d4f343e50f4bc8ba576dfc7e735fb",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_e8b58",
                    referencing="REFERENCING OLD TABLE AS old_values ",
                    table="evaluation_indicator",
                    when="AFTER",
                ),
            ),
        ),
        quannan.base.triggers.AddTrigger(
            model_name="band",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "evaluation_bandevent" ("from_score", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "scheme_id") SELECT new_values."from_score", new_values."id", new_values."name", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."scheme_id" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="365d280fe8303541ff4f55a08efdb7a615dfe897",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_cda82",
                    referencing="REFERENCING NEW TABLE AS new_values ",
                    table="evaluation_band",
                    when="AFTER",
                ),
            ),
        ),
        quannan.base.triggers.AddTrigger(
            model_name="band",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "evaluation_bandevent" ("from_score", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "scheme_id") SELECT new_values."from_score", new_values."id", new_values."name", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."scheme_id" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="33410f1df66b7f549ed69949f77921d46e9e8880",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_b7832",
                    referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                    table="evaluation_band",
                    when="AFTER",
                ),
            ),
        ),
        quannan.base.triggers.AddTrigger(
            model_name="band",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "evaluation_bandevent" ("from_score", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "scheme_id") SELECT old_values."from_score", old_values."id", old_values."name", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."scheme_id" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                    hash="0e472913719f83d7c5d9945f696a74203b0367f3",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_0d2d3",
                    referencing="REFERENCING OLD TABLE AS old_values ",
                    table="evaluation_band",
                    when="AFTER",
                ),
            ),
        ),
        quannan.base.triggers.AddTrigger(
            model_name="assessment",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "evaluation_assessmentevent" ("band_id", "computation", "confirmed_at", "confirmed_by_name", "id", "name", "organization_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "result", "scheme_id", "state", "unit_id", "version") SELECT new_values."band_id", new_values."computation", new_values."confirmed_at", new_values."confirmed_by_name", new_values."id", new_values."name", new_values."organization_id", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."result", new_values."scheme_id", new_values."state", new_values."unit_id", new_values."version" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="43a698faec6b8357a9d114704d7ecc6b57e52abc",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_ede79",
                    referencing="REFERENCING NEW TABLE AS new_values ",
                    table="evaluation_assessment",
                    when="AFTER",
                ),
            ),
        ),
        quannan.base.triggers.AddTrigger(
            model_name="assessment",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "evaluation_assessmentevent" ("band_id", "computation", "confirmed_at", "confirmed_by_name", "id", "name", "organization_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "result", "scheme_id", "state", "unit_id", "version") SELECT new_values."band_id", new_values."computation", new_values."confirmed_at", new_values."confirmed_by_name", new_values."id", new_values."name", new_values."organization_id", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."result", new_values."scheme_id", new_values."state", new_values."unit_id", new_values."version" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values."band_id" IS DISTINCT FROM (new_values."band_id") OR old_values."computation" IS DISTINCT FROM (new_values."computation") OR old_values."confirmed_at" IS DISTINCT FROM (new_values."confirmed_at") OR old_values."confirmed_by_name" IS DISTINCT FROM (new_values."confirmed_by_name") OR old_values."id" IS DISTINCT FROM (new_values."id") OR old_values."name" IS DISTINCT FROM (new_values."name") OR old_values."organization_id" IS DISTINCT FROM (new_values."organization_id") OR old_values."result" IS DISTINCT FROM (new_values."result") OR old_values."scheme_id" IS DISTINCT FROM (new_values."scheme_id") OR old_values."state" IS DISTINCT FROM (new_values."state") OR old_values."unit_id" IS DISTINCT FROM (new_values."unit_id") OR old_values."version" IS DISTINCT FROM (new_values."version")) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="5a6d01e2ea0cacab12abae39889f330df5634f7d",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_d0c68",
                    referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                    table="evaluation_assessment",
                    when="AFTER",
                ),
            ),
        ),
        quannan.base.triggers.AddTrigger(
            model_name="assessment",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "evaluation_assessmentevent" ("band_id", "computation", "confirmed_at", "confirmed_by_name", "id", "name", "organization_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "result", "scheme_id", "state", "unit_id", "version") SELECT old_values."band_id", old_values."computation", old_values."confirmed_at", old_values."confirmed_by_name", old_values."id", old_values."name", old_values."organization_id", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."result", old_values."scheme_id", old_values."state", old_values."unit_id", old_values."version" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                    hash="604eccf449f2cce5fa191c4c59702e608adefe62",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_e68d8",
                    referencing="REFERENCING OLD TABLE AS old_values ",
                    table="evaluation_assessment",
                    when="AFTER",
                ),
            ),
        ),
        quannan.base.triggers.AddTrigger(
            model_name="score",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "evaluation_scoreevent" ("assessment_id", "at", "by_id", "by_name", "evidence", "frozen", "id", "indicator_id", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "points", "rater", "raw", "version") SELECT new_values."assessment_id", new_values."at", new_values."by_id", new_values."by_name", new_values."evidence", new_values."frozen", new_values."id", new_values."indicator_id", new_values."note", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."points", new_values."rater", new_values."raw", new_values."version" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="fc592b64927a033d3f0f601a37d9a74375126e7e",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_2c2cd",
                    referencing="REFERENCING NEW TABLE AS new_values ",
                    table="evaluation_score",
                    when="AFTER",
                ),
            ),
        ),
        quannan.base.triggers.AddTrigger(
            model_name="score",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "evaluation_scoreevent" ("assessment_id", "at", "by_id", "by_name", "evidence", "frozen", "id", "indicator_id", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "points", "rater", "raw", "version") SELECT new_values."assessment_id", new_values."at", new_values."by_id", new_values."by_name", new_values."evidence", new_values."frozen", new_values."id", new_values."indicator_id", new_values."note", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."points", new_values."rater", new_values."raw", new_values."version" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="02e2b8566a2246dc5b175ad655110874e082447f",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_f697c",
                    referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                    table="evaluation_score",
                    when="AFTER",
                ),
            ),
        ),
        quannan.base.triggers.AddTrigger(
            model_name="score",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "evaluation_scoreevent" ("assessment_id", "at", "by_id", "by_name", "evidence", "frozen", "id", "indicator_id", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "points", "rater", "raw", "version") SELECT old_values."assessment_id", old_values."at", old_values."by_id", old_values."by_name", old_values."evidence", old_values."frozen", old_values."id", old_values."indicator_id", old_values."note", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."points", old_values."rater", old_values."raw", old_values."version" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                    hash="a955bef7fc4bf86b22963b3b5bf159c7b93ca04e",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_809d3",
                    referencing="REFERENCING OLD TABLE AS old_values ",
                    table="evaluation_score",
                    when="AFTER",
                ),
            ),
        ),
        migrations.RunSQL(KEEP, KEEP_BACK),
    ]
