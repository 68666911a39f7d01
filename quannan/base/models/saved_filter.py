"""What a person keeps of a list: the filters, the columns, the order."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class SavedFilterQuerySet(models.QuerySet["SavedFilter"]):
    """Saved filters in the words of the list pages."""

    def visible_to(self, user) -> "SavedFilterQuerySet":
        """Own ones, and those that others share.

        Args:
            user: the signed-in User.
        """
        if not user.is_authenticated:
            return self.none()
        return self.filter(Q(user=user) | Q(is_shared=True))


class SavedFilter(models.Model):
    """One saved filter of a list: a name for the part of an address that says filters, columns and order.

    It holds no result: whoever opens a shared one sees only what the own account may see.
    """

    list_name = models.CharField("列表", max_length=40)
    name = models.CharField("名称", max_length=40)
    query = models.TextField("条件", blank=True, default="")
    is_shared = models.BooleanField("共享", default=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_filters", verbose_name="保存人"
    )
    saved_at = models.DateTimeField("保存时间")

    objects = SavedFilterQuerySet.as_manager()

    class Meta:
        ordering = ["list_name", "name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "list_name", "name"],
                name="base_savedfilter_name_once",
                violation_error_message="您已有同名的筛选,请换一个名称,或先删除原来的。",
            ),
            models.CheckConstraint(
                condition=~Q(name=""),
                name="base_savedfilter_has_name",
                violation_error_message="请给这组筛选条件起一个名称。",
            ),
        ]

    def __str__(self) -> str:
        return self.name
