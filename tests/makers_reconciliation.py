"""Registers of other authorities, as their offices export them, and findings of them."""

from datetime import date
from io import BytesIO
from typing import Any

import openpyxl
from django.core.files.base import ContentFile
from django.utils import timezone

from orgs.domain.reconciliation import start_reconciliation
from orgs.models import Discrepancy, Organization, Reconciliation, Unit, User
from orgs.validators import normalise_name
from quannan.base.domain.attachments import store_attachment
from quannan.base.domain.job_running import run_job
from tests import factories as f

AS_OF = date(2012, 10, 31)
HEADERS = (
    "企业名称",
    "统一社会信用代码",
    "注册号",
    "企业类型",
    "行业门类",
    "成立日期",
    "登记状态",
    "注销日期",
    "所属乡镇",
)


def workbook(rows: list[dict[str, Any]], headers: tuple[str, ...] = HEADERS) -> bytes:
    """An export of one header row, as .xlsx bytes."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "企业名录"
    sheet.append(list(headers))
    for row in rows:
        sheet.append([row.get(name) for name in headers])
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def said_of(row: Organization, **changes: Any) -> dict[str, Any]:
    """The row that a register has of one of our organizations, with something changed."""
    return {
        "企业名称": row.name,
        "统一社会信用代码": row.uscc,
        "成立日期": str(row.registered_on),
        "登记状态": "存续",
        "所属乡镇": "城厢镇",
    } | changes


def stranger(number: int, **changes: Any) -> dict[str, Any]:
    """The row of an enterprise that our register lacks."""
    return {
        "企业名称": f"全南县新来{number}厂",
        "统一社会信用代码": f.uscc(900_000 + number),
        "企业类型": "有限责任公司(自然人投资或控股)",
        "行业门类": "C3312",
        "成立日期": "2012-09-03",
        "登记状态": "存续(在营、开业、在册)",
        "所属乡镇": "城厢镇",
    } | changes


def handed_in_file(content: bytes, name: str, by: User | None = None, **facts: Any) -> Reconciliation:
    """A file handed in as a register, before its comparison has run."""
    facts = {"source": "market", "as_of": AS_OF, "completeness": "part"} | facts
    return start_reconciliation(file=ContentFile(content, name=name), name=name, by=by or f.owner(), now=f.NOW, **facts)


def handed_in(
    rows: list[dict[str, Any]], by: User | None = None, headers: tuple[str, ...] = HEADERS, **facts: Any
) -> Reconciliation:
    """A register handed in, before its comparison has run."""
    return handed_in_file(workbook(rows, headers), "企业名录.xlsx", by, **facts)


def done(found: Reconciliation) -> Reconciliation:
    """The comparison run as a worker does it."""
    job = found.check_job
    run_job(job_id=job.pk, attempt=job.attempt, worker="w", now=timezone.now())
    job.refresh_from_db()
    assert job.failure == ""
    found.refresh_from_db()
    return found


def compared_file(content: bytes, name: str, **facts: Any) -> Reconciliation:
    """A file handed in as a register and compared."""
    return done(handed_in_file(content, name, **facts))


def compared(rows: list[dict[str, Any]], by: User | None = None, **facts: Any) -> Reconciliation:
    """A register handed in and compared."""
    return done(handed_in(rows, by, **facts))


def register(by: User | None = None, **facts: Any) -> Reconciliation:
    """A register without rows, for findings written by hand."""
    by = by or f.owner()
    content = ContentFile(b"x", name="x.csv")
    attachment = store_attachment(
        file=content,
        name=facts.pop("name", "企业名录.csv"),
        purpose="orgs.reconciliation.original",
        allowed={"csv"},
        max_bytes=9,
        by=by,
        now=f.NOW,
    )
    facts = {"source": "market", "as_of": AS_OF, "check_result": {"rows": 9, "same": 4}} | facts
    return Reconciliation.objects.create(attachment=attachment, created_by=by, created_at=f.NOW, **facts)


def finding(
    kind: str = "new",
    row: Organization | None = None,
    under: Unit | None = None,
    of: Reconciliation | None = None,
    **facts: Any,
) -> Discrepancy:
    """One open finding: of a stranger in 城厢镇, or about an organization."""
    name = facts.pop("name", row.name if row else "全南县新来厂")
    of = of or register()
    if kind == "changed":
        facts = {"field": "industry", "theirs": "C", "matched_by": "uscc"} | facts
    facts.setdefault("facts", {"name": name} if kind in ("new", "ambiguous") else {})
    facts.setdefault("fingerprint", f"{kind}{row.pk if row else name}{facts.get('field', '')}{of.pk}"[:64])
    return Discrepancy.objects.create(
        reconciliation=of,
        kind=kind,
        organization=row,
        unit=None if row else under or f.unit(),
        name=name,
        name_key=normalise_name(name),
        **facts,
    )
