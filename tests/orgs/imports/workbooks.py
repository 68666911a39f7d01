"""Workbooks of any form, made from labels: one header row a level, the parents over their first column."""

from openpyxl import Workbook


def write_form(path, labels, rows, title=()):
    """Writes rows, dictionaries by label, under the labels (parent/leaf); ``title``: lines above."""
    book = Workbook()
    page = book.active
    for line in title:
        page.append([line])
    depth = max(label.count("/") for label in labels) + 1
    paths = [label.split("/") for label in labels]
    for level in range(depth):
        page.append([path[level] if level < len(path) else None for path in paths])
    for row in rows:
        unknown = set(row) - set(labels)
        assert not unknown, unknown
        page.append([row.get(label) for label in labels])
    book.save(path)
    return path


def first_row(labels):
    """The number of the first data row below these labels."""
    return max(label.count("/") for label in labels) + 2
