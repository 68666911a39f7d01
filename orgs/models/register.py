import uuid

from django.conf import settings
from django.db import models


class ImportRun(models.Model):
    """One workbook handed in for the register: the file, how it was read, and what came of each row."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    form = models.CharField("表式", max_length=16, default="F0")
    attachment = models.ForeignKey("base.Attachment", models.PROTECT, related_name="+", verbose_name="原文件")
    marked_copy = models.ForeignKey(
        "base.Attachment", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="标注后的文件"
    )
    as_of = models.DateField("截至日期", null=True, blank=True)
    reading = models.JSONField("识别结果", default=dict, blank=True)
    check_result = models.JSONField("检查结果", default=dict, blank=True)
    write_result = models.JSONField("写入结果", default=dict, blank=True)
    check_job = models.ForeignKey("base.Job", models.SET_NULL, null=True, blank=True, related_name="+")
    write_job = models.ForeignKey("base.Job", models.SET_NULL, null=True, blank=True, related_name="+")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="上传人")
    created_at = models.DateTimeField("上传时间", auto_now_add=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self):
        return f"{self.form} {self.created_at:%Y-%m-%d %H:%M}"
