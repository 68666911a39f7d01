"""The workbooks that the import is measured with are lawful, and their faults are where they are said to be."""

import pytest

from bench import workbooks
from orgs.imports import check_file

pytestmark = pytest.mark.django_db


def checked(tmp_path, count, **how):
    made = workbooks.make(tmp_path / "form.xlsx", count, **how)
    return made, check_file(tmp_path / "form.xlsx")


def test_measured_workbook_has_every_row_accepted_in_29_columns(reference, tmp_path):
    made, result = checked(tmp_path, 50)
    assert (made.rows, made.faults) == (50, set())
    assert [(problem.cell, problem.code) for problem in result.checked.problems()] == []
    counts = result.counts()
    assert (counts["rows"], counts["created"], counts["skipped"]) == (50, 50, 0)
    assert len(result.checked.reading.places) == 29
    assert result.as_of == workbooks.AS_OF


def test_measured_workbook_has_bodies_own_joint_named_and_joint_unnamed(reference, tmp_path):
    _, result = checked(tmp_path, 50)
    bodies = [body for row in result.plan.rows for body in row.bodies]
    assert {(body.joint is not None, body.provisional) for body in bodies} == {
        (False, False),
        (True, False),
        (False, True),
    }


def test_faulty_workbook_is_refused_exactly_where_faults_were_put(reference, tmp_path):
    made, result = checked(tmp_path, 800, faulty=True)
    assert len(made.faults) == 16
    assert {(problem.row, problem.field) for problem in result.checked.errors()} == made.faults
