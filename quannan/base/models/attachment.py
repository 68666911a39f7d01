"""Files that users hand in or receive."""

import uuid
from pathlib import PurePath

from django.conf import settings
from django.db import models
from django.db.models import Q


def storage_name(attachment: "Attachment", filename: str) -> str:
    """Where a file lies under the media folder: by month, under its own number.

    The user's file name never becomes a path.
    """
    suffix = PurePath(filename).suffix.lower()[:10]
    return f"attachments/{attachment.uploaded_at:%Y/%m}/{attachment.pk}{suffix}"


class Attachment(models.Model):
    """One stored file: its own name, its hash, who handed it in, and what for.

    ``purpose`` decides who may read it; each purpose registers its rule.
    """

    id = models.UUIDField("编号", primary_key=True, default=uuid.uuid4, editable=False)
    purpose = models.CharField("用途", max_length=80)
    file = models.FileField("文件", upload_to=storage_name, max_length=200)
    original_name = models.CharField("原文件名", max_length=200)
    content_type = models.CharField("文件类型", max_length=120)
    size = models.PositiveBigIntegerField("字节数")
    sha256 = models.CharField("摘要", max_length=64)
    uploaded_at = models.DateTimeField("上传时间")
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="上传人",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="attachments",
    )

    class Meta:
        verbose_name = "附件"
        verbose_name_plural = "附件"
        ordering = ["-uploaded_at", "id"]
        indexes = [models.Index(fields=["sha256"], name="base_attachment_sha256")]
        constraints = [
            models.CheckConstraint(
                name="base_attachment_not_empty",
                condition=Q(size__gt=0),
                violation_error_message="附件不能是空文件,请选择有内容的文件。",
            ),
            models.CheckConstraint(
                name="base_attachment_sha256_is_hex",
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"),
                violation_error_message="附件摘要应为 64 位十六进制字符。",
            ),
        ]

    def __str__(self) -> str:
        return self.original_name
