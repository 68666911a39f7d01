import uuid

from django.conf import settings
from django.db import models


class ImportRunQuerySet(models.QuerySet["ImportRun"]):
    """Imports in the words of the 摸底表导入 page."""

    def visible_to(self, user):
        """Own imports; those of everybody for who may import for the whole county.

        Args:
            user: a User; who may not import sees none.
        """
        from orgs.permissions import scope_of

        if not user.is_authenticated or not user.can("register.import"):
            return self.none()
        return self if scope_of(user).county else self.filter(created_by=user)


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

    objects = ImportRunQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]

    def __str__(self):
        return f"{self.form} {self.created_at:%Y-%m-%d %H:%M}"
