"""Small register forms, made as an office makes them: two header rows, merged parents."""

from io import BytesIO

import openpyxl

from tests.factories import uscc

HEADERS = [
    *["序号", "单位名称", "统一社会信用代码", "主管党(工)委", "单位类别", "登记日期"],
    *["从业人员情况/从业人员数", "从业人员情况/其中:女性", "从业人员情况/团员数", "从业人员情况/正式党员数"],
    *[
        "党组织/组织形式",
        "党组织/成立时间",
        "党组织/联合组织名称",
        "工会/组织形式",
        "工会/成立时间",
        "工会/联合组织名称",
    ],
]


def row(number, **changes):
    """A faultless row of an enterprise in 城厢镇 with 40 people and a union."""
    values = {
        "序号": number,
        "单位名称": f"全南县试验{number}厂",
        "统一社会信用代码": uscc(number),
        "主管党(工)委": "城厢镇",
        "单位类别": "非公有制企业",
        "登记日期": "2009-03-01",
        "从业人员情况/从业人员数": 40,
        "从业人员情况/其中:女性": 12,
        "从业人员情况/团员数": 2,
        "从业人员情况/正式党员数": 1,
        "党组织/组织形式": "无",
        "工会/组织形式": "基层工会委员会",
        "工会/成立时间": "2010-06-01",
    }
    return values | changes


def workbook(rows, title="截止日期:2011年6月30日"):
    """The form as the bytes of an .xlsx file."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "摸底表"
    sheet.append(["党群组织建设情况摸底表"])
    sheet.append([title])
    parents, leaves = [], []
    for at, header in enumerate(HEADERS, 1):
        parent, slash, leaf = header.partition("/")
        first = parent not in parents
        parents.append(parent if first else None)
        leaves.append(leaf or None)
        if not slash:
            sheet.merge_cells(start_row=3, end_row=4, start_column=at, end_column=at)
        elif first:
            width = sum(other.startswith(parent + "/") for other in HEADERS)
            sheet.merge_cells(start_row=3, end_row=3, start_column=at, end_column=at + width - 1)
    for at, (parent, leaf) in enumerate(zip(parents, leaves, strict=True), 1):
        if parent:
            sheet.cell(3, at, parent)
        if leaf:
            sheet.cell(4, at, leaf)
    for number, values in enumerate(rows, 5):
        for at, header in enumerate(HEADERS, 1):
            if values.get(header) is not None:
                sheet.cell(number, at, values[header])
    out = BytesIO()
    book.save(out)
    return out.getvalue()
