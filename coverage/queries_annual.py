"""年检 党建情况页 (F3): what the register holds of an organization at a date, and what its page leaves to the pen."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from coverage.domain.verdicts import Body, Verdict
from coverage.models import ELIGIBLE, Span, State
from coverage.queries import explain_many
from coverage.queries_pages import RegisterRow, rows_of
from funding.queries import annual_sums
from orgs.lines import Line
from orgs.models import Instructor
from orgs.models.bodies import Composition
from orgs.models.organization import Kind
from orgs.queries_branches import day_word
from orgs.queries_plans import plans_at, reason_words

OWED, NOT_OWED, UNDECIDED = "是", "否", "无法判断"


@dataclass(frozen=True)
class Owed:
    """应建未建: the answer and the figure, threshold and clause it follows from."""

    word: str
    reason: str

    @property
    def sentence(self) -> str:
        return f"{self.word}。{self.reason}"


@dataclass
class AnnualRow:
    """One organization's page.

    Attributes:
        register: its span and figures.
        as_of: the date.
        verdicts: by line.
        reason: 未建原因 in words, "" where a body exists or nothing is filled in.
        senders: the units that sent instructors, one entry an instructor.
        funds: yuan that its party body received this year up to the date, by box of the page; none where nothing is
            registered.
    """

    register: RegisterRow
    as_of: date
    verdicts: dict[str, Verdict]
    reason: str = ""
    senders: list[str] = field(default_factory=list)
    funds: dict[str, Decimal] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return str(self.register.organization.name)

    @property
    def code(self) -> str:
        return self.register.code

    @property
    def kind(self) -> str:
        return str(Kind(self.register.span.kind).label)

    @property
    def unit(self) -> str:
        return str(self.register.unit.name)

    def number(self, name: str) -> int | None:
        """One head-count, None where it is not known."""
        value: int | None = self.register.number(name)
        return value

    @property
    def members(self) -> int | None:
        """正式 + 预备; either one not known, the sum is not known."""
        full, probationary = self.number("full_members"), self.number("probationary_members")
        return None if full is None or probationary is None else full + probationary

    @property
    def figures_on(self) -> date | None:
        return self.register.figures.as_of if self.register.figures else None

    @property
    def party(self) -> Body | None:
        """The party body that covers it; the earliest where there are several."""
        return next(iter(self.bodies(Line.PARTY)), None)

    def bodies(self, line: str) -> list[Body]:
        """The bodies of a line that cover it.

        Args:
            line: code of `Line`.
        """
        verdict = self.verdicts.get(line)
        return [body for body in verdict.bodies if body.is_body] if verdict else []

    def body_words(self, line: str) -> str:
        """The bodies of a line in words, 未建 where there is none.

        Args:
            line: code of `Line`.
        """
        return ";".join(body_sentence(body) for body in self.bodies(line)) or "未建"

    def forms(self, line: str) -> str:
        """The forms of a line's bodies with their composition, 未建 where there is none.

        Args:
            line: code of `Line`.
        """
        told = (f"{body.form}({Composition(body.composition).label})" for body in self.bodies(line))
        return ";".join(told) or "未建"

    @property
    def owed(self) -> Owed:
        """应建未建 by the standard in force at the date."""
        return owed_of(self.verdicts[Line.PARTY], built=self.party is not None)

    @property
    def reason_shown(self) -> str:
        """未建原因 as the page has it: nothing to say where a body exists."""
        return "" if self.party else self.reason or "未填"

    @property
    def instructor_words(self) -> str:
        """有(n 名,由…选派), or 无; names stay in 队伍."""
        if not self.senders:
            return "无"
        return f"有({len(self.senders)} 名,由{'、'.join(dict.fromkeys(self.senders))}选派)"


def body_sentence(body: Body) -> str:
    """One body in words: its name, form, composition and founding.

    Args:
        body: as a verdict tells it.
    """
    name = body.form if body.name == body.form else f"{body.name}({body.form})"
    told = [
        f"{name},{Composition(body.composition).label}",
        f"{day_word(body.founded_on, body.founded_precision)} 成立",
    ]
    if body.provisional:
        told.append("联合组织待归并")
    if not body.confirmed:
        told.append("待确认")
    return ",".join(told)


def owed_of(verdict: Verdict, *, built: bool) -> Owed:
    """应建未建 with its reason: the count, the threshold in force and the clause (三(一)3).

    Args:
        verdict: of the party line at the date.
        built: whether a party body covers the organization.
    """
    clause = f"(依据{verdict.clause})" if verdict.clause else ""
    reason = f"{verdict.reason}{clause}"
    if verdict.state == State.GAP:
        return Owed(OWED, f"{reason},尚未建立党组织")
    if built:
        return Owed(NOT_OWED, f"{reason},已建立党组织")
    if verdict.state == State.UNKNOWN:
        return Owed(UNDECIDED, reason)
    return Owed(NOT_OWED, reason if verdict.state in ELIGIBLE else f"{reason},不属应建")


def annual_rows(spans: Iterable[Span], as_of: date, user: Any) -> list[AnnualRow]:
    """The pages of some organizations, in the order given; six queries, however many they are.

    Args:
        spans: spans at the date with organization and unit, limited to what the account may see.
        as_of: the date, inclusive.
        user: the signed-in User; amounts stay blank for who sees no funds.
    """
    registered = rows_of(spans, as_of)
    ids = [row.pk for row in registered]
    figures = {row.pk: row.figures for row in registered if row.figures}
    verdicts = explain_many([row.span for row in registered], as_of, figures)
    plans = plans_at(ids, Line.PARTY, as_of)
    funds = annual_sums(ids, as_of, user)
    senders: dict[int, list[str]] = {}
    sent = Instructor.objects.filter(organization__in=ids, period__contains=as_of).order_by("period", "pk")
    for pk, unit in sent.values_list("organization_id", "sent_by__name"):
        senders.setdefault(pk, []).append(unit)
    return [
        AnnualRow(
            row,
            as_of,
            verdicts[row.pk],
            reason_words(plans[row.pk]) if row.pk in plans else "",
            senders.get(row.pk, []),
            funds.get(row.pk, {}),
        )
        for row in registered
    ]
