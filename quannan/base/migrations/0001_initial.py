"""Jobs, audit trail and attachments, still without the accounts behind them.

The links to accounts follow in 0002: the organizations app, which holds the accounts,
may itself refer to these tables, and neither may wait for the other.
"""

import uuid

import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models

import quannan.base.models.attachment


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Job",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                        verbose_name="编号",
                    ),
                ),
                ("kind", models.CharField(max_length=80, verbose_name="种类")),
                ("title", models.CharField(max_length=200, verbose_name="标题")),
                ("params", models.JSONField(blank=True, default=dict, verbose_name="参数")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("queued", "排队中"),
                            ("running", "进行中"),
                            ("done", "已完成"),
                            ("failed", "未完成"),
                            ("interrupted", "已中断"),
                            ("cancelled", "已取消"),
                            ("abandoned", "已放弃"),
                        ],
                        default="queued",
                        max_length=12,
                        verbose_name="状态",
                    ),
                ),
                ("created_at", models.DateTimeField(verbose_name="提交时间")),
                (
                    "sent_at",
                    models.DateTimeField(help_text="最近一次交给任务队列的时间", verbose_name="交付队列时间"),
                ),
                (
                    "started_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="开始时间"),
                ),
                (
                    "heartbeat_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="最近心跳"),
                ),
                (
                    "finished_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="结束时间"),
                ),
                (
                    "cancel_requested_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="要求取消的时间"),
                ),
                ("lease", models.UUIDField(blank=True, null=True, verbose_name="租约")),
                (
                    "worker",
                    models.CharField(blank=True, default="", max_length=120, verbose_name="执行进程"),
                ),
                ("attempt", models.PositiveSmallIntegerField(default=1, verbose_name="第几次执行")),
                (
                    "phase",
                    models.CharField(blank=True, default="", max_length=80, verbose_name="当前步骤"),
                ),
                ("done", models.PositiveIntegerField(default=0, verbose_name="已处理")),
                ("total", models.PositiveIntegerField(blank=True, null=True, verbose_name="总数")),
                ("result", models.JSONField(blank=True, null=True, verbose_name="结果")),
                ("failure", models.TextField(blank=True, default="", verbose_name="未完成的原因")),
                (
                    "error_id",
                    models.CharField(blank=True, default="", max_length=16, verbose_name="错误编号"),
                ),
            ],
            options={
                "verbose_name": "任务",
                "verbose_name_plural": "任务",
                "ordering": ["-created_at", "id"],
            },
        ),
        migrations.CreateModel(
            name="JobRow",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                (
                    "number",
                    models.PositiveIntegerField(help_text="Excel 显示的行号", verbose_name="行号"),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("created", "新增"),
                            ("updated", "更新"),
                            ("unchanged", "无变化"),
                            ("rejected", "拒绝"),
                            ("skipped", "跳过"),
                        ],
                        max_length=12,
                        verbose_name="结果",
                    ),
                ),
                (
                    "label",
                    models.CharField(blank=True, default="", max_length=200, verbose_name="名称"),
                ),
                (
                    "messages",
                    models.JSONField(
                        blank=True,
                        default=list,
                        help_text="每条含列、表头、所填内容、规则和严重程度",
                        verbose_name="说明",
                    ),
                ),
                (
                    "job",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rows",
                        to="base.job",
                        verbose_name="任务",
                    ),
                ),
            ],
            options={
                "verbose_name": "任务行结果",
                "verbose_name_plural": "任务行结果",
                "ordering": ["job", "number"],
            },
        ),
        migrations.CreateModel(
            name="Attachment",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                        verbose_name="编号",
                    ),
                ),
                ("purpose", models.CharField(max_length=80, verbose_name="用途")),
                (
                    "file",
                    models.FileField(
                        max_length=200,
                        upload_to=quannan.base.models.attachment.storage_name,
                        verbose_name="文件",
                    ),
                ),
                ("original_name", models.CharField(max_length=200, verbose_name="原文件名")),
                ("content_type", models.CharField(max_length=120, verbose_name="文件类型")),
                ("size", models.PositiveBigIntegerField(verbose_name="字节数")),
                ("sha256", models.CharField(max_length=64, verbose_name="摘要")),
                ("uploaded_at", models.DateTimeField(verbose_name="上传时间")),
            ],
            options={
                "verbose_name": "附件",
                "verbose_name_plural": "附件",
                "ordering": ["-uploaded_at", "id"],
                "indexes": [models.Index(fields=["sha256"], name="base_attachment_sha256")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("size__gt", 0)),
                        name="base_attachment_not_empty",
                        violation_error_message="附件不能是空文件,请选择有内容的文件。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("sha256__regex", "^[0-9a-f]{64}$")),
                        name="base_attachment_sha256_is_hex",
                        violation_error_message="附件摘要应为 64 位十六进制字符。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AuditEntry",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False, verbose_name="序号")),
                ("at", models.DateTimeField(verbose_name="时间")),
                (
                    "actor_name",
                    models.CharField(blank=True, default="", max_length=120, verbose_name="操作人姓名"),
                ),
                ("action", models.CharField(max_length=80, verbose_name="操作")),
                (
                    "object_type",
                    models.CharField(blank=True, default="", max_length=80, verbose_name="对象种类"),
                ),
                (
                    "object_id",
                    models.CharField(blank=True, default="", max_length=64, verbose_name="对象编号"),
                ),
                (
                    "object_label",
                    models.CharField(blank=True, default="", max_length=200, verbose_name="对象名称"),
                ),
                ("detail", models.JSONField(blank=True, default=dict, verbose_name="详情")),
                (
                    "ip",
                    models.GenericIPAddressField(blank=True, null=True, verbose_name="来源地址"),
                ),
                (
                    "request_id",
                    models.CharField(blank=True, default="", max_length=64, verbose_name="请求编号"),
                ),
                (
                    "previous_digest",
                    models.CharField(default="", editable=False, max_length=64, verbose_name="上一条摘要"),
                ),
                (
                    "digest",
                    models.CharField(default="", editable=False, max_length=64, verbose_name="摘要"),
                ),
            ],
            options={
                "verbose_name": "审计记录",
                "verbose_name_plural": "审计记录",
                "ordering": ["-id"],
                "indexes": [
                    django.contrib.postgres.indexes.BrinIndex(fields=["at"], name="base_audit_at"),
                    models.Index(fields=["action", "-id"], name="base_audit_action"),
                    models.Index(fields=["object_type", "object_id", "-id"], name="base_audit_object"),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="job",
            index=models.Index(
                condition=models.Q(("state__in", ["queued", "running"])),
                fields=["state", "heartbeat_at"],
                name="base_job_live",
            ),
        ),
        migrations.AddConstraint(
            model_name="job",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        [
                            "queued",
                            "running",
                            "done",
                            "failed",
                            "interrupted",
                            "cancelled",
                            "abandoned",
                        ],
                    )
                ),
                name="base_job_state_known",
                violation_error_message="任务状态不在规定的七种之内,请从列表中选择。",
            ),
        ),
        migrations.AddConstraint(
            model_name="job",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("heartbeat_at__isnull", False),
                        ("lease__isnull", False),
                        ("started_at__isnull", False),
                        ("state", "running"),
                    ),
                    models.Q(models.Q(("state", "running"), _negated=True), ("lease__isnull", True)),
                    _connector="OR",
                ),
                name="base_job_lease_iff_running",
                violation_error_message="进行中的任务必须有租约、开始时间和心跳,其他状态不得留有租约。",
            ),
        ),
        migrations.AddConstraint(
            model_name="job",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("finished_at__isnull", False),
                        ("state__in", ["done", "failed", "cancelled", "abandoned"]),
                    ),
                    models.Q(
                        ("finished_at__isnull", True),
                        ("state__in", ["queued", "running", "interrupted"]),
                    ),
                    _connector="OR",
                ),
                name="base_job_finished_at_iff_finished",
                violation_error_message="已结束的任务必须有结束时间,未结束的不得有结束时间。",
            ),
        ),
        migrations.AddConstraint(
            model_name="job",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "failed"), models.Q(("failure", ""), _negated=True)),
                    models.Q(
                        models.Q(("state", "failed"), _negated=True),
                        ("error_id", ""),
                        ("failure", ""),
                    ),
                    _connector="OR",
                ),
                name="base_job_failure_iff_failed",
                violation_error_message="未完成的任务必须写明原因,其他状态不得留有原因。",
            ),
        ),
        migrations.AddConstraint(
            model_name="job",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("result__isnull", False), ("state", "done")),
                    models.Q(models.Q(("state", "done"), _negated=True), ("result__isnull", True)),
                    _connector="OR",
                ),
                name="base_job_result_iff_done",
                violation_error_message="已完成的任务必须有结果,其他状态不得有结果。",
            ),
        ),
        migrations.AddConstraint(
            model_name="job",
            constraint=models.CheckConstraint(
                condition=models.Q(("total__isnull", True), ("done__lte", models.F("total")), _connector="OR"),
                name="base_job_done_within_total",
                violation_error_message="已处理的数量不能大于总数。",
            ),
        ),
        migrations.AddConstraint(
            model_name="job",
            constraint=models.CheckConstraint(
                condition=models.Q(("attempt__gte", 1)),
                name="base_job_attempt_from_one",
                violation_error_message="执行次数从 1 算起。",
            ),
        ),
        migrations.AddIndex(
            model_name="jobrow",
            index=models.Index(fields=["job", "outcome", "number"], name="base_jobrow_outcome"),
        ),
        migrations.AddConstraint(
            model_name="jobrow",
            constraint=models.UniqueConstraint(
                fields=("job", "number"),
                name="base_jobrow_number_once",
                violation_error_message="同一任务中每个行号只能有一个结果。",
            ),
        ),
        migrations.AddConstraint(
            model_name="jobrow",
            constraint=models.CheckConstraint(
                condition=models.Q(("outcome__in", ["created", "updated", "unchanged", "rejected", "skipped"])),
                name="base_jobrow_outcome_known",
                violation_error_message="行结果应为新增、更新、无变化、拒绝或跳过之一。",
            ),
        ),
    ]
