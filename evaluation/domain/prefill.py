"""What is known before anybody fills in a report: read from the register and from last year's accepted report.

Each value carries where it comes from and its own date. A newer row of figures without a number does not hide an older
one that has it. A fixed number of statements, whatever the number of organizations.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection

from evaluation.domain.sheet import FormRead
from evaluation.domain.values import Stored, read_answer, typed_form
from evaluation.models import AnswerType, Question
from orgs.lines import LINES

ORGANIZATION, FIGURES, BODIES, POSTS, PLANS = (
    "台账:单位情况", "台账:年度数字", "台账:党群组织", "台账:任职", "台账:未建原因"
)  # fmt: skip
# What a source names in the tables; a question whose source is none of these is known from last year alone.
COLUMNS = ("name", "registration_type", "industry")
NUMBERS = (
    "employees", "women", "league_members", "union_members", "full_members", "probationary_members",
    "annual_revenue_yuan", "payroll_yuan",
)  # fmt: skip
# Where the register keeps bodies and posts, its silence says that there is none: last year's would be untrue.
SPEAKING = ("bodies.", "posts.")

Known = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Fact:
    """One value of the register.

    Attributes:
        value: as the register keeps it, None for not known.
        day: its own date, None where it has none.
        words: where it comes from.
    """

    value: Any
    day: date | None
    words: str


def known_values(
    *, organization_ids: Iterable[int], kinds: dict[int, str], read: FormRead, year: int, as_of: date
) -> dict[int, Known]:
    """What is known of each organization, question by question, as the opening of a round writes it.

    Args:
        organization_ids: which ones.
        kinds: organization's key → code of `Kind`.
        read: the round's form.
        year: the round's year; last year's answers are those of the latest accepted report before it.
        as_of: the day of the round's figures.

    Returns:
        Organization's key → question's code → {"v": value as `read_answer` stores it, "w": words, "d": date or ""}.
    """
    ids = list(organization_ids)
    facts = _facts(ids, as_of)
    before = _last_year(ids, year)
    asked = {
        kind: [q for _, questions in read.sections for q in questions if q.asked_of(kind, year)]
        for kind in set(kinds.values())
    }
    reread = _Rereading(read)
    found: dict[int, Known] = {}
    for key in ids:
        known: Known = {}
        told = facts.get(key, {})
        earlier, words, day = before.get(key, ({}, "", ""))
        for question in asked[kinds[key]]:
            fact = told.get(question.source) if question.source else None
            value = reread.fact(question, fact.value) if fact else ""
            if fact and value != "":
                known[question.code] = {"v": value, "w": fact.words, "d": fact.day.isoformat() if fact.day else ""}
                continue
            if question.code in earlier and not question.source.startswith(SPEAKING):
                value = reread.answer(question, earlier[question.code])
                if value not in ("", []):
                    known[question.code] = {"v": value, "w": words, "d": day}
        found[key] = known
    return found


class _Rereading:
    """Values of the register in the shape in which answers are stored; each distinct one is read once."""

    def __init__(self, read: FormRead) -> None:
        self._choices = read.choices
        self._seen: dict[tuple[int, Any], Stored] = {}

    def fact(self, question: Question, value: Any) -> Stored:
        """A value of the register as it would be stored had somebody typed it; "" where nobody could.

        Args:
            question: the question.
            value: as the register keeps it.
        """
        if value is None or value == "":
            return ""
        if isinstance(value, Decimal):
            value = f"{value:f}".rstrip("0").rstrip(".") if value % 1 else str(int(value))
        elif isinstance(value, bool):
            value = "yes" if value else "no"
        elif isinstance(value, date):
            value = value.isoformat()
        return self.answer(question, value)

    def answer(self, question: Question, value: Any) -> Stored:
        """A stored value that the question of today would take, "" where it would not.

        Args:
            question: the question.
            value: as stored.
        """
        if value is None or value in ("", []):
            return ""
        key = (question.pk, tuple(value) if isinstance(value, list) else value)
        if key not in self._seen:
            self._seen[key] = self._read(question, value)
        return self._seen[key]

    def _read(self, question: Question, value: Any) -> Stored:
        if isinstance(value, list) != (question.kind == AnswerType.MANY):
            return ""
        try:
            return read_answer(
                question, value if isinstance(value, list) else typed_form(question, value), self._choices
            )
        except (ValidationError, ArithmeticError):
            # A code no longer in use, a number beyond today's bounds: to be asked, not to be proposed.
            return ""


def _facts(ids: list[int], as_of: date) -> dict[int, dict[str, Fact]]:
    """Organization's key → source's name → what the register says."""
    found: dict[int, dict[str, Fact]] = {key: {} for key in ids}
    with connection.cursor() as cursor:
        cursor.execute(_ORGANIZATIONS, {"ids": ids, "as_of": as_of})
        for key, state, since, *values in cursor.fetchall():
            told = found[key]
            for column, value in zip(COLUMNS, values, strict=True):
                told[f"organization.{column}"] = Fact(value, None, ORGANIZATION)
            told["organization.operating_state"] = Fact(state or "normal", since, ORGANIZATION)
            for line in LINES:
                told[f"bodies.{line}.has"] = Fact(False, None, BODIES)
        cursor.execute(_FIGURES, {"ids": ids, "as_of": as_of})
        for key, *pairs in cursor.fetchall():
            for number, (value, day) in zip(NUMBERS, zip(pairs[::2], pairs[1::2], strict=True), strict=True):
                if value is not None:
                    found[key][f"figures.{number}"] = Fact(value, day, FIGURES)
        cursor.execute(_BODIES, {"ids": ids, "as_of": as_of})
        for key, line, composition, founded, form, head, since, source, full_time in cursor.fetchall():
            told, body = found[key], f"bodies.{line}"
            told[f"{body}.has"] = Fact(True, founded, BODIES)
            told[f"{body}.composition"] = Fact(composition, founded, BODIES)
            told[f"{body}.form"] = Fact(form, founded, BODIES)
            told[f"{body}.founded_on"] = Fact(founded, founded, BODIES)
            if head:
                post = f"posts.{line}"
                told[f"{post}.head"] = Fact(head, since, POSTS)
                told[f"{post}.from"] = Fact(since, since, POSTS)
                told[f"{post}.source"] = Fact(source, since, POSTS)
                told[f"{post}.full_time"] = Fact(full_time, since, POSTS)
        cursor.execute(_PLANS, {"ids": ids, "as_of": as_of})
        for key, line, reason, since in cursor.fetchall():
            found[key][f"plans.{line}.reason"] = Fact(reason, since, PLANS)
    return found


def _last_year(ids: list[int], year: int) -> dict[int, tuple[dict[str, Any], str, str]]:
    """Organization's key → answers of the latest accepted report of an earlier year, its words and its date."""
    with connection.cursor() as cursor:
        cursor.execute(_EARLIER, {"ids": ids, "year": year})
        return {
            key: (json.loads(answers), f"{of_year} 年度年报", day.isoformat())
            for key, answers, of_year, day in cursor.fetchall()
        }


_ORGANIZATIONS = f"""
    SELECT o.id, x.state, lower(x.period), {", ".join(f"o.{column}" for column in COLUMNS)}
    FROM orgs_organization o
    LEFT JOIN orgs_exclusion x ON x.organization_id = o.id AND x.period @> %(as_of)s::date
    WHERE o.id = ANY(%(ids)s)
"""  # noqa: S608 - our own column names
_LATEST = ", ".join(
    f"(array_agg({name} ORDER BY as_of DESC) FILTER (WHERE {name} IS NOT NULL))[1],"
    f" max(as_of) FILTER (WHERE {name} IS NOT NULL)"
    for name in NUMBERS
)
_FIGURES = f"""
    SELECT organization_id, {_LATEST}
    FROM orgs_figures
    WHERE organization_id = ANY(%(ids)s) AND as_of <= %(as_of)s
    GROUP BY organization_id
"""  # noqa: S608 - our own column names
# 组织员 and 女工委员 are work coverage, not bodies (coverage.md). An own body goes before a joint or attached one.
_BODIES = """
    SELECT DISTINCT ON (m.organization_id, b.line)
           m.organization_id, b.line, b.composition, b.founded_on, t.code,
           p.name, lower(a.period), a.source, a.is_full_time
    FROM orgs_branchmembership m
    JOIN orgs_branch b ON b.id = m.branch_id
    JOIN orgs_branchform f ON f.branch_id = b.id AND f.period @> %(as_of)s::date
    JOIN orgs_bodyform t ON t.id = f.form_id AND t.is_body
    LEFT JOIN orgs_appointment a ON a.branch_id = b.id AND a.is_head AND a.period @> %(as_of)s::date
    LEFT JOIN orgs_person p ON p.id = a.person_id
    WHERE m.organization_id = ANY(%(ids)s) AND m.period @> %(as_of)s::date
      AND b.founded_on <= %(as_of)s AND (b.dissolved_on IS NULL OR b.dissolved_on > %(as_of)s)
      AND b.refused_at IS NULL
    ORDER BY m.organization_id, b.line, b.composition <> 'own', b.composition NOT LIKE 'joint%%', b.founded_on, b.id
"""
_PLANS = """
    SELECT organization_id, line, reason, lower(period)
    FROM orgs_establishmentplan
    WHERE organization_id = ANY(%(ids)s) AND period @> %(as_of)s::date
"""
_EARLIER = """
    SELECT DISTINCT ON (r.organization_id) r.organization_id, s.answers, r.year, round.as_of
    FROM evaluation_annualreport r
    JOIN evaluation_submission s ON s.id = r.accepted_submission_id
    JOIN evaluation_round round ON round.id = r.round_id
    WHERE r.organization_id = ANY(%(ids)s) AND r.year < %(year)s
    ORDER BY r.organization_id, r.year DESC
"""
