"""Lines × units as a workbook."""

from datetime import datetime
from typing import IO

from coverage.exports import made_by, table_file
from coverage.queries_matrix import Matrix, MatrixRow, column_labels


def matrix_file(found: Matrix, *, whose: str, by, now: datetime) -> IO[bytes]:
    """Every unit's own row, every subtree and the sum; three numbers for each line.

    Args:
        found: the matrix.
        whose: the scope in words.
        by: the User who asked.
        now: when, aware.
    """
    columns = ["算法", "单位", "基数内组织"]
    for _, label in column_labels():
        columns += [f"{label}已建", f"{label}基数", f"{label}%"]

    def numbers(kind: str, row: MatrixRow) -> list:
        name = row.unit.name if row.unit else "合计"
        return [kind, name, row.base, *(v for _, c in row.shown for v in (c.covered, c.of, c.rate))]

    rows = [numbers("本级", row) for row in found.own]
    rows.append(numbers("合计", found.total))
    rows += [numbers("含下属", row) for row in found.tree]
    sentence = f"{whose},基数为{found.basis.words},截至 {found.as_of};{made_by(by, now)}"
    return table_file("单位与条线", sentence, columns, rows)
