"""Each table that figures come from: what a row of it says on a day, since when, and a change of it in words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from coverage.domain.differences import NUMBER_LABELS, number_words
from coverage.domain.snapshot_sql import NUMBERS
from orgs.lines import Line
from orgs.models.organization import Kind

Values = Mapping[str, Any]


@dataclass
class Names:
    """What rows refer to, by key."""

    units: dict[int, str] = field(default_factory=dict)
    forms: dict[int, str] = field(default_factory=dict)
    bodies: dict[int, tuple[str, str]] = field(default_factory=dict)
    states: dict[str, str] = field(default_factory=dict)
    organizations: dict[int, str] = field(default_factory=dict)

    def body(self, key: int) -> str:
        """A body by its line and name.

        Args:
            key: of the Branch.
        """
        if key not in self.bodies:
            return "党群组织"
        line, name = self.bodies[key]
        label = str(Line(line).label)
        return f"{label}“{name}”" if name else label


@dataclass(frozen=True)
class Source:
    """One table of the register.

    Attributes:
        label: of its model.
        fields: the columns that figures depend on.
        at: what a row says on a day, None for nothing; Figures are judged by the day they hold for.
        words: a change in words, given the values before and after (each None where there is no row).
        owner: the column with the organization, "" where it is found through the body.
        starts: the column with the fact's first day: a date or a period.
        ends: the column with its end, the same for a period.
    """

    label: str
    fields: tuple[str, ...]
    at: Callable[[Values, date], Any]
    words: Callable[[Values | None, Values | None, Names], str]
    owner: str = "organization_id"
    starts: str = "period"
    ends: str = "period"

    def first_day(self, row: Values) -> date:
        """The day the fact is dated; the beginning of time where it has none.

        Args:
            row: its values.
        """
        value = row[self.starts]
        day = value.lower if self.starts == "period" else value
        return day or date.min

    def end(self, row: Values) -> date | None:
        """The first day the fact no longer holds, None while it goes on.

        Args:
            row: its values.
        """
        if not self.ends:
            return None
        value = row[self.ends]
        day: date | None = value.upper if self.ends == "period" else value
        return day

    def only_ended(self, before: Values, after: Values) -> bool:
        """Whether nothing happened but that an open fact was given its end.

        Args:
            before: the values before.
            after: the values after.
        """
        if self.end(before) is not None or self.end(after) is None:
            return False
        others = [name for name in self.fields if name not in (self.starts, self.ends, "closed_state")]
        return self.first_day(before) == self.first_day(after) and all(before[n] == after[n] for n in others)


def _holds(row: Values, day: date) -> bool:
    return day in row["period"]


def _span(row: Values) -> str:
    first, until = row["period"].lower, row["period"].upper
    return f"{f'自 {first} ' if first else ''}{f'至 {until - timedelta(days=1)}' if until else '起'}"


def _last(row: Values) -> date:
    last: date = row["period"].upper - timedelta(days=1)
    return last


def _periodic(what: Callable[[Values, Names], str], begun: str, ended: str) -> Callable[..., str]:
    """Words for a row whose period begins, ends, is deleted or is changed."""

    def words(before: Values | None, after: Values | None, names: Names) -> str:
        if after is None:
            assert before is not None
            return f"删除{what(before, names)}({_span(before)})"
        if before is None:
            return f"{_span(after)}{begun}{what(after, names)}"
        if before["period"].lower == after["period"].lower and not before["period"].upper and after["period"].upper:
            return f"{what(after, names)}{ended} {_last(after)} 结束"
        if before["period"] != after["period"]:
            return f"{what(after, names)}的起止由“{_span(before)}”改为“{_span(after)}”"
        return f"{what(before, names)}改为{what(after, names)}"

    return words


def _figures(before: Values | None, after: Values | None, names: Names) -> str:
    row = after or before
    assert row is not None
    if after is None:
        return f"删除 {row['as_of']} 的年度数字"
    if before is None:
        known = [f"{NUMBER_LABELS[n]} {number_words(n, after[n])}" for n in NUMBERS if after[n] is not None]
        return f"录入 {row['as_of']} 的年度数字:{'、'.join(known) or '各项都不清楚'}"
    moved = [
        f"{NUMBER_LABELS[n]} {number_words(n, before[n])}→{number_words(n, after[n])}"
        for n in NUMBERS
        if before[n] != after[n]
    ]
    if before["as_of"] != after["as_of"]:
        moved.insert(0, f"截至日期 {before['as_of']}→{after['as_of']}")
    return f"{row['as_of']} 的年度数字:{'、'.join(moved)}"


def _organization(before: Values | None, after: Values | None, names: Names) -> str:
    if after is None:
        return "台账记录已删除"
    if before is None:
        return f"录入台账,登记日期 {after['registered_on']}"
    parts = []
    if before["closed_on"] != after["closed_on"]:
        state = names.states.get(after["closed_state"], after["closed_state"])
        parts.append(
            f"{state},自 {after['closed_on']} 起不计入基数"
            if after["closed_on"]
            else f"恢复,取消 {before['closed_on']} 的注销或迁出"
        )
    if before["registered_on"] != after["registered_on"]:
        parts.append(f"登记日期 {before['registered_on']}→{after['registered_on']}")
    if before["kind"] != after["kind"]:
        parts.append(f"单位类别 {Kind(before['kind']).label}→{Kind(after['kind']).label}")
    if before["merged_into_id"] != after["merged_into_id"]:
        parts.append("并入另一条记录" if after["merged_into_id"] else "并入已撤回")
    return ",".join(parts)


def _alive(row: Values, day: date) -> Any:
    living = row["registered_on"] <= day and (row["closed_on"] is None or day < row["closed_on"])
    return row["kind"] if living and row["merged_into_id"] is None else None


def _branch(before: Values | None, after: Values | None, names: Names) -> str:
    row = after or before
    assert row is not None
    body = names.body(row["id"])
    if after is None:
        return f"{body}的记录已删除"
    if before is None:
        return f"录入{body},{after['founded_on']} 成立"
    parts = []
    if before["founded_on"] != after["founded_on"]:
        parts.append(f"成立日期 {before['founded_on']}→{after['founded_on']}")
    if before["dissolved_on"] != after["dissolved_on"]:
        end = after["dissolved_on"]
        if end is None:
            parts.append(f"取消 {before['dissolved_on']} 的撤销")
        elif end <= after["founded_on"]:
            parts.append("自成立之日起不计")
        else:
            parts.append(f"撤销,最后一天 {end - timedelta(days=1)}")
    if (before["confirmed_at"] is None) != (after["confirmed_at"] is None):
        parts.append("由待确认改为已确认" if after["confirmed_at"] else "确认已取消")
    if before["line"] != after["line"]:
        parts.append(f"条线 {Line(before['line']).label}→{Line(after['line']).label}")
    return f"{body}:{','.join(parts)}" if parts else ""


def _branch_at(row: Values, day: date) -> Any:
    living = row["founded_on"] <= day and (row["dissolved_on"] is None or day < row["dissolved_on"])
    return (row["line"], row["confirmed_at"] is not None) if living else None


def _unit(row: Values, names: Names) -> str:
    return names.units.get(row["unit_id"], "另一个主管党(工)委")


def _exclusion(row: Values, names: Names) -> str:
    return f"因{names.states.get(row['state'], row['state'])}的剔除"


def _member(row: Values, names: Names) -> str:
    return f"{names.body(row['branch_id'])}的覆盖"


def _form(row: Values, names: Names) -> str:
    return f"{names.body(row['branch_id'])}的形式“{names.forms.get(row['form_id'], '')}”"


def _helper(row: Values, names: Names) -> str:
    return "党建工作指导员的选派"


ORGANIZATION = Source(
    "orgs.Organization",
    ("registered_on", "closed_on", "closed_state", "merged_into_id", "kind"),
    _alive,
    _organization,
    owner="pgh_obj_id",
    starts="registered_on",
    ends="closed_on",
)
PLACEMENT = Source(
    "orgs.Placement",
    ("unit_id", "period"),
    lambda row, day: row["unit_id"] if _holds(row, day) else None,
    _periodic(_unit, "归属", "的归属至"),
)
FIGURES = Source("orgs.Figures", ("as_of", *NUMBERS), lambda row, day: None, _figures, starts="as_of", ends="")
EXCLUSION = Source(
    "orgs.Exclusion",
    ("state", "period"),
    lambda row, day: True if _holds(row, day) else None,
    _periodic(_exclusion, "有", "至"),
)
MEMBERSHIP = Source(
    "orgs.BranchMembership",
    ("branch_id", "period"),
    lambda row, day: row["branch_id"] if _holds(row, day) else None,
    _periodic(_member, "有", "至"),
)
INSTRUCTOR = Source(
    "orgs.Instructor",
    ("period",),
    lambda row, day: True if _holds(row, day) else None,
    _periodic(_helper, "有", "至"),
)
BRANCH = Source(
    "orgs.Branch",
    ("id", "line", "name", "founded_on", "dissolved_on", "confirmed_at"),
    _branch_at,
    _branch,
    owner="",
    starts="founded_on",
    ends="dissolved_on",
)
BRANCH_FORM = Source(
    "orgs.BranchForm",
    ("branch_id", "form_id", "period"),
    lambda row, day: row["form_id"] if _holds(row, day) else None,
    _periodic(_form, "有", "至"),
    owner="",
)
OWNED = (ORGANIZATION, PLACEMENT, FIGURES, EXCLUSION, MEMBERSHIP, INSTRUCTOR)
OF_BODIES = (BRANCH, BRANCH_FORM)
# What tells of an organization that left a unit without telling what its new unit has written.
TELLS_LEAVING = ("orgs.Organization", "orgs.Placement")
