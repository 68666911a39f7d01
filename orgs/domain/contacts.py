"""Contact data is shown one organization at a time, for a reason, and every look is on record."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from orgs.domain.acting import require_text, require_visible
from orgs.domain.refusals import NotAllowed
from orgs.models import Organization
from orgs.permissions import may_reveal_contact, scope_for
from quannan.base.domain import audit


@dataclass(frozen=True)
class Contact:
    """联系人 and 联系电话 in plain text."""

    name: str
    phone: str


def record_contact_reveal(*, organization: Organization, reason: str, by: Any, now: datetime) -> Contact:
    """Hands out an organization's contact in plain text, after writing down who asked and why.

    Args:
        organization: which one, within the actor's scope.
        reason: what the contact is needed for.
        by: the acting User; the system has no use for it.
        now: the clock.

    Raises:
        NotAllowed: the actor's roles do not give it, or the organization is out of scope.
        ValidationError: no reason, or no contact on record.
    """
    if by is None or not may_reveal_contact(by):
        raise NotAllowed("您的角色不能查看联系方式。如工作需要,请联系系统管理员调整角色。")
    require_visible([organization], by, now, scope_for(by, "contact.reveal"))
    reason = require_text(reason, "reason", "请写明查看联系方式的用途,查看会记入审计日志。")
    with transaction.atomic():
        row = Organization.objects.get(pk=organization.pk)
        if not row.contact_name and not row.contact_phone:
            raise ValidationError("这家组织没有登记联系人和电话。", code="no_contact")
        audit.record(action="organization.reveal_contact", by=by, now=now, obj=row, detail={"reason": reason})
    return Contact(row.contact_name, row.contact_phone)
