"""Published figures, and the triggers that keep them as they were frozen."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# A publication may be written until its digest is set, and withdrawn once; its rows come with it and stay.
KEEP = """
CREATE FUNCTION coverage_publication_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF OLD.digest = '' THEN
            RETURN NEW;
        END IF;
        IF OLD.withdrawn_at IS NULL
            AND to_jsonb(NEW) - ARRAY['withdrawn_at', 'withdrawn_by_id', 'withdrawn_reason']
              = to_jsonb(OLD) - ARRAY['withdrawn_at', 'withdrawn_by_id', 'withdrawn_reason'] THEN
            RETURN NEW;
        END IF;
    ELSIF OLD.is_demo THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION '已定稿的数字不能修改或删除,只能作废' USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER coverage_publication_keep_rows BEFORE UPDATE OR DELETE ON coverage_publication
    FOR EACH ROW EXECUTE FUNCTION coverage_publication_keep();

CREATE FUNCTION coverage_published_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '已定稿的数字不能修改或删除,只能作废' USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER coverage_publication_keep_table BEFORE TRUNCATE ON coverage_publication
    FOR EACH STATEMENT EXECUTE FUNCTION coverage_published_refuse();

CREATE FUNCTION coverage_published_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM touched t JOIN coverage_publication p ON p.id = t.publication_id
        WHERE CASE WHEN TG_OP = 'INSERT' THEN p.digest <> '' ELSE NOT p.is_demo END
    ) THEN
        RAISE EXCEPTION '已定稿的数字不能修改或删除,只能作废' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END
$$;
"""
KEEP_ROWS = """
CREATE TRIGGER {table}_keep_added AFTER INSERT ON {table} REFERENCING NEW TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION coverage_published_keep();
CREATE TRIGGER {table}_keep_deleted AFTER DELETE ON {table} REFERENCING OLD TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION coverage_published_keep();
CREATE TRIGGER {table}_keep_values BEFORE UPDATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION coverage_published_refuse();
CREATE TRIGGER {table}_keep_table BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION coverage_published_refuse();
"""
KEEP_ROWS_BACK = """
DROP TRIGGER {table}_keep_added ON {table};
DROP TRIGGER {table}_keep_deleted ON {table};
DROP TRIGGER {table}_keep_values ON {table};
DROP TRIGGER {table}_keep_table ON {table};
"""
KEEP_BACK = """
DROP TRIGGER coverage_publication_keep_rows ON coverage_publication;
DROP TRIGGER coverage_publication_keep_table ON coverage_publication;
DROP FUNCTION coverage_published_keep();
DROP FUNCTION coverage_published_refuse();
DROP FUNCTION coverage_publication_keep();
"""
TABLES = ("coverage_publishedcell", "coverage_publishedorganization")


class Migration(migrations.Migration):
    dependencies = [
        ("coverage", "0004_gaps"),
        ("orgs", "0009_coverage_capabilities"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Publication",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("as_of", models.DateField(verbose_name="截至日期")),
                ("title", models.CharField(max_length=120, verbose_name="标题")),
                ("addressed_to", models.CharField(max_length=120, verbose_name="报送对象")),
                ("note", models.TextField(blank=True, default="", verbose_name="说明")),
                ("frozen_at", models.DateTimeField(verbose_name="定稿时间")),
                ("frozen_by_name", models.CharField(max_length=120, verbose_name="定稿人姓名")),
                ("formula", models.JSONField(help_text="每条:名称、算法、依据", verbose_name="算法")),
                (
                    "method",
                    models.CharField(help_text="计算语句的摘要,算法改动则不同", max_length=64, verbose_name="算法版本"),
                ),
                (
                    "rules",
                    models.JSONField(
                        help_text="定稿时有效的组建标准、规模标准、目标节点和组织形式", verbose_name="规则"
                    ),
                ),
                ("units", models.JSONField(help_text="定稿时的主管党(工)委及上下级", verbose_name="单位")),
                (
                    "marks",
                    models.JSONField(
                        help_text="每张变更表中定稿时最后一条的编号,其后写入的都是定稿后的改动",
                        verbose_name="变更记录的位置",
                    ),
                ),
                ("organizations", models.PositiveIntegerField(default=0, verbose_name="名单家数")),
                ("digest", models.CharField(blank=True, default="", max_length=64, verbose_name="摘要")),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True, verbose_name="作废时间")),
                ("withdrawn_reason", models.CharField(blank=True, default="", max_length=200, verbose_name="作废理由")),
                ("is_demo", models.BooleanField(default=False, verbose_name="演示数据")),
                (
                    "frozen_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="定稿人",
                    ),
                ),
                (
                    "previous",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="following",
                        to="coverage.publication",
                        verbose_name="同日前一次定稿",
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="作废人",
                    ),
                ),
            ],
            options={
                "ordering": ["-frozen_at", "-id"],
                "indexes": [models.Index(fields=["as_of", "frozen_at"], name="coverage_publication_day")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("title", ""), _negated=True), models.Q(("addressed_to", ""), _negated=True)
                        ),
                        name="coverage_publication_title_and_receiver",
                        violation_error_message="请写明标题和报送对象。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("withdrawn_at", None), ("withdrawn_by", None), ("withdrawn_reason", "")),
                            models.Q(
                                ("withdrawn_at__isnull", False), models.Q(("withdrawn_reason", ""), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="coverage_publication_withdrawn_with_reason",
                        violation_error_message="作废须同时写明时间和理由。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PublishedCell",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(verbose_name="日期")),
                ("kind", models.CharField(max_length=16, verbose_name="单位类别")),
                ("scale", models.BooleanField(null=True, verbose_name="规模以上")),
                ("is_key", models.BooleanField(verbose_name="规上且有党组织")),
                ("organizations", models.IntegerField(default=0)),
                ("excluded", models.IntegerField(default=0)),
                ("known", models.IntegerField(default=0)),
                ("unknown_scale", models.IntegerField(default=0)),
                ("assumed", models.IntegerField(default=0)),
                ("work", models.IntegerField(default=0)),
                ("party_eligible", models.IntegerField(default=0)),
                ("party_covered", models.IntegerField(default=0)),
                ("party_unknown", models.IntegerField(default=0)),
                ("party_voluntary", models.IntegerField(default=0)),
                ("party_unconfirmed", models.IntegerField(default=0)),
                ("union_eligible", models.IntegerField(default=0)),
                ("union_covered", models.IntegerField(default=0)),
                ("union_unknown", models.IntegerField(default=0)),
                ("union_voluntary", models.IntegerField(default=0)),
                ("union_unconfirmed", models.IntegerField(default=0)),
                ("league_eligible", models.IntegerField(default=0)),
                ("league_covered", models.IntegerField(default=0)),
                ("league_unknown", models.IntegerField(default=0)),
                ("league_voluntary", models.IntegerField(default=0)),
                ("league_unconfirmed", models.IntegerField(default=0)),
                ("women_eligible", models.IntegerField(default=0)),
                ("women_covered", models.IntegerField(default=0)),
                ("women_unknown", models.IntegerField(default=0)),
                ("women_voluntary", models.IntegerField(default=0)),
                ("women_unconfirmed", models.IntegerField(default=0)),
                ("women_workers_eligible", models.IntegerField(default=0)),
                ("women_workers_covered", models.IntegerField(default=0)),
                ("women_workers_unknown", models.IntegerField(default=0)),
                ("women_workers_voluntary", models.IntegerField(default=0)),
                ("women_workers_unconfirmed", models.IntegerField(default=0)),
                ("mechanism_eligible", models.IntegerField(default=0)),
                ("mechanism_covered", models.IntegerField(default=0)),
                ("mechanism_unknown", models.IntegerField(default=0)),
                ("mechanism_voluntary", models.IntegerField(default=0)),
                ("mechanism_unconfirmed", models.IntegerField(default=0)),
                ("all_eligible", models.IntegerField(default=0)),
                ("all_covered", models.IntegerField(default=0)),
                ("all_unknown", models.IntegerField(default=0)),
                ("all_voluntary", models.IntegerField(default=0)),
                ("all_unconfirmed", models.IntegerField(default=0)),
                (
                    "publication",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="cells",
                        to="coverage.publication",
                        verbose_name="定稿",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.unit",
                        verbose_name="主管党(工)委",
                    ),
                ),
            ],
            options={
                "ordering": ["publication", "day", "unit", "kind", "scale", "is_key"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("publication", "day", "unit", "kind", "scale", "is_key"),
                        name="coverage_publishedcell_once",
                        nulls_distinct=False,
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PublishedOrganization",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120, verbose_name="单位名称")),
                ("sort_key", models.CharField(max_length=400, verbose_name="排序拼音")),
                ("code", models.CharField(max_length=20, verbose_name="统一社会信用代码")),
                ("unit_name", models.CharField(max_length=64, verbose_name="主管党(工)委名称")),
                ("kind", models.CharField(max_length=16, verbose_name="单位类别")),
                ("industry", models.CharField(max_length=1, verbose_name="行业门类")),
                ("registered_on", models.DateField(verbose_name="登记日期")),
                ("excluded", models.BooleanField(verbose_name="剔除")),
                ("exclusion", models.JSONField(null=True, verbose_name="剔除依据")),
                ("known_figures", models.BooleanField(verbose_name="有年度数字")),
                ("assumed", models.BooleanField(verbose_name="前推")),
                ("scale", models.BooleanField(null=True, verbose_name="规模以上")),
                ("is_key", models.BooleanField(verbose_name="规上且有党组织")),
                ("work", models.BooleanField(verbose_name="有工作覆盖")),
                ("figures_as_of", models.DateField(null=True, verbose_name="年度数字截至")),
                ("employees", models.IntegerField(null=True, verbose_name="从业人员")),
                ("women", models.IntegerField(null=True, verbose_name="其中:女性")),
                ("league_members", models.IntegerField(null=True, verbose_name="团员")),
                ("full_members", models.IntegerField(null=True, verbose_name="正式党员")),
                ("probationary_members", models.IntegerField(null=True, verbose_name="预备党员")),
                ("union_members", models.IntegerField(null=True, verbose_name="工会会员")),
                (
                    "annual_revenue_yuan",
                    models.DecimalField(decimal_places=2, max_digits=18, null=True, verbose_name="年营业收入(元)"),
                ),
                (
                    "party_state",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (1, "已建"),
                            (2, "已建(待确认)"),
                            (3, "应建未建"),
                            (4, "自愿已建"),
                            (5, "自愿已建(待确认)"),
                            (6, "可建"),
                            (7, "暂不具备"),
                            (8, "不适用"),
                            (9, "数据不足"),
                            (10, "数据不足(已建)"),
                        ],
                        null=True,
                    ),
                ),
                (
                    "union_state",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (1, "已建"),
                            (2, "已建(待确认)"),
                            (3, "应建未建"),
                            (4, "自愿已建"),
                            (5, "自愿已建(待确认)"),
                            (6, "可建"),
                            (7, "暂不具备"),
                            (8, "不适用"),
                            (9, "数据不足"),
                            (10, "数据不足(已建)"),
                        ],
                        null=True,
                    ),
                ),
                (
                    "league_state",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (1, "已建"),
                            (2, "已建(待确认)"),
                            (3, "应建未建"),
                            (4, "自愿已建"),
                            (5, "自愿已建(待确认)"),
                            (6, "可建"),
                            (7, "暂不具备"),
                            (8, "不适用"),
                            (9, "数据不足"),
                            (10, "数据不足(已建)"),
                        ],
                        null=True,
                    ),
                ),
                (
                    "women_state",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (1, "已建"),
                            (2, "已建(待确认)"),
                            (3, "应建未建"),
                            (4, "自愿已建"),
                            (5, "自愿已建(待确认)"),
                            (6, "可建"),
                            (7, "暂不具备"),
                            (8, "不适用"),
                            (9, "数据不足"),
                            (10, "数据不足(已建)"),
                        ],
                        null=True,
                    ),
                ),
                (
                    "women_workers_state",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (1, "已建"),
                            (2, "已建(待确认)"),
                            (3, "应建未建"),
                            (4, "自愿已建"),
                            (5, "自愿已建(待确认)"),
                            (6, "可建"),
                            (7, "暂不具备"),
                            (8, "不适用"),
                            (9, "数据不足"),
                            (10, "数据不足(已建)"),
                        ],
                        null=True,
                    ),
                ),
                (
                    "mechanism_state",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (1, "已建"),
                            (2, "已建(待确认)"),
                            (3, "应建未建"),
                            (4, "自愿已建"),
                            (5, "自愿已建(待确认)"),
                            (6, "可建"),
                            (7, "暂不具备"),
                            (8, "不适用"),
                            (9, "数据不足"),
                            (10, "数据不足(已建)"),
                        ],
                        null=True,
                    ),
                ),
                (
                    "all_state",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (1, "已建"),
                            (2, "已建(待确认)"),
                            (3, "应建未建"),
                            (4, "自愿已建"),
                            (5, "自愿已建(待确认)"),
                            (6, "可建"),
                            (7, "暂不具备"),
                            (8, "不适用"),
                            (9, "数据不足"),
                            (10, "数据不足(已建)"),
                        ],
                        null=True,
                    ),
                ),
                ("bodies", models.JSONField(default=dict, help_text="条线 → 组织名称", verbose_name="覆盖的党群组织")),
                (
                    "organization",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="orgs.organization",
                        verbose_name="组织",
                    ),
                ),
                (
                    "publication",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="published",
                        to="coverage.publication",
                        verbose_name="定稿",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.unit",
                        verbose_name="主管党(工)委",
                    ),
                ),
            ],
            options={
                "ordering": ["publication", "organization"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("publication", "organization"), name="coverage_publishedorganization_once"
                    )
                ],
            },
        ),
        migrations.RunSQL(
            KEEP + "".join(KEEP_ROWS.format(table=table) for table in TABLES),
            "".join(KEEP_ROWS_BACK.format(table=table) for table in TABLES) + KEEP_BACK,
        ),
    ]
