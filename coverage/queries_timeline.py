"""An organization's changes in words: what happened on which day, and what it obliges to since."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from coverage.models import STATE_COLUMNS, Span, State
from orgs.lines import LINES, Line
from orgs.models import Organization
from orgs.models.codes import CodeList
from orgs.queries_list import code_labels

NUMBERS = (
    ("employees", "从业人员"),
    ("women", "女性"),
    ("league_members", "团员"),
    ("full_members", "正式党员"),
    ("probationary_members", "预备党员"),
    ("union_members", "工会会员"),
)
SINCE = {
    State.GAP: "自此应建{}",
    State.COVERED: "{}自此计为已建",
    State.COVERED_UNCONFIRMED: "{}自此计为已建(待确认)",
    State.PERMITTED: "{}自此不再应建,仍可建",
    State.NOT_YET: "{}自此暂不具备",
}


@dataclass
class Event:
    """What happened to one organization on one day."""

    day: date
    text: str
    source: str = ""
    consequences: list[str] = field(default_factory=list)


def _count_words(before, now) -> str:
    said = []
    for name, label in NUMBERS:
        old, new = (getattr(before, name) if before else None), getattr(now, name)
        if new is None:
            continue
        said.append(f"{label} {new}" if old is None else f"{label} {old}→{new}" if old != new else "")
    if now.annual_revenue_yuan is not None and (not before or before.annual_revenue_yuan != now.annual_revenue_yuan):
        said.append(f"营收 {float(now.annual_revenue_yuan / 10000):,g} 万元")
    words = "、".join(s for s in said if s)
    return f"年度数字:{words}" if words else "年度数字核对,无变化"


def _consequences(organization: Organization) -> dict[date, list[str]]:
    """Per day, which lines became due, built or were let off, read from the spans' bounds."""
    found: dict[date, list[str]] = {}
    previous = None
    for span in Span.objects.filter(organization=organization).order_by("period"):
        for line in LINES:
            column = STATE_COLUMNS[line]
            state, before = getattr(span, column), previous and getattr(previous, column)
            if previous is not None and state != before and state in SINCE:
                # A body just founded is told by its own event.
                if state in (State.COVERED, State.COVERED_UNCONFIRMED) and before in (
                    State.GAP,
                    State.COVERED,
                    State.COVERED_UNCONFIRMED,
                ):
                    continue
                found.setdefault(span.period.lower, []).append(SINCE[State(state)].format(Line(line).label))
        previous = span
    return found


def timeline(organization: Organization) -> list[Event]:
    """Every dated fact of an organization in words, the newest first: six queries.

    Args:
        organization: the organization, already checked for visibility.
    """
    labels = code_labels(CodeList.FIGURES_SOURCE, CodeList.OPERATING_STATE)
    sources = labels.get(CodeList.FIGURES_SOURCE, {})
    states = labels.get(CodeList.OPERATING_STATE, {})
    events = [Event(organization.registered_on, "登记注册")]
    if organization.closed_on:
        word = states.get(organization.closed_state, organization.closed_state)
        events.append(Event(organization.closed_on - timedelta(days=1), f"{word},当日为最后一天"))
    before = None
    for row in organization.figures.order_by("as_of"):
        events.append(Event(row.as_of, _count_words(before, row), sources.get(row.source, row.source)))
        before = row
    memberships = organization.memberships.select_related("branch").prefetch_related("branch__forms__form")
    for membership in memberships:
        branch = membership.branch
        forms = sorted(branch.forms.all(), key=lambda f: (not f.period.lower_inf, f.period.lower or date.min))
        name = branch.name or (forms[0].form.label if forms else branch.get_line_display())
        first = membership.period.lower
        verb = "成立" if branch.composition == "own" else "加入"
        events.append(Event(first, f"{verb}{name}", sources.get(membership.source, membership.source)))
        for change in forms[1:]:
            if change.period.lower and change.period.lower > first:
                events.append(Event(change.period.lower, f"{name}改为{change.form.label}"))
        if membership.period.upper:
            reason = f",{membership.end_reason}" if membership.end_reason else ""
            events.append(Event(membership.period.upper, f"不再由{name}覆盖{reason}"))
    for row in organization.exclusions.all():
        events.append(
            Event(row.period.lower, f"剔除:{states.get(row.state, row.state)},{row.reason}(批准 {row.approver})")
        )
        if row.period.upper:
            events.append(Event(row.period.upper, "恢复计入基数"))
    for row in organization.placements.select_related("unit"):
        if row.period.lower:
            events.append(Event(row.period.lower, f"划转到{row.unit.name}"))
    events.sort(key=lambda e: e.day, reverse=True)
    since = _consequences(organization)
    for event in events:
        if event.day in since and not event.consequences:
            event.consequences = since.pop(event.day)
    return events
