"""登记名册核对 (三(一)2): a register of another authority handed in, compared, its findings kept. It decides nothing."""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import islice
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import connection, transaction

from orgs.domain.acting import refuse_future, require_unit
from orgs.domain.reconciliation_plan import Claim, Comparison, Finding
from orgs.domain.refusals import NotAllowed
from orgs.models import Code, Discrepancy, Reconciliation, Unit, User
from orgs.models.codes import CodeList
from orgs.models.reconciliation import Completeness, DiscrepancyState
from orgs.permissions import may_hand_in_registers, scope_for
from orgs.validators import normalise_name
from quannan.base.attachments import attachment_permission
from quannan.base.bulk import copy_rows
from quannan.base.domain import audit
from quannan.base.domain.attachments import store_attachment
from quannan.base.domain.jobs import start_job
from quannan.base.models import Attachment

ORIGINAL = "orgs.reconciliation.original"
ENDINGS = {"xlsx", "xls", "et", "csv"}
CHECK = "orgs.reconciliation_check"
NO_HANDING_IN = "您的角色不能上传名册。如工作需要,请联系系统管理员调整角色。"

BATCH = 5000
# Two checks that end at once would both keep the same finding; the number only has to differ from other locks.
_LOCK = 360729_07
_FIELDS = (
    "reconciliation_id",
    "kind",
    "organization_id",
    "row",
    "name",
    "name_key",
    "code",
    "unit_id",
    "matched_by",
    "field",
    "ours",
    "theirs",
    "facts",
    "fingerprint",
    "earlier_id",
    "state",
    "reason",
)


def start_reconciliation(
    *,
    file: File,
    name: str,
    source: str,
    as_of: date,
    completeness: str = Completeness.PART,
    kind: str = "",
    unit: Unit | None = None,
    by: User,
    now: datetime,
) -> Reconciliation:
    """Keeps a register as handed over and queues its comparison.

    Args:
        file: the workbook as uploaded.
        name: the user's own file name.
        source: code of list register_source.
        as_of: the day whose state the register shows, inclusive.
        completeness: code of `Completeness`: what the register claims to hold all of.
        kind: code of `Kind`, where it claims to hold all of one kind, in the county or under the unit.
        unit: the unit of which it claims to hold all, or under which rows without a unit stand.
        by: the account that uploads.
        now: the clock.

    Raises:
        NotAllowed: no role gives the act, or the unit is out of scope.
        ValidationError: by field; the file's type or size under `file`.
    """
    if not may_hand_in_registers(by):
        raise NotAllowed(NO_HANDING_IN)
    scope = scope_for(by, "register.import")
    if unit is not None:
        require_unit(unit, by, scope)
    problems: dict[str, Any] = {}
    if not Code.objects.filter(list_name=CodeList.REGISTER_SOURCE, code=source, is_active=True).exists():
        problems["source"] = ValidationError("名册来源不在代码表中,请从列表里选。", code="not_listed")
    if not scope.county and completeness in (Completeness.COUNTY, Completeness.KIND):
        sentence = "全县的名册由两新工委办公室核对;您可以选“一个单位完整”或“部分名单”。"
        problems["completeness"] = ValidationError(sentence, code="out_of_scope")
    if unit is None and (completeness == Completeness.UNIT or not scope.county):
        problems["unit"] = ValidationError("请选择这份名册所属的主管党(工)委。", code="required")
    if completeness == Completeness.KIND and not kind:
        problems["kind"] = ValidationError("请选择名册完整的是哪一类:企业还是社会组织。", code="required")
    if kind and completeness not in (Completeness.KIND, Completeness.UNIT):
        sentence = "只有名册范围是某一类完整或一个单位完整时才选类别,请改其中一项。"
        problems["kind"] = ValidationError(sentence, code="not_asked")
    if unit is not None and completeness in (Completeness.COUNTY, Completeness.KIND):
        sentence = "全县的名册不选主管党(工)委,请改其中一项。"
        problems["unit"] = ValidationError(sentence, code="not_asked")
    try:
        refuse_future(as_of, "as_of", "名册截至日期", now)
    except ValidationError as error:
        problems["as_of"] = error.error_dict["as_of"][0]
    if problems:
        raise ValidationError(problems)
    with transaction.atomic():
        attachment = _stored(file, name, by, now)
        found = Reconciliation(
            source=source,
            as_of=as_of,
            completeness=completeness,
            kind=kind,
            unit=unit,
            attachment=attachment,
            created_by=by,
            created_at=now,
        )
        found.check_job = start_job(
            kind=CHECK,
            title=f"核对名册 {attachment.original_name}"[:200],
            params={"reconciliation": str(found.pk)},
            by=by,
            now=now,
        )
        found.validate_constraints()
        found.save(force_insert=True)
        detail = {"source": source, "as_of": str(as_of), "completeness": completeness, "sha256": attachment.sha256}
        audit.record(action="reconciliation.start", by=by, now=now, obj=found, detail=detail)
    return found


def _stored(file: File, name: str, by: User, now: datetime) -> Attachment:
    try:
        return store_attachment(
            file=file,
            name=name,
            purpose=ORIGINAL,
            allowed=ENDINGS,
            max_bytes=settings.UPLOAD_MAX_BYTES,
            by=by,
            now=now,
        )
    except ValidationError as error:
        raise ValidationError({"file": error}) from error


def claim_of(found: Reconciliation) -> Claim:
    """What a register claims to hold all of, and how far whoever handed it in may see.

    Args:
        found: the register, with `unit` and `created_by` at hand.
    """
    scope = scope_for(found.created_by, "register.import")
    return Claim(
        as_of=found.as_of,
        complete=found.completeness != Completeness.PART,
        kind=found.kind,
        unit_path=found.unit.path if found.unit and found.completeness == Completeness.UNIT else "",
        scope=None if scope.county else scope.unit_paths,
    )


def keep_comparison(
    *, found: Reconciliation, comparison: Comparison, reading: dict[str, Any], summary: dict[str, Any]
) -> dict[str, Any]:
    """Keeps the findings of a comparison; called in the transaction that finishes its job. The register is untouched.

    A finding whose like waits for an answer already is not kept twice; one whose like was refused before is kept
    open, with that answer beside it.

    Args:
        found: the register.
        comparison: as `orgs.domain.reconciliation_plan.compare` gives it.
        reading: how the workbook was read, as shown on the page.
        summary: counts of the file's own rows.

    Returns:
        The counts as kept: those of the comparison and the summary, `waiting` (alike and open already), `answered`
        (alike and refused before).
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    counts: dict[str, Any] = {**summary, **comparison.counts, "waiting": 0, "answered": 0}
    # All of them first: while COPY runs, its connection answers no other question.
    copy_rows(Discrepancy, _FIELDS, list(_rows(found, comparison.findings, counts)))
    Reconciliation.objects.filter(pk=found.pk).update(reading=reading, check_result=counts)
    return counts


def add_findings(*, found: Reconciliation, findings: Sequence[Finding]) -> int:
    """Keeps further findings of a register, such as those of a row whose organization somebody has named.

    Args:
        found: the register.
        findings: what to keep; like `keep_comparison`, none of them twice.

    Returns:
        How many were kept.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    return copy_rows(Discrepancy, _FIELDS, list(_rows(found, findings, {"waiting": 0, "answered": 0})))


def _rows(found: Reconciliation, findings: Iterable[Finding], counts: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    """Findings as rows to copy, in batches: what waits already is left out, what was refused is pointed at."""
    for batch in _batches((finding.fingerprint(found.source), finding) for finding in findings):
        fingerprints = [fingerprint for fingerprint, _ in batch]
        like = Discrepancy.objects.filter(fingerprint__in=fingerprints).order_by("decided_at", "pk")
        waiting = set(like.waiting().values_list("fingerprint", flat=True))
        refused = dict(like.filter(state=DiscrepancyState.REFUSED).values_list("fingerprint", "pk"))
        for fingerprint, finding in batch:
            if fingerprint in waiting:
                counts["waiting"] += 1
                continue
            waiting.add(fingerprint)
            earlier = refused.get(fingerprint)
            counts["answered"] += earlier is not None
            yield _row(found, finding, fingerprint, earlier)


def _batches(pairs: Iterable[tuple[str, Finding]]) -> Iterator[list[tuple[str, Finding]]]:
    """The findings some thousands at a time, no content twice: a file may have the same row more than once."""
    unique = iter(dict(pairs).items())
    while batch := list(islice(unique, BATCH)):
        yield batch


def _row(found: Reconciliation, finding: Finding, fingerprint: str, earlier: int | None) -> tuple[Any, ...]:
    return (
        found.pk,
        str(finding.kind),
        finding.organization_id,
        finding.row,
        finding.name,
        normalise_name(finding.name)[:120],
        finding.code,
        finding.unit_id,
        str(finding.matched_by),
        finding.field,
        finding.ours,
        finding.theirs,
        json.dumps(finding.facts, ensure_ascii=False),
        fingerprint,
        earlier,
        DiscrepancyState.OPEN.value,
        "",
    )


def _may_read(user: Any, attachment: Attachment) -> bool:
    return Reconciliation.objects.with_file_for(user).filter(attachment=attachment).exists()


attachment_permission(ORIGINAL)(_may_read)
