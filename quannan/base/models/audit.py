"""The trail of who did what, which nobody can change."""

from django.conf import settings
from django.contrib.postgres.indexes import BrinIndex
from django.db import models


class AuditEntryQuerySet(models.QuerySet["AuditEntry"]):
    """The trail in the words of the 审计记录 page."""

    def visible_to(self, user) -> "AuditEntryQuerySet":
        """Everything for who holds the capability ``audit.read``, nothing for others."""
        if user.is_authenticated and user.can("audit.read"):
            return self
        return self.none()


class AuditEntry(models.Model):
    """One act: who, when, on what, from where; sealed to the one before it.

    The number, the previous digest and the digest are set by a trigger, so rows
    written past Django chain too; other triggers refuse UPDATE, DELETE and TRUNCATE.
    Numbers have no gaps: a missing one is a removal.
    The chain's lock is held until commit, so write the entry last in a long transaction.
    """

    id = models.BigAutoField("序号", primary_key=True)
    at = models.DateTimeField("时间")
    # No database constraint: the trail outlives accounts, and its rows cannot be updated.
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="操作人",
        null=True,
        blank=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="+",
    )
    actor_name = models.CharField("操作人姓名", max_length=120, default="", blank=True)
    action = models.CharField("操作", max_length=80)
    object_type = models.CharField("对象种类", max_length=80, default="", blank=True)
    object_id = models.CharField("对象编号", max_length=64, default="", blank=True)
    object_label = models.CharField("对象名称", max_length=200, default="", blank=True)
    detail = models.JSONField("详情", default=dict, blank=True)
    ip = models.GenericIPAddressField("来源地址", null=True, blank=True)
    request_id = models.CharField("请求编号", max_length=64, default="", blank=True)
    previous_digest = models.CharField("上一条摘要", max_length=64, default="", editable=False)
    digest = models.CharField("摘要", max_length=64, default="", editable=False)

    objects = AuditEntryQuerySet.as_manager()

    class Meta:
        verbose_name = "审计记录"
        verbose_name_plural = "审计记录"
        ordering = ["-id"]
        indexes = [
            BrinIndex(fields=["at"], name="base_audit_at"),
            models.Index(fields=["action", "-id"], name="base_audit_action"),
            models.Index(fields=["object_type", "object_id", "-id"], name="base_audit_object"),
        ]

    def __str__(self) -> str:
        return f"{self.id} {self.action}"
