"""Filling in and filing annual reports, receipts and versions."""

from datetime import date, timedelta
from typing import Any

from tests import makers_reports as make
from tests.house.addresses.table import SEES, Address, act, form
from tests.house.world import World

FILLS = frozenset({"owner_office", "unit_office", "secretary", "filer"})
FILERS = frozenset({"secretary", "filer", "former_filer"})
# 原填报人 opens versions and receipts, and finds those it signed alone.
SIGNED: dict[str, Any] = {"misses": frozenset({"former_filer"})}
OWN: dict[str, Any] = {"own": lambda t: [t.report.pk], "foreign": lambda t: [t.foreign_report.pk]}
RECEIPT: dict[str, Any] = {
    "own": lambda t: [t.filed.receipt],
    "foreign": lambda t: [t.foreign_filed.receipt],
}

ADDRESSES: dict[str, Address] = {
    "my-report-list": Address(FILERS),
    "report-detail": Address(SEES, **OWN),
    "report-fill": Address(FILLS, **OWN),
    "report-whole": form(FILLS, **OWN, answer=frozenset({200, 302})),
    "report-section": form(
        FILLS, lambda t: [t.report.pk, "figures"], lambda t: [t.foreign_report.pk, "figures"],
        answer=frozenset({200, 302}),
    ),
    "report-question": form(
        FILLS, lambda t: [t.report.pk, "figures", "women"], lambda t: [t.foreign_report.pk, "figures", "women"],
        answer=frozenset({200, 302}),
    ),
    "report-save": act(FILLS, **OWN, answer=frozenset({200, 400, 409})),
    "report-same": act(FILLS, **OWN),
    "report-sign": form(FILLS, **OWN),
    "report-withdraw": act(FILLS, **OWN),
    "report-answer": act(
        FILLS, lambda t: [t.report.pk, t.remark.pk], lambda t: [t.foreign_report.pk, t.foreign_remark.pk]
    ),
    "report-print": Address(SEES, **OWN),
    "submission-detail": Address(
        SEES, own=lambda t: [t.report.pk, 1], foreign=lambda t: [t.foreign_report.pk, 1], **SIGNED
    ),
    "api-rounds": Address(SEES, stranger=401),
    "api-reports": Address(SEES, stranger=401),
    "api-report": Address(SEES, stranger=401, **OWN),
    "api-report-answers": act(FILLS, **OWN, stranger=401, answer=frozenset({400})),
    "receipt-check": Address(SEES | {"former_filer"}),
    "receipt-detail": Address(SEES, **RECEIPT, **SIGNED),
    "receipt-pdf": Address(SEES, **RECEIPT, **SIGNED),
}  # fmt: skip


def things(world: World) -> dict[str, Any]:
    """A report of the unit office's own unit that came back with a comment, and a filed one elsewhere."""
    from evaluation.models import Comment

    today = date.today()
    days = {"as_of": today - timedelta(days=9), "opens_on": today - timedelta(days=8)}
    days |= {name: today + timedelta(days=20) for name in ("closes_on", "unit_due_on", "county_due_on")}
    round_ = make.round_(2013, name="填报用的批次", **days)
    report = make.returned(make.report(world.own, round_))
    filed = report.submission
    foreign = make.report(world.foreign, round_)
    foreign_filed = make.submitted(foreign)
    remark, foreign_remark = (
        Comment.objects.create(
            report=row, submission=version, question="employees", stage="unit", text="请核对", made_at=make.NOW,
            made_by_name="城厢镇党委",
        )
        for row, version in ((report, filed), (foreign, foreign_filed))
    )  # fmt: skip
    return {
        "report": report, "filed": filed, "remark": remark, "foreign_remark": foreign_remark,
        "foreign_report": foreign, "foreign_filed": foreign_filed,
    }  # fmt: skip
