"""The made-up county before it is written: repeatable, lawful, and showing all there is to show."""

import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

from orgs.domain.demo.county import plan_county
from orgs.domain.demo.plan import FIRST_DAY, LAST_DAY
from orgs.lines import LINES
from orgs.models.organization import HEAD_COUNTS
from orgs.validators import validate_old_code, validate_uscc

ROOT = Path(__file__).resolve().parents[2]


def test_plan_is_the_same_every_time(planned):
    assert plan_county().digest() == planned.digest()


def test_plan_is_the_same_in_another_process(planned):
    words = (
        "import django; django.setup(); from orgs.domain.demo.county import plan_county; print(plan_county().digest())"
    )
    told = subprocess.run(
        [sys.executable, "-c", words],
        cwd=ROOT,
        env={
            **os.environ,
            "PYTHONHASHSEED": "7",
            "PYTHONPATH": str(ROOT),
            "DJANGO_SETTINGS_MODULE": "quannan.settings",
        },
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.strip() == planned.digest()


def test_another_seed_gives_another_county(planned):
    assert plan_county(seed=1).digest() != planned.digest()


def test_codes_pass_both_check_characters_and_occur_once(planned):
    codes = [row.uscc for row in planned.organizations if row.uscc]
    old_codes = [row.old_code for row in planned.organizations if row.old_code]
    for code in codes:
        validate_uscc(code)
        assert code[2:8] == "360729"
    for code in old_codes:
        validate_old_code(code)
    assert len(codes) + len(old_codes) == len(set(codes + old_codes)) == len(planned.organizations) == 1200


def test_names_occur_once(planned):
    names = [name for row in planned.organizations for name in (row.name, *row.former_names)]
    assert len(names) == len(set(names))


def test_telephones_can_ring_nowhere(planned):
    assert [
        row.contact_phone for row in planned.organizations if not re.fullmatch(r"0797-0\d{6}", row.contact_phone)
    ] == []


def test_parts_are_within_the_whole(planned):
    for row in planned.organizations:
        for figures in row.figures:
            counts = [getattr(figures, name) for name in HEAD_COUNTS]
            assert all(count is None or 0 <= count <= (figures.employees or 0) for count in counts)
            if figures.full_members is not None:
                assert figures.full_members + (figures.probationary_members or 0) <= figures.employees


def test_history_lies_between_2009_and_2012(planned):
    days = []
    for row in planned.organizations:
        assert row.registered_on <= LAST_DAY
        days += [figures.as_of for figures in row.figures]
        days += [day for _, first, until in row.placements for day in (first, until)]
        days += [day for exclusion in row.exclusions for day in (exclusion.first, exclusion.until)]
        days.append(row.closed_on)
    for body in planned.bodies:
        assert body.founded_on <= LAST_DAY
        days += [first for _, first in body.forms if first and first < FIRST_DAY and first < body.founded_on]
        days += [member.until for member in body.members]
        days.append(body.dissolved_on)
    assert [day for day in days if day and not FIRST_DAY <= day <= LAST_DAY] == []


def test_bodies_stand_within_the_lives_of_their_organizations(planned):
    for body in planned.bodies:
        assert body.dissolved_on is None or body.dissolved_on >= body.founded_on
        for member in body.members:
            organization = planned.organizations[member.number]
            assert organization.registered_on <= member.first
            assert body.founded_on <= member.first
            assert member.until is None or member.first < member.until
            if organization.closed_on:
                assert member.until is not None
                assert member.until <= organization.closed_on


def test_members_of_one_body_are_listed_once(planned):
    for body in planned.bodies:
        numbers = [member.number for member in body.members]
        assert len(numbers) == len(set(numbers))


def test_county_shows_every_case(planned):
    organizations, bodies = planned.organizations, planned.bodies
    figures = [row for organization in organizations for row in organization.figures]
    exclusions = [row for organization in organizations for row in organization.exclusions]
    joint = [body for body in bodies if body.composition.startswith("joint") and not body.is_provisional]
    seen = Counter(
        {
            "moved": sum(len(row.placements) > 1 for row in organizations),
            "closed": sum(row.closed_on is not None for row in organizations),
            "renamed": sum(bool(row.former_names) for row in organizations),
            "old code": sum(row.uscc is None for row in organizations),
            "unknown figures": sum(all(getattr(row, name) is None for name in HEAD_COUNTS) for row in figures),
            "unknown members": sum(row.league_members is None and row.employees is not None for row in figures),
            "unknown revenue": sum(row.annual_revenue_yuan is None and row.employees is not None for row in figures),
            "zero members": sum(row.full_members == 0 for row in figures),
            "excluded for good": sum(row.until is None for row in exclusions),
            "excluded for a time": sum(row.until is not None for row in exclusions),
            "joint": len(joint),
            "left a joint body": sum(bool(member.until) for body in joint for member in body.members),
            "provisional": sum(body.is_provisional for body in bodies),
            "unconfirmed": sum(body.confirmed_on is None for body in bodies),
            "grown into another form": sum(len(body.forms) > 1 for body in bodies),
            "dissolved": sum(body.dissolved_on is not None for body in bodies),
            "known to the month": sum(body.founded_precision == "month" for body in bodies),
        }
    )
    assert {case: number for case, number in seen.items() if number < 5} == {}
    assert {body.line for body in bodies} == set(LINES)
    assert all(row.reason and row.approver for row in exclusions)
    assert len({row.state for row in exclusions}) == 5
    assert all(len(body.members) > 1 for body in joint if body.dissolved_on is None)
