"""One assessment's sheet: raters side by side, and the total worked out line by line."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from evaluation.domain.assessments import Conflict, outcomes_of
from evaluation.domain.raters import rated_by, raters_open_to
from evaluation.domain.scoring import Outcome, plain, raters_of, raw_shown, raw_words, rule_words, weight_words
from evaluation.models import Assessment, AssessmentState, Indicator, Rater, Rule, SchemeState, Score
from evaluation.queries_assessments import follows


@dataclass(frozen=True)
class CellShown:
    """What one rater gave on one indicator.

    Attributes:
        rater: code of `Rater`.
        score: the row, None where there is none.
        raw: as shown, "" where it is not rated.
        decides: whether this value counts alone.
    """

    rater: str
    score: Score | None
    raw: str
    decides: bool


@dataclass(frozen=True)
class LineShown:
    """One indicator of a sheet.

    Attributes:
        indicator: the row.
        rule: in words; `asked`: what a rater enters.
        cells: one a rater shown.
        differs: whether raters found different things.
        counted: what goes into the total, None where it is missing or not to be shown.
        begins: the section's name where it begins here, else "".
    """

    indicator: Indicator
    rule: str
    asked: str
    cells: list[CellShown]
    differs: bool
    counted: Decimal | None
    begins: str

    @property
    def veto(self) -> bool:
        """Whether it counts no points but may decide everything."""
        return self.indicator.rule == Rule.VETO

    @property
    def bonus(self) -> bool:
        """Whether it adds to the full score."""
        return self.indicator.rule == Rule.BONUS

    @property
    def unproved(self) -> bool:
        """Whether evidence is asked and the self-rating names none."""
        own = next((cell.score for cell in self.cells if cell.rater == Rater.SELF), None)
        return bool(self.indicator.evidence_asked and own and own.raw is not None and not own.evidence)


@dataclass(frozen=True)
class ConflictShown:
    """A line that two people changed, both in words.

    Attributes:
        rows: (what, theirs, mine) for the value, the note and the evidence.
        by_name: who wrote what stands, "" where it is gone.
    """

    rows: list[tuple[str, str, str]]
    by_name: str

    @classmethod
    def of(cls, conflict: Conflict | None) -> "ConflictShown | None":
        """In words; None where nothing is disputed.

        Args:
            conflict: as `rate` refused it.
        """
        if conflict is None:
            return None
        theirs, mine, one = conflict.theirs, conflict.mine, conflict.indicator
        rows = [
            (raw_words(one), raw_shown(one, theirs.raw) or "未评", raw_shown(one, mine.raw) or "未评"),
            ("说明", theirs.note or "—", mine.note or "—"),
            ("佐证材料", theirs.evidence or "—", mine.evidence or "—"),
        ]
        return cls(rows, conflict.by_name)


@dataclass(frozen=True)
class SheetShown:
    """One assessment as its page and its print show it.

    Attributes:
        assessment: with scheme and subject.
        outcome: worked out; empty for a reader who may not follow it yet.
        followed: whether all raters and the total are shown.
        raters: those shown, as (code, name).
        lines: indicators in order.
        weights: how raters become the result, in words.
        may_rate: raters the reader may be now, as (code, name).
    """

    assessment: Assessment
    outcome: Outcome
    followed: bool
    raters: list[tuple[str, str]]
    lines: list[LineShown]
    weights: str
    may_rate: list[tuple[str, str]] = field(default_factory=list)

    def scores_of(self, rater: str) -> dict[int, Score]:
        """Indicator's key → what a rater has given.

        Args:
            rater: code of `Rater`.
        """
        return {
            line.indicator.pk: cell.score
            for line in self.lines
            for cell in line.cells
            if cell.rater == rater and cell.score is not None
        }

    @property
    def name(self) -> str:
        """The subject as it is called now."""
        row = self.assessment
        return row.organization.name if row.organization else row.unit.name if row.unit else row.name

    @property
    def confirmed(self) -> bool:
        """Whether the result stands."""
        return self.assessment.state == AssessmentState.CONFIRMED

    @property
    def sum_words(self) -> str:
        """The total as a sum to be checked by hand: 47 + 40 + 5 + 6 = 98."""
        parts = [plain(x.counted) for x in self.lines if x.counted is not None and not x.veto and not x.bonus]
        words = " + ".join(parts) or "0"
        out = self.outcome
        if any(line.bonus for line in self.lines):
            capped = f"(加分合计 {plain(out.bonus)},封顶)" if out.bonus_counted != out.bonus else ""
            words += f" + 加分 {plain(out.bonus_counted)}{capped}"
        return f"{words} = {plain(out.base + out.bonus_counted)}"


def sheet_shown(assessment: Assessment, user: Any) -> SheetShown:
    """The sheet as far as an account may know it: a fixed number of queries.

    Args:
        assessment: one the account may open.
        user: the signed-in User.
    """
    scheme = assessment.scheme
    confirmed = assessment.state == AssessmentState.CONFIRMED
    followed = confirmed or follows(user, assessment)
    outcome = outcomes_of([assessment])[assessment.pk]
    shown = list(raters_of(scheme)) if followed else [Rater.SELF]
    scores = {
        (one.indicator_id, one.rater): one
        for one in assessment.scores.filter(rater__in=shown).order_by("pk").select_related("by")
    }
    lines, section = [], ""
    for line in outcome.lines:
        one = line.indicator
        cells = []
        for rater in shown:
            score = scores.get((one.pk, rater))
            raw = raw_shown(one, score.raw) if score else ""
            cells.append(CellShown(str(rater), score, raw, followed and line.decided_by == rater))
        begins = one.section if one.section != section else ""
        section = one.section
        differs = followed and line.differs
        counted = line.counted if followed else None
        lines.append(LineShown(one, rule_words(one), raw_words(one), cells, differs, counted, begins))
    open_now = scheme.state == SchemeState.OPEN and not confirmed
    mine = raters_open_to(user, assessment) if open_now else []
    indicators = [line.indicator for line in outcome.lines]
    return SheetShown(
        assessment,
        outcome if followed else Outcome(),
        followed,
        [(str(rater), str(rater.label)) for rater in shown],
        lines,
        weight_words(scheme),
        [(str(rater), str(rater.label)) for rater in mine if rated_by(user, rater, indicators)],
    )
