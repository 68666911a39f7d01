"""Reads of 登记名册核对: registers handed in, their findings, and one finding beside what our register has."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from orgs.models import Discrepancy, Organization, Placement, Reconciliation
from orgs.models.codes import CodeList
from orgs.models.organization import Kind
from orgs.models.reconciliation import Completeness, DiscrepancyKind, DiscrepancyState
from orgs.permissions import may_answer_discrepancies, scope_for, today
from orgs.queries import codes
from orgs.queries_list import figures_at, unit_of
from orgs.queries_waiting import Waiting
from quannan.base.models import JobState
from quannan.base.queries import JobCard, job_card

# What registers are compared by, in the order in which a row's differences are told.
FIELDS = {
    "name": "单位名称",
    "uscc": "统一社会信用代码",
    "old_code": "旧代码",
    "kind": "单位类别",
    "registration_type": "登记类型",
    "industry": "行业门类",
    "registered_on": "登记日期",
}
LISTS = {
    "registration_type": CodeList.REGISTRATION_TYPE,
    "industry": CodeList.INDUSTRY,
    "state": CodeList.OPERATING_STATE,
}
FACTS = {
    "name": "单位名称",
    "uscc": "统一社会信用代码",
    "old_code": "旧代码",
    "kind": "单位类别",
    "registration_type": "登记类型",
    "industry": "行业门类",
    "registered_on": "登记日期",
    "state": "登记状态",
    "ended_on": "注销日期",
    "unit": "主管党(工)委",
    "employees": "从业人员",
}
# Rows of the file that give no finding, and why: (count, what is said of it).
ASIDE = (
    ("waiting", "与以前的核对相同、已在等待答复", "不重复列出"),
    ("answered", "以前答复过不采纳", "仍列出,旁边有原来的理由"),
    ("closed_here", "台账已注销或迁出,名册仍在册", "请到组织页核对是否恢复"),
    ("gone_unknown", "名册已注销、台账里没有", "不用办理"),
    ("no_organization", "个体工商户、机关事业单位等", "不属于“两新”组织"),
    ("doubled", "与另一行是同一家组织", "以代码相符的一行为准"),
    ("out_of_scope", "不在您的管理范围", "请由所属单位核对"),
)


def registers_for(user) -> QuerySet[Reconciliation]:
    """Registers the account may see, newest first.

    Args:
        user: the signed-in User.
    """
    return (
        Reconciliation.objects.visible_to(user)
        .select_related("attachment", "unit", "created_by", "check_job__created_by")
        .order_by("-created_at", "id")
    )


def may_read_file(user, found: Reconciliation) -> bool:
    """Whether an account may read the file and its rows: more stands in them than in the findings.

    Args:
        user: the signed-in User.
        found: a register in sight.
    """
    return Reconciliation.objects.with_file_for(user).filter(pk=found.pk).exists()


def source_word(source: str) -> str:
    """The authority's name.

    Args:
        source: code of list register_source.
    """
    return codes(CodeList.REGISTER_SOURCE).get(source, source)


def scope_word(found: Reconciliation) -> str:
    """What a register claims to hold all of, in words.

    Args:
        found: a register, with its unit at hand.
    """
    kind = f"的{Kind(found.kind).label}" if found.kind else ""
    if found.completeness == Completeness.UNIT and found.unit is not None:
        return f"{found.unit.name}{kind or '的组织'}完整"
    if found.completeness == Completeness.KIND:
        return f"全县{kind}完整"
    return str(Completeness(found.completeness).label)


@dataclass(frozen=True)
class RegisterRow:
    """One register as the list shows it."""

    found: Reconciliation
    card: JobCard | None
    source: str
    scope: str
    total: int
    waiting: int

    @property
    def pk(self):
        return self.found.pk

    @property
    def rows(self) -> int | None:
        value = self.found.check_result.get("rows")
        return value if isinstance(value, int) else None


def register_rows(registers: Iterable[Reconciliation], user, now: datetime) -> list[RegisterRow]:
    """Registers with their jobs and how many findings in sight wait; one query.

    Args:
        registers: as `registers_for` gives them.
        user: the signed-in User.
        now: the clock.
    """
    registers = list(registers)
    counted = (
        Discrepancy.objects.visible_to(user)
        .filter(reconciliation__in=[found.pk for found in registers])
        .order_by()
        .values_list("reconciliation")
        .annotate(total=Count("pk"), waiting=Count("pk", filter=Q(state=DiscrepancyState.OPEN)))
    )
    counts = {pk: (total, waiting) for pk, total, waiting in counted}
    return [
        RegisterRow(
            found,
            job_card(found.check_job, user, now) if found.check_job is not None else None,
            source_word(found.source),
            scope_word(found),
            *counts.get(found.pk, (0, 0)),
        )
        for found in registers
    ]


def findings_for(user, as_of: date | None = None) -> QuerySet[Discrepancy]:
    """Findings the account may see, as they stand now.

    Args:
        user: the signed-in User.
        as_of: only of registers up to this day; all where left out.
    """
    rows = Discrepancy.objects.visible_to(user)
    if as_of is not None:
        rows = rows.filter(reconciliation__as_of__lte=as_of)
    return rows.select_related(
        "reconciliation__attachment", "organization", "unit", "decided_by", "earlier", "lead__unit"
    )


def under_unit(rows: QuerySet[Discrepancy], path: str) -> QuerySet[Discrepancy]:
    """Findings about organizations placed in a unit's subtree today, and of rows that name a unit in it.

    Args:
        rows: findings in sight.
        path: of the unit.
    """
    placed = Placement.objects.filter(
        unit__path__startswith=path, organization=OuterRef("organization"), period__contains=today()
    )
    return rows.filter(Q(Exists(placed)) | Q(organization=None, unit__path__startswith=path))


def value_words(field: str, value: object) -> str:
    """A value that registers are compared by, as a user reads it; "" where there is none.

    Args:
        field: one of `FACTS`.
        value: as a finding keeps it.
    """
    if value in ("", None):
        return ""
    if field == "kind":
        return str(dict(Kind.choices).get(str(value), value))
    return codes(LISTS[field]).get(str(value), str(value)) if field in LISTS else str(value)


@dataclass(frozen=True)
class FindingRow:
    """One finding as the list shows it."""

    finding: Discrepancy
    unit: str

    @property
    def pk(self) -> int:
        return self.finding.pk

    @property
    def kind(self) -> str:
        return str(DiscrepancyKind(self.finding.kind).label)

    @property
    def field(self) -> str:
        return FIELDS.get(self.finding.field, self.finding.field)

    @property
    def ours(self) -> str:
        """What our register says."""
        if self.finding.kind == DiscrepancyKind.CHANGED:
            return value_words(self.finding.field, self.finding.ours) or "(空白)"
        if self.finding.kind == DiscrepancyKind.GONE:
            return "在册"
        return "没有" if self.finding.kind == DiscrepancyKind.NEW else "同名的不止一家"

    @property
    def theirs(self) -> str:
        """What the other register says."""
        facts = self.finding.facts
        if self.finding.kind == DiscrepancyKind.CHANGED:
            return value_words(self.finding.field, self.finding.theirs)
        if self.finding.kind == DiscrepancyKind.GONE:
            state = value_words("state", self.finding.theirs) or "没有这一家"
            return f"{state} {facts.get('ended_on', '')}".strip()
        said = [value_words(name, facts.get(name)) for name in ("registration_type", "industry", "registered_on")]
        return ",".join(filter(None, said)) or "在册"

    @property
    def source(self) -> str:
        return f"{source_word(self.finding.reconciliation.source)} {self.finding.reconciliation.as_of}"

    @property
    def state(self) -> str:
        return str(DiscrepancyState(self.finding.state).label)

    @property
    def is_open(self) -> bool:
        return self.finding.state == DiscrepancyState.OPEN

    @property
    def earlier(self) -> str:
        """The answer that the same content was given before."""
        return self.finding.earlier.reason if self.finding.earlier is not None else ""

    @property
    def result(self) -> str:
        """What came of it."""
        if self.is_open:
            return ""
        if self.finding.lead is not None:
            return "转为线索"
        words = {DiscrepancyKind.GONE: "已注销、迁出或剔除", DiscrepancyKind.CHANGED: "已更改台账"}
        accepted = words.get(DiscrepancyKind(self.finding.kind), "已指明组织")
        return accepted if self.finding.state == DiscrepancyState.ACCEPTED else ""


def finding_rows(findings: Iterable[Discrepancy]) -> list[FindingRow]:
    """Findings with the unit each stands under today, one query.

    Args:
        findings: as `findings_for` gives them.
    """
    findings = list(findings)
    placed = Placement.objects.filter(
        organization__in={row.organization_id for row in findings if row.organization_id}, period__contains=today()
    )
    units = dict(placed.order_by().values_list("organization", "unit__name"))
    return [
        FindingRow(
            row, units.get(row.organization_id, "") if row.organization_id else row.unit.name if row.unit else ""
        )
        for row in findings
    ]


@dataclass(frozen=True)
class FindingCounts:
    """How many findings of one register are in sight, and how many of them wait."""

    total: int
    waiting: int
    kinds: dict[str, int]
    fields: dict[str, int]

    @property
    def changed(self) -> list[tuple[str, int]]:
        """(field in words, findings), in the order of the fields."""
        return [(label, self.fields[name]) for name, label in FIELDS.items() if self.fields.get(name)]


def counts_of(user, found: Reconciliation) -> FindingCounts:
    """The findings of a register in sight by kind, field and state, one query.

    Args:
        user: the signed-in User.
        found: a register in sight.
    """
    rows = Discrepancy.objects.visible_to(user).filter(reconciliation=found).order_by()
    kinds: Counter[str] = Counter()
    fields: Counter[str] = Counter()
    waiting = 0
    for kind, field, state, number in rows.values_list("kind", "field", "state").annotate(number=Count("pk")):
        kinds[kind] += number
        fields[field] += number
        waiting += number if state == DiscrepancyState.OPEN else 0
    every = {kind: kinds[kind] for kind in DiscrepancyKind.values}
    return FindingCounts(sum(kinds.values()), waiting, every, dict(fields))


def file_counts(found: Reconciliation) -> dict[str, int]:
    """Rows of the file by what came of them, 0 where none.

    Args:
        found: a register that was compared.
    """
    return {name: found.check_result.get(name, 0) for name in ("rows", "same", "rejected", "warnings", "skipped")}


def aside_of(found: Reconciliation) -> list[tuple[str, int, str]]:
    """(what, rows, what is done about it) of the rows of a file that give no finding of their own.

    Args:
        found: a register that was compared.
    """
    kept = found.check_result
    return [(words, kept[name], done) for name, words, done in ASIDE if kept.get(name)]


def is_checked(found: Reconciliation) -> bool:
    """Whether the comparison is done.

    Args:
        found: a register, with its job at hand.
    """
    return bool(found.check_result) or (found.check_job is not None and found.check_job.state == JobState.DONE)


@dataclass(frozen=True)
class Side:
    """One fact as both registers have it."""

    label: str
    ours: str
    theirs: str
    differs: bool


def sides_of(finding: Discrepancy, as_of: date) -> list[Side]:
    """Every fact of a finding's row beside ours as it stands now; the head-count besides, which is never compared.

    Args:
        finding: in sight; with its organization at hand.
        as_of: the day whose unit and figures are shown.
    """
    organization, facts = finding.organization, finding.facts
    ours: dict[str, object] = {}
    if organization is not None:
        figures = figures_at([organization.pk], as_of).get(organization.pk)
        placed = unit_of(organization, as_of)
        ours = {name: getattr(organization, name) or "" for name in FIELDS} | {
            "registered_on": organization.registered_on,
            "state": organization.closed_state or "在册",
            "ended_on": organization.closed_on,
            "unit": placed.name if placed else "",
            "employees": figures.employees if figures else None,
        }
    found = []
    for name, label in FACTS.items():
        mine, theirs = value_words(name, ours.get(name)), value_words(name, facts.get(name))
        if mine or theirs:
            differs = name == finding.field or (name == "state" and finding.kind == DiscrepancyKind.GONE)
            found.append(Side(label, mine or "—", theirs or "—", differs))
    return found


def takes_kind_along(finding: Discrepancy) -> bool:
    """Whether accepting a changed type changes the kind as well: a type belongs to one kind.

    Args:
        finding: in sight; with its organization at hand.
    """
    if finding.field != "registration_type" or finding.organization is None:
        return False
    return finding.facts.get("kind", finding.organization.kind) != finding.organization.kind


def candidates_of(user, finding: Discrepancy) -> QuerySet[Organization]:
    """The organizations in sight that an ambiguous row may be about.

    Args:
        user: the signed-in User; others' organizations are not named.
        finding: in sight.
    """
    rows = Organization.objects.visible_to(user).filter(pk__in=finding.facts.get("candidates", ()))
    return rows.order_by("sort_key", "id")


def findings_of_same(user, finding: Discrepancy) -> QuerySet[Discrepancy]:
    """Other findings of the same register about the same organization.

    Args:
        user: the signed-in User.
        finding: in sight.
    """
    if finding.organization_id is None:
        return Discrepancy.objects.none()
    return (
        Discrepancy.objects.visible_to(user)
        .filter(reconciliation=finding.reconciliation_id, organization=finding.organization_id)
        .exclude(pk=finding.pk)
        .order_by("pk")
    )


def waiting_findings(user, as_of: date) -> list[Waiting]:
    """Findings that wait for an answer of this account, one query.

    Args:
        user: the signed-in User.
        as_of: the working date: of registers up to this day.
    """
    if not may_answer_discrepancies(user):
        return []
    scope = scope_for(user, "register.edit")
    mine = Q(organization__in=Organization.objects.standing().filter(scope.organizations_q()))
    mine |= Q(organization=None) & scope.units_q("unit__")
    rows = Discrepancy.objects.visible_to(user).waiting().filter(mine, reconciliation__as_of__lte=as_of)
    if not (number := rows.count()):
        return []
    return [
        Waiting(
            text=f"名册核对 {number} 条待答复",
            done="逐条采纳或写明理由不采纳",
            url=f"{reverse('discrepancy-list')}?state=open",
            action="去答复",
        )
    ]
