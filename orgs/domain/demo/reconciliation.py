"""One register of 市场监管 compared with the demo county: findings of every kind, open and answered."""

import csv
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from io import StringIO
from random import Random

from django.core.files.base import ContentFile
from django.utils import timezone

from orgs.domain.demo.names import FACTORIES, Names
from orgs.domain.demo.plan import PlannedCounty
from orgs.domain.reconciliation import ORIGINAL, add_findings, keep_comparison
from orgs.domain.reconciliation_known import known_register
from orgs.domain.reconciliation_plan import Claim, Finding, RegisterRow, compare, date_words
from orgs.models import Code, Discrepancy, Lead, Organization, Reconciliation, Unit, User
from orgs.models.codes import CodeList
from orgs.models.plans import LeadState
from orgs.models.reconciliation import Completeness, DiscrepancyKind, DiscrepancyState, MatchedBy
from orgs.validators import normalise_name
from quannan.base.domain.attachments import store_attachment

SEED = 2011_0625
# Before the day on which the demo is usually looked at.
AS_OF = date(2011, 6, 25)
NEW, GONE, LACKING, OF_EACH_FIELD = 5, 3, 2, 3
HEADINGS = (
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
# One of each kind is refused, and why.
REFUSED = {
    DiscrepancyKind.NEW: "在外县纳税,不归本县管理",
    DiscrepancyKind.GONE: "仍在经营,名册登记有误",
    DiscrepancyKind.CHANGED: "以营业执照为准,名册未及时更新",
    DiscrepancyKind.AMBIGUOUS: "两家都不是,已向市场监管核实",
}


def write_reconciliation(
    county: PlannedCounty, organizations: Sequence[Organization], accounts: Sequence[User], now: datetime
) -> None:
    """Hands in a register that lacks some enterprises, has some more and says some things otherwise.

    The register itself is written down as a file; the findings come of the very comparison that users run.

    Args:
        county: what was planned.
        organizations: the rows written for its organizations, in order.
        accounts: the demo's accounts.
        now: the moment of the load.
    """
    rng = Random(SEED)
    owner = next(user for user in accounts if user.username == "owner")
    rows = _rows(rng, county)
    content = ContentFile(_as_csv(rows).encode("utf-8-sig"), name="enterprises.csv")
    attachment = store_attachment(
        file=content,
        name="市场监管企业名录-201106.csv",
        purpose=ORIGINAL,
        allowed={"csv"},
        max_bytes=1 << 24,
        by=None,
        now=now,
    )
    found = Reconciliation.objects.create(
        source="market",
        as_of=AS_OF,
        completeness=Completeness.KIND,
        kind="enterprise",
        attachment=attachment,
        is_demo=True,
        created_by=owner,
        created_at=now,
    )
    register = known_register(
        as_of=AS_OF, today=timezone.localdate(now), only=[organization.pk for organization in organizations]
    )
    claim = Claim(AS_OF, complete=True, kind="enterprise")
    summary = {"rows": len(rows), "rejected": 0, "warnings": 0, "skipped": 0, "columns": {}}
    keep_comparison(found=found, comparison=compare(rows, register, claim), reading={}, summary=summary)
    _answer(found, owner, now, _settled(county, organizations))


def _rows(rng: Random, county: PlannedCounty) -> list[RegisterRow]:
    """The enterprises that stand on the day, some of them left out or said otherwise, and some more."""
    units = {unit.code: unit for unit in Unit.objects.filter(is_active=True).order_by("code")}
    names = Names(rng)
    names.taken.update(planned.name for planned in county.organizations)
    names.taken.update(planned.uscc for planned in county.organizations if planned.uscc)
    standing = [
        planned
        for planned in county.organizations
        if planned.kind == "enterprise" and planned.closed_on is None and planned.registered_on < AS_OF
    ]
    # What the doubles of the demo make ambiguous is not compared besides.
    changeable = [planned for planned in standing if planned.uscc and planned.registered_precision == "day"]
    chosen = rng.sample(changeable, GONE + LACKING + 4 * OF_EACH_FIELD)
    gone, lacking = chosen[:GONE], {planned.number for planned in chosen[GONE : GONE + LACKING]}
    turns = {planned.number: turn % 4 for turn, planned in enumerate(chosen[GONE + LACKING :])}
    rows: list[RegisterRow] = []
    for planned in standing:
        if planned.number in lacking:
            continue
        row = RegisterRow(
            number=len(rows) + 2,
            name=planned.name,
            uscc=planned.uscc or "",
            old_code=planned.old_code or "",
            registration_type=planned.registration_type,
            industry=planned.industry,
            registered_on=date_words(planned.registered_on, planned.registered_precision),
            state="normal",
        )
        if planned in gone:
            row.state, row.gone = "deregistered", True
            row.ended_on = (AS_OF - timedelta(days=20 + 9 * len(rows) % 60)).isoformat()
        match turns.get(planned.number):
            case 0:
                row.name = names.organization("enterprise", rng.choice(FACTORIES), planned.registration_type)
            case 1:
                row.registration_type = "shares" if planned.registration_type != "shares" else "limited"
            case 2:
                row.industry = "F" if planned.industry != "F" else "C"
            case 3:
                row.registered_on = (planned.registered_on - timedelta(days=31)).isoformat()
        unit = units[planned.unit_on(AS_OF)]
        row.unit_id, row.unit_path, row.unit_words = unit.pk, unit.path, unit.name
        rows.append(row)
    # The first of them has become a lead, and the lead has come to nothing.
    lead = _lead()
    for turn in range(NEW):
        known = lead if turn == 0 else None
        unit = known.unit if known else units[("36072901", "36072910")[turn % 2]]
        rows.append(
            RegisterRow(
                number=len(rows) + 2,
                name=known.name if known else names.organization("enterprise", rng.choice(FACTORIES), "limited"),
                uscc=names.uscc("enterprise", "limited"),
                registration_type="limited",
                industry="C",
                registered_on=(known.happened_on if known else AS_OF - timedelta(days=6 + 5 * turn)).isoformat(),
                state="normal",
                unit_id=unit.pk,
                unit_path=unit.path,
                unit_words=unit.name,
            )
        )
    rows += _two_of_one_name(rows, len(rows) + 2)
    for row in rows:
        row.name_key, row.kind = normalise_name(row.name), "enterprise"
    return rows


def _lead() -> Lead | None:
    rows = Lead.objects.filter(is_demo=True, state=LeadState.DROPPED, happened_on__lt=AS_OF)
    return rows.select_related("unit").order_by("pk").first()


def _two_of_one_name(rows: Sequence[RegisterRow], number: int) -> list[RegisterRow]:
    """Two rows without a code that bear one name, which is that of an enterprise in the file: nobody can tell."""
    row = rows[0]
    row.uscc, row.old_code = "", ""
    other = RegisterRow(number=number, name=row.name, state="normal", industry="F")
    other.unit_id, other.unit_path, other.unit_words = row.unit_id, row.unit_path, row.unit_words
    return [other]


def _as_csv(rows: Sequence[RegisterRow]) -> str:
    labels = dict(Code.objects.filter(list_name=CodeList.REGISTRATION_TYPE).values_list("code", "label"))
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADINGS)
    for row in rows:
        writer.writerow(
            [
                row.name,
                row.uscc,
                row.old_code,
                labels.get(row.registration_type, ""),
                row.industry,
                row.registered_on,
                "注销" if row.gone else "存续",
                row.ended_on,
                row.unit_words,
            ]
        )
    return out.getvalue()


def _settled(county: PlannedCounty, organizations: Sequence[Organization]) -> list[Finding]:
    """What was accepted already and so stands in the register: one enterprise closed, one renamed."""
    closed = next((p for p in county.organizations if p.closed_on and p.closed_on < AS_OF), None)
    renamed = next((p for p in county.organizations if p.former_names and p.uscc and not p.closed_on), None)
    found = []
    if closed is not None:
        facts = {"name": closed.name, "state": closed.closed_state, "ended_on": str(closed.closed_on)}
        finding = Finding(DiscrepancyKind.GONE, closed.name, closed.uscc or "", organizations[closed.number].pk)
        finding.theirs, finding.matched_by, finding.facts = closed.closed_state, MatchedBy.USCC, facts
        found.append(finding)
    if renamed is not None:
        finding = Finding(DiscrepancyKind.CHANGED, renamed.name, renamed.uscc or "", organizations[renamed.number].pk)
        finding.field, finding.ours, finding.theirs = "name", renamed.former_names[0], renamed.name
        finding.matched_by, finding.facts = MatchedBy.USCC, {"name": renamed.name, "uscc": renamed.uscc}
        found.append(finding)
    return found


def _answer(found: Reconciliation, owner: User, now: datetime, settled: Sequence[Finding]) -> None:
    """Refuses one finding of each kind, and accepts those that are settled and the one whose lead is there."""
    answered = []

    def answer(finding: Discrepancy, state: DiscrepancyState, reason: str) -> None:
        finding.state, finding.reason = state, reason
        finding.decided_by, finding.decided_at = owner, now
        answered.append(finding)

    for kind, reason in REFUSED.items():
        finding = found.discrepancies.filter(kind=kind).order_by("pk").last()
        if finding is not None:
            answer(finding, DiscrepancyState.REFUSED, reason)
    add_findings(found=found, findings=settled)
    wanted = [finding.fingerprint(found.source) for finding in settled]
    for finding in found.discrepancies.filter(fingerprint__in=wanted).order_by("pk"):
        answer(finding, DiscrepancyState.ACCEPTED, "与登记证照核对无误")
    lead = _lead()
    known = found.discrepancies.filter(kind=DiscrepancyKind.NEW, name=lead.name).first() if lead else None
    if known is not None:
        known.lead = lead
        answer(known, DiscrepancyState.ACCEPTED, "")
    Discrepancy.objects.bulk_update(answered, ["state", "reason", "decided_by", "decided_at", "lead"])
