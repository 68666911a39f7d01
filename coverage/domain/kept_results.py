"""Results of publications that take longer than a page should wait for: made by a job, kept for who asked."""

import json
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any

from django.conf import settings
from django.core.files import File
from django.core.files.base import ContentFile
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction

from coverage.domain.differences import Cause, CauseKind, Difference
from orgs.permissions import may_see_publications, scope_for
from quannan.base.attachments import attachment_permission
from quannan.base.domain.attachments import store_attachment
from quannan.base.models import Attachment, Job

VERIFY = "coverage.verify"
COMPARE = "coverage.compare"
WORKBOOK = "coverage.published_file"
# What a publication is compared with where no other one is named: the register as it is now.
LIVE = "live"
NOT_YOURS = "您的角色不能查看上报数字,没有计算。"
LONGEST = 4


def sight_of(user: Any) -> list[str]:
    """How far an account sees publications: a result made for a wider sight is not shown to a narrower one.

    Args:
        user: the User.
    """
    scope = scope_for(user, "publications.view")
    return ["*"] if scope.county else list(scope.unit_paths)


def params_of(user: Any, *, publication: int, unit: str, against: str = "") -> dict[str, Any]:
    """What a job is asked for, and by what its result is found again.

    Args:
        user: who asks.
        publication: the publication's key.
        unit: code of the unit looked at, "" for the whole sight.
        against: key of the other publication or “live”, "" where nothing is compared.
    """
    return {"publication": publication, "against": against, "unit": unit, "sight": sight_of(user)}


def keep_result(*, kind: str, name: str, file: IO[bytes], by: Any, now: datetime) -> Attachment:
    """Keeps the file of a job in place of the account's earlier one of the same kind.

    Args:
        kind: COMPARE or WORKBOOK.
        name: the file's own name.
        file: open at its beginning.
        by: who asked.
        now: the clock.
    """
    with transaction.atomic():
        # The stored files of removed rows are swept up by the house.
        Attachment.objects.filter(purpose=kind, uploaded_by=by).delete()
        return store_attachment(
            file=File(file, name),
            name=name,
            purpose=kind,
            allowed={"xlsx", "json"},
            max_bytes=LONGEST * settings.UPLOAD_MAX_BYTES,
            by=by,
            now=now,
        )


@attachment_permission(WORKBOOK)
def _may_read(user: Any, attachment: Attachment) -> bool:
    made = Job.objects.filter(kind=WORKBOOK, created_by=user, result__attachment=str(attachment.pk))
    return may_see_publications(user) and made.filter(params__sight=sight_of(user)).exists()


def written(differences: Iterable[Difference]) -> IO[bytes]:
    """Differences with their causes as JSON, as `read` takes them.

    Args:
        differences: of one comparison.
    """
    rows = [
        [
            one.organization_id,
            one.old,
            one.new,
            [[c.kind, c.words, c.at.isoformat() if c.at else None, c.who, c.why] for c in one.causes],
        ]
        for one in differences
    ]
    return ContentFile(json.dumps(rows, cls=DjangoJSONEncoder, ensure_ascii=False).encode())


def read(text: bytes) -> list[Difference]:
    """The differences that `written` wrote.

    Args:
        text: the file's content.
    """
    return [
        Difference(key, _side(old), _side(new), [_cause(*cause) for cause in causes])
        for key, old, new, causes in json.loads(text)
    ]


def _side(row: dict[str, Any] | None) -> dict[str, Any] | None:
    if row is None:
        return None
    day, revenue = row["figures_as_of"], row["annual_revenue_yuan"]
    return row | {
        "figures_as_of": date.fromisoformat(day) if day else None,
        "annual_revenue_yuan": None if revenue is None else Decimal(revenue),
    }


def _cause(kind: str, words: str, at: str | None, who: str, why: str) -> Cause:
    return Cause(CauseKind(kind), words, datetime.fromisoformat(at) if at else None, who, why)
