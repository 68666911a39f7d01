"""Workbooks handed in, and how their headings were put right."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q


class ImportRunQuerySet(models.QuerySet["ImportRun"]):
    """Imports in the words of the 导入 page."""

    def visible_to(self, user):
        """Own imports of the kinds an account may import; those of everybody where the kind says so.

        Args:
            user: a User; who may import nothing sees none.
        """
        from quannan.base.imports import import_kinds

        if not user.is_authenticated:
            return self.none()
        kinds = import_kinds(user)
        everybody = [kind.code for kind in kinds if kind.sees_all(user)]
        return self.filter(Q(form__in=everybody) | Q(form__in=[kind.code for kind in kinds], created_by=user))


class ImportRun(models.Model):
    """One workbook handed in: the file, how it was read, what came of each row, and whether it was taken back."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    form = models.CharField("表式", max_length=16)
    attachment = models.ForeignKey("base.Attachment", models.PROTECT, related_name="+", verbose_name="原文件")
    marked_copy = models.ForeignKey(
        "base.Attachment", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="标注后的文件"
    )
    as_of = models.DateField("截至日期", null=True, blank=True)
    correction = models.JSONField(
        "更正的读法", null=True, blank=True, help_text="工作表、表头行和各列的含义,由人指定;没有更正的为空"
    )
    reading = models.JSONField("识别结果", default=dict, blank=True)
    check_result = models.JSONField("检查结果", default=dict, blank=True)
    effects = models.JSONField("对覆盖率的影响", null=True, blank=True)
    write_result = models.JSONField("写入结果", default=dict, blank=True)
    undo_result = models.JSONField("撤回结果", default=dict, blank=True)
    check_job = models.ForeignKey("base.Job", models.SET_NULL, null=True, blank=True, related_name="+")
    effects_job = models.ForeignKey("base.Job", models.SET_NULL, null=True, blank=True, related_name="+")
    write_job = models.ForeignKey("base.Job", models.SET_NULL, null=True, blank=True, related_name="+")
    undo_job = models.ForeignKey("base.Job", models.SET_NULL, null=True, blank=True, related_name="+")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="上传人")
    created_at = models.DateTimeField("上传时间", auto_now_add=True)

    objects = ImportRunQuerySet.as_manager()

    class Meta:
        verbose_name = "导入"
        verbose_name_plural = "导入"
        ordering = ["-created_at", "id"]

    def __str__(self):
        return f"{self.form} {self.created_at:%Y-%m-%d %H:%M}"


class HeaderMemory(models.Model):
    """How a set of headings was put right by hand: the next file of the kind with these headings is read so too."""

    form = models.CharField("表式", max_length=16)
    digest = models.CharField("表头摘要", max_length=64)
    fields = models.JSONField("各列的含义", help_text="表头 → 字段;不读的列为空")
    corrected_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="更正人")
    corrected_at = models.DateTimeField("更正时间")

    class Meta:
        verbose_name = "表头读法"
        verbose_name_plural = "表头读法"
        ordering = ["form", "digest"]
        constraints = [
            models.UniqueConstraint(
                fields=["form", "digest"],
                name="base_headermemory_once",
                violation_error_message="这种表头已有更正过的读法,请修改原来的。",
            ),
        ]

    def __str__(self):
        return f"{self.form} {self.digest[:8]}"
