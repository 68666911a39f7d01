"""How the files in tests/data/faulty were made, one fault each: ``python -m tests.faulty_files [STEM ...]`` makes them anew.

The folder is what counts: a file dropped into it with its expectation beside it is tested like these, however it was
made (tests/data/faulty/README.md says how). Rows are the county's form: title in rows 1 and 2, header in rows 3 and 4, and
around the faulty row 6 the sound rows 5 and 7.
"""

import csv
import datetime as dt
import io
import sys
import zipfile
from pathlib import Path

from openpyxl import Workbook

from orgs.validators import subject_check_character, uscc_check_character
from tests.base.workbook import files

FOLDER = Path(__file__).parent / "data" / "faulty"
TITLE = ("“两新”组织党群组织建设情况摸底表", "填报单位:某办        截止日期:2011年6月30日")
COLUMNS = (
    ("序号", "", "ordinal"),
    ("单位名称", "", "name"),
    ("统一社会信用代码", "", "uscc"),
    ("主管党(工)委", "", "unit"),
    ("单位类别", "", "kind"),
    ("登记类型", "", "type"),
    ("行业", "", "industry"),
    ("登记日期", "", "registered"),
    ("从业人员情况", "从业人员数", "employees"),
    ("从业人员情况", "其中:女性", "women"),
    ("从业人员情况", "团员数", "league_members"),
    ("从业人员情况", "正式党员数", "members"),
    ("年营业收入(万元)", "", "revenue"),
    ("党组织", "组织形式", "party"),
    ("党组织", "成立时间", "party_date"),
    ("党组织", "联合组织名称", "party_name"),
    ("工会", "组织形式", "union"),
    ("工会", "成立时间", "union_date"),
    ("工会", "联合组织名称", "union_name"),
    ("团组织", "组织形式", "league"),
    ("团组织", "成立时间", "league_date"),
    ("妇女组织", "组织形式", "women_body"),
    ("妇女组织", "成立时间", "women_date"),
    ("女工委员会", "组织形式", "women_workers"),
    ("女工委员会", "成立时间", "women_workers_date"),
    ("“一会三组”成立时间", "", "council_date"),
    ("联系人", "", "contact"),
    ("联系电话", "", "phone"),
    ("备注", "", "remark"),
)
FIELDS = tuple(field for _, _, field in COLUMNS)


def code(number, prefix="91360729"):
    """A code with both check characters right."""
    body = f"{number:08d}"
    first = prefix + body + subject_check_character(body)
    return first + uscc_check_character(first)


def sound(number, **changed):
    """A row nothing is wrong with: an enterprise with a union and no other body."""
    row = {
        "ordinal": number,
        "name": f"全南县样例{number}制造有限公司",
        "uscc": code(number),
        "unit": "城厢镇",
        "kind": "非公有制企业",
        "type": "私营企业",
        "industry": "制造业",
        "registered": "2005-03-08",
        "employees": 40,
        "women": 9,
        "league_members": 2,
        "members": 3,
        "revenue": 300,
        "union": "基层工会委员会",
        "union_date": "2009-04-19",
        "contact": "王小明",
        "phone": "0797-2600001",
    }
    assert set(changed) <= {*FIELDS}, changed
    return {**row, **changed}


def around(**changed):
    """A sound row, the row with these changes in row 6, a sound row."""
    return [sound(1), sound(2, **changed), sound(3)]


def cells(rows, title=TITLE, without=()):
    """The form as lists of cells; ``rows``: by field, or as plain lists for lines that are not data."""
    columns = [column for column in COLUMNS if column[2] not in without]
    parents = [parent if at == 0 or columns[at - 1][0] != parent else None for at, (parent, _, _) in enumerate(columns)]
    table = [*([line] for line in title), parents, [leaf or None for _, leaf, _ in columns]]
    for row in rows:
        table.append([row.get(field) for _, _, field in columns] if isinstance(row, dict) else row)
    return table


def book(rows, **form):
    """The form as the bytes of an .xlsx."""
    made = Workbook()
    page = made.active
    page.title = "摸底表"
    for row in cells(rows, **form):
        page.append(row)
    return saved(made)


def saved(made):
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def text(rows, encoding="utf-8-sig", **form):
    """The form as the bytes of a .csv."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows([["" if cell is None else cell for cell in row] for row in cells(rows, **form)])
    return out.getvalue().encode(encoding)


def by_writer(make, *content):
    """The bytes of what a writer of files makes."""
    place = FOLDER / "being-made"
    try:
        make(place, *content)
        return place.read_bytes()
    finally:
        place.unlink()


def subtotal(employees, words="城厢镇小计"):
    return [None, words, *[None] * 6, employees]


PARTY = {"party": "党支部", "party_date": "2010-01-04"}

# One fault of a row each: what differs in row 6 from a sound row.
ROWS = {
    "name-missing": {"name": None},
    "name-too-long": {"name": "全南县" + "很长的名称" * 24 + "公司"},
    "name-cleared": {"name": "--"},
    "code-missing": {"uscc": None},
    "code-too-short": {"uscc": "9136072900000002"},
    "code-letter-not-used": {"uscc": "9136O7291N6G2K3W3W"},
    "code-last-check-character": {"uscc": code(2)[:17] + ("1" if code(2)[17] != "1" else "2")},
    "code-inner-check-character": {"uscc": (wrong := "91360729" + "000000020") + uscc_check_character(wrong)},
    "code-digits-lost": {"uscc": 913607290000000000},
    "unit-missing": {"unit": None},
    "unit-unknown": {"unit": "城南镇"},
    "unit-nearly-known": {"unit": "大吉镇"},
    "registration-date-missing": {"registered": None},
    "registration-date-unreadable": {"registered": "2010.13.5"},
    "registration-date-after-survey": {"registered": "2011-08", "union": None, "union_date": None},
    "date-january-or-october": {"union_date": 2010.1},
    "date-day-that-is-not": {"union_date": "2010-02-30"},
    "staff-in-words": {"employees": "四十余人"},
    "staff-about": {"employees": "约50"},
    "staff-negative": {"employees": -4},
    "staff-half-a-person": {"employees": 40.5},
    "staff-too-large": {"employees": 400_000_000},
    "formula-error": {"employees": "#REF!"},
    "revenue-about": {"revenue": "约三百万"},
    "revenue-negative": {"revenue": -300.5},
    "women-exceed": {"women": 41},
    "league-members-exceed": {"league_members": 41},
    "members-exceed": {"members": 41},
    "form-unknown": {"party": "党小队", "party_date": "2010-01-04"},
    "form-of-another-line": {"party": "团支部", "party_date": "2010-01-04"},
    "form-without-date": {"party": "党支部"},
    "date-without-form": {"women_date": "2010-03-08"},
    "date-though-none": {"women_body": "无", "women_date": "2010-03-08"},
    "body-before-registration": {"union_date": "2001-01-04"},
    "council-before-registration": {"council_date": "2005.2"},
    "body-after-survey": {"union_date": "2011-07-01"},
    "kind-unknown-and-not-told-by-code": {"kind": "机关", "uscc": code(2, "11360729")},
    "warning-kind-unknown": {"kind": "民办"},
    "warning-industry-unknown": {"industry": "造车"},
    "warning-registration-type-unknown": {"type": "公司"},
    "warning-code-does-not-fit-kind": {"kind": "社会组织"},
    "warning-form-does-not-fit-size": {"party": "党总支", "party_date": "2010-01-04"},
    "warning-women-workers-without-union": {
        "union": None,
        "union_date": None,
        "women_workers": "女工委员会",
        "women_workers_date": "2010-03-08",
    },
    "warning-founded-by-predecessor": {"union_date": "2001-01-04", "remark": "2005年由县毛织厂改制"},
    "warning-contact-masked": {"contact": "王**"},
    "after-sound-large-change": {"employees": 140},
    "after-sound-revenue-a-thousandfold": {"revenue": 3_000_000},
    "after-sound-registered-but-none": {"union": "无", "union_date": None},
    "after-sound-founding-differs": {"union_date": "2008-01-04"},
    "after-sound-body-differs": {"union": "联合基层工会", "union_date": "2008-01-04"},
    "after-sound-joint-body-differs": {"union_name": "城厢镇第1联合工会"},
    "after-sound-older-unit-differs": {"unit": "大吉山镇"},
    "after-sound-women-exceed-registered": {"employees": 8, "women": None},
}

FIVE_AT_ONCE = {"name": None, "unit": "城南镇", "employees": "约50", "women": -1, "party": "党小队"}


def all_at_once():
    """Every fault of a row that stands in a form with all columns, one to a row; then five in one row."""
    rows = [
        sound(number, **{"uscc": code(number), **changed})
        for number, (stem, changed) in enumerate(ROWS.items(), 2)
        if not stem.startswith(("warning-", "after-"))
    ]
    return [sound(1), *rows, sound(90, **FIVE_AT_ONCE), sound(91), sound(91, employees=41), sound(92)]


def two_sheets(hidden):
    made = Workbook()
    for number, page in enumerate((made.active, made.create_sheet()), 1):
        page.title = f"摸底表{number}"
        for row in cells([sound(number)]):
            page.append(row)
        if hidden:
            page.sheet_state = "hidden"
    return made


def only_hidden_sheets():
    """What Excel never saves, but other programs do."""
    made = two_sheets(hidden=False)
    for page in made.worksheets:
        page.sheet_state = "hidden"
    made.active.sheet_state = "visible"
    whole = saved(made)
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as package, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as other:
        for part in package.infolist():
            content = package.read(part)
            if part.filename == "xl/workbook.xml":
                content = content.replace(b'state="visible"', b'state="hidden"')
            other.writestr(part.filename, content)
    return out.getvalue()


def far_away():
    made = Workbook()
    page = made.active
    for row in cells([sound(1)]):
        page.append(row)
    page["XFD900000"] = "x"
    return saved(made)


def document():
    """A text document, a package of the same kind with other parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("word/document.xml", "<document/>")
    return out.getvalue()


def dated_excel_cell():
    rows = around()
    rows[1]["uscc"] = dt.datetime(2010, 1, 4)
    return book(rows)


WEB_PAGE = "<html><head><meta charset='utf-8'></head><body><table><tr><td>单位名称</td></tr></table></body></html>"
BROKEN_QUOTES = text(around()).replace("全南县样例2".encode(), '"全南县样例2'.encode())

FILES = {
    **{f"{stem}.xlsx": (lambda changed=changed: book(around(**changed))) for stem, changed in ROWS.items()},
    "sound.xlsx": lambda: book(around(), title=(TITLE[0], "截止日期:2010年12月31日")),
    "sound-later.xlsx": lambda: book(around(), title=(TITLE[0], "截止日期:2011年12月31日")),
    "all-faults-at-once.xlsx": lambda: book(all_at_once()),
    "five-faults-in-one-row.xlsx": lambda: book(around(**FIVE_AT_ONCE)),
    "code-given-twice.xlsx": lambda: book([sound(1), sound(2), sound(1)]),
    "code-given-twice-with-other-figures.xlsx": lambda: book([sound(1), sound(2), sound(1, employees=50)]),
    "code-is-a-date.xlsx": dated_excel_cell,
    "code-in-scientific-notation.csv": lambda: text(around(uscc="9.13607E+17")),
    "old-code-malformed.csv": lambda: (
        "截止日期:2011年6月30日\r\n单位名称,统一社会信用代码,组织机构代码,主管党委,单位类别,登记日期\r\n"
        f"甲厂,{code(1)},12345678-9,城厢镇,非公有制企业,2001\r\n乙厂,{code(2)},123,城厢镇,非公有制企业,2001\r\n"
    ).encode(),
    "registration-date-column-missing.xlsx": lambda: book(around(), without=("registered",)),
    "sound-later-with-a-branch.xlsx": lambda: book(around(**PARTY), title=(TITLE[0], "截止日期:2011年12月31日")),
    "after-sound-older-form-differs.xlsx": lambda: book(around(**{**PARTY, "party": "党总支"})),
    "warning-subtotal-differs.xlsx": lambda: book([*around(), subtotal(121)]),
    "warning-total-differs.xlsx": lambda: book([*around(), subtotal(120), sound(4), subtotal(161, "合计")]),
    "warning-form-column-missing.xlsx": lambda: book(around(party_date="2010-01-04"), without=("party",)),
    "warning-second-sheet-not-read.xlsx": lambda: saved(two_sheets(hidden=False)),
    "refused-zero-bytes.xlsx": lambda: b"",
    "refused-empty-workbook.xlsx": lambda: saved(Workbook()),
    "refused-blank-lines.csv": lambda: b"\r\n\r\n\r\n",
    "refused-cut-in-half.xlsx": lambda: (whole := book(around()))[: len(whole) // 2],
    "refused-no-package.xlsx": lambda: b"PK\x03\x04" + bytes(200),
    "refused-cut-in-half-old.xls": lambda: (whole := by_writer(files.old_workbook, cells(around())))[: len(whole) // 3],
    "refused-text-document.xlsx": document,
    "refused-password.xlsx": lambda: by_writer(files.locked_workbook),
    "refused-password-old.xls": lambda: by_writer(lambda path: files.old_workbook(path, cells(around()), locked=True)),
    "refused-web-page.xls": lambda: WEB_PAGE.encode(),
    "refused-text.xlsx": lambda: text(around()),
    "refused-pdf.xlsx": lambda: b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n",
    "refused-no-header.xlsx": lambda: saved_rows([["会议签到表"], ["姓名", "电话"], ["王小明", "0797-2600001"]]),
    "refused-column-missing.xlsx": lambda: book(around(), without=("unit",)),
    "refused-two-columns-missing.xlsx": lambda: book(around(), without=("unit", "uscc")),
    "refused-no-date.xlsx": lambda: book(around(), title=(TITLE[0], "填报单位:某办")),
    "refused-date-unreadable.xlsx": lambda: book(around(), title=(TITLE[0], "截止日期:2011年13月")),
    "refused-date-in-future.xlsx": lambda: book(around(), title=(TITLE[0], "截止日期:2099年6月30日")),
    "refused-only-hidden-sheets.xlsx": only_hidden_sheets,
    "refused-neither-encoding.csv": lambda: text(around()).replace("某办".encode(), b"\xff\xff"),
    "refused-utf-16.txt": lambda: text(around(), encoding="utf-16"),
    "refused-quote-not-closed.csv": lambda: BROKEN_QUOTES,
    "refused-cell-far-away.xlsx": far_away,
    "refused-unreadable.et": lambda: b"\x00\x01\x02WPS" * 40,
}  # fmt: skip


def saved_rows(rows):
    made = Workbook()
    for row in rows:
        made.active.append(row)
    return saved(made)


def main(stems):
    for name, make in FILES.items():
        if not stems or name.rsplit(".", 1)[0] in stems:
            (FOLDER / name).write_bytes(make())


if __name__ == "__main__":
    main(sys.argv[1:])
