"""Schemes, indicators and scores, made by the acts of the domain."""

from datetime import date
from decimal import Decimal
from typing import Any

from evaluation.domain.assessments import Rating, rate
from evaluation.domain.confirming import confirm_many
from evaluation.domain.indicators import add_indicator
from evaluation.domain.schemes import create_scheme, open_scheme
from evaluation.models import Assessment, Indicator, Scheme
from orgs.models import Organization, Unit
from tests.factories import NOW, reference

FUNDS = {"steps": [["10", "2"], ["20", "4"]], "more": "6"}
# code, section, name, points, rule, parameters, line
LINES: tuple[tuple[Any, ...], ...] = (
    ("1.1", "健全组织", "机构和制度", "47", "given", {}, "party"),
    ("1.2", "健全组织", "工会建设", "40", "given", {}, "union"),
    ("2.1", "保障", "人均经费", "7", "steps", FUNDS, ""),
    ("2.2", "保障", "联席会议", "6", "deduct", {"each": "2", "unit": "次"}, ""),
    ("3.1", "加分", "示范点", "3", "bonus", {"each": "2", "unit": "个"}, ""),
    ("4.1", "否决", "弄虚作假", "0", "veto", {}, ""),
)
# What makes 100, 优秀.
BEST: dict[str, str] = {"1.1": "47", "1.2": "40", "2.1": "0", "2.2": "0", "3.1": "0", "4.1": "0"}


def scheme(lines: tuple[tuple[Any, ...], ...] = LINES, **facts: Any) -> Scheme:
    """A draft of 2010 for enterprises, 100 points."""
    reference()
    facts = {
        "year": 2010, "name": "2010 年考核", "subject": "organization", "of_kinds": ["enterprise"],
        "as_of": date(2010, 12, 31), "full_score": Decimal(100), "counting": "last",
    } | facts  # fmt: skip
    row = create_scheme(facts=facts, by=None, now=NOW)
    for line in lines:
        add_indicator(scheme=row, facts=indicator_facts(*line), by=None, now=NOW)
    return row


def indicator_facts(
    code: str, section: str, name: str, points: str, rule: str, parameters: dict[str, Any], line: str = ""
) -> dict[str, Any]:
    """What `add_indicator` takes."""
    return {
        "code": code, "section": section, "name": name, "points": Decimal(points), "rule": rule,
        "parameters": parameters, "line": line,
    }  # fmt: skip


def opened(**facts: Any) -> Scheme:
    """An open scheme; its subjects must be there."""
    row = scheme(**facts)
    open_scheme(scheme=row, by=None, now=NOW)
    row.refresh_from_db()
    return row


def sheet(row: Scheme, subject: Organization | Unit) -> Assessment:
    """The assessment of a subject."""
    which = {"unit": subject} if isinstance(subject, Unit) else {"organization": subject}
    return Assessment.objects.get(scheme=row, **which)


def indicator(row: Scheme, code: str) -> Indicator:
    """One indicator of a scheme."""
    return row.indicators.get(code=code)


def ratings(row: Scheme, values: dict[str, str | None]) -> dict[int, Rating]:
    """Code → raw value, as `rate` takes them."""
    keys = dict(row.indicators.values_list("code", "pk"))
    return {keys[code]: Rating(None if raw is None else Decimal(raw)) for code, raw in values.items()}


def rated(assessment: Assessment, rater: str = "county", by: Any = None, **more: str | None) -> Assessment:
    """A whole sheet by one rater; `more` by code with an underscore for the point, such as _1_1="40"."""
    values = {**BEST, **{code.lstrip("_").replace("_", "."): raw for code, raw in more.items()}}
    rate(assessment=assessment, rater=rater, ratings=ratings(assessment.scheme, values), by=by, now=NOW)
    assessment.refresh_from_db()
    return assessment


def confirmed(assessment: Assessment) -> Assessment:
    """A result that stands still."""
    confirm_many(assessment_ids=[assessment.pk], by=None, now=NOW)
    assessment.refresh_from_db()
    return assessment


def unrated(subject: Organization) -> Assessment:
    """A sheet of one indicator that nobody has rated, without its scheme's opening."""
    row = Scheme.objects.filter(year=2012).first() or scheme(LINES[:1], year=2012, name="2012 年考核")
    return Assessment.objects.create(
        scheme=row, organization=subject, name=subject.name, missing=1, self_missing=1, unit_missing=1, county_missing=1
    )
