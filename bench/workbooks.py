"""Register forms of any size for measuring: lawful rows, or the same rows with faults at known places.

The same number gives the same rows every time. Every name, code and telephone number is made up.
"""

import datetime as dt
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from orgs.imports import register_form
from orgs.imports.maps import CodeLists
from orgs.lines import Line
from orgs.models import Unit
from orgs.validators import subject_check_character, uscc_check_character
from quannan.base.workbook.template import template

AS_OF = dt.date(2011, 6, 30)
# In a faulty form one row in so many has a fault.
FAULTY_EVERY = 50
# A joint body with a name is shared by about so many rows.
SHARING = 25

_FIRST = "华盛恒瑞宏达鑫源永泰兴隆嘉禾金桥新远东南天成德信荣昌富安顺通利明辉腾飞龙凤祥和美佳博雅康宁丰泽万友联创"
_SECOND = "源泰达丰盛昌隆兴旺发祥瑞康宁安和平顺利通宇宙星辰光辉明亮清泉溪河海洋江山峰岭林森木材竹松柏杨柳荷莲菊梅"
_TRADES = (
    ("电子科技", "C"),
    ("矿业开发", "B"),
    ("木竹制品", "C"),
    ("农业发展", "A"),
    ("建筑工程", "E"),
    ("商贸", "F"),
    ("物流运输", "G"),
    ("餐饮管理", "H"),
    ("信息技术", "I"),
    ("房地产开发", "K"),
    ("工艺玩具", "C"),
    ("稀土新材料", "C"),
    ("服装", "C"),
    ("食品加工", "C"),
    ("种养", "A"),
    ("灯饰照明", "C"),
    ("机械制造", "C"),
    ("旅游服务", "N"),
    ("文化传播", "R"),
    ("职业培训", "P"),
)
_SURNAMES = "王李张刘陈杨黄赵周吴徐孙朱马胡郭林何高罗"
_GIVEN = ("小明", "建国", "春花", "伟", "丽华", "志强", "秀英", "文斌", "晓燕", "海生")


@dataclass
class Made:
    """A workbook that was made. ``faults``: (row as the spreadsheet numbers it, field) of every fault put into it."""

    rows: int
    faults: set[tuple[int, str]] = field(default_factory=set)


def uscc(number: int, *, enterprise: bool) -> str:
    """A lawful unified code, a different one for every number below 100,000,000."""
    body = f"{number:08d}"
    first = ("91360729" if enterprise else "52360729") + body + subject_check_character(body)
    return first + uscc_check_character(first)


def lawful_rows(count: int) -> Iterator[dict[str, Any]]:
    """So many rows with nothing wrong in them, by the fields of the form: bodies of one's own, joint, and none."""
    units = list(Unit.objects.exclude(parent=None).order_by("code").values_list("name", flat=True))
    chance = random.Random(20110630)
    for number in range(1, count + 1):
        yield _Row(number, units[number % len(units)], chance).cells


class _Row:
    def __init__(self, number: int, unit: str, chance: random.Random) -> None:
        self.number, self.unit, self.chance = number, unit, chance
        enterprise = number % 7 != 0
        trade, industry = _TRADES[number % len(_TRADES)]
        if not enterprise:
            industry = "S"
        # 20 trades and 49 × 51 words: no number below 49,980 has the name of another.
        word = _FIRST[number % len(_FIRST)] + _SECOND[number // len(_FIRST) % len(_SECOND)]
        self.registered = dt.date(1995, 1, 1) + dt.timedelta(days=chance.randrange(4500))
        self.employees = chance.choice((4, 8, 15, 26, 40, 65, 120, 300)) + chance.randrange(4)
        self.women = chance.randrange(self.employees // 2 + 1)
        self.young = chance.randrange(self.employees // 4 + 1)
        self.members = chance.randrange(self.employees // 5 + 1)
        self.cells: dict[str, Any] = {
            "ordinal": number,
            "name": f"全南县{word}{trade}有限公司" if enterprise else f"{unit}{word}{trade}行业协会",
            "uscc": uscc(number, enterprise=enterprise),
            "unit": unit,
            "kind": "非公有制企业" if enterprise else "社会组织",
            "registration_type": chance.choice(("私营企业", "有限责任公司")) if enterprise else "社会团体",
            "industry": industry,
            "registered_on": self.registered,
            "employees": self.employees,
            "women": self.women,
            "league_members": self.young,
            "full_members": self.members,
            "annual_revenue_yuan": round(self.employees * chance.uniform(2, 30), 2),
            "contact_name": chance.choice(_SURNAMES) + chance.choice(_GIVEN),
            "contact_phone": f"0797-26{number % 100_000:05d}",
            "remark": "2010年起由商会代管" if number % 11 == 0 else None,
        }
        self._party()
        self._union()
        self._others()

    def _founded(self) -> Any:
        """A day, or a month in words, after the registration and before the survey."""
        day = self.registered + dt.timedelta(days=31 + self.chance.randrange((AS_OF - self.registered).days - 62))
        return f"{day.year}年{day.month}月" if self.number % 3 == 0 else day

    def _put(self, line: Line, form: str, name: str | None = None) -> None:
        self.cells[f"{line}_form"] = form
        self.cells[f"{line}_date"] = self._founded()
        if name is not None:
            self.cells[f"{line}_name"] = name

    def _joint_name(self, what: str) -> str:
        return f"{self.unit}第{self.number // (SHARING * 20) + 1}{what}"

    def _party(self) -> None:
        if self.members >= 3:
            self._put(Line.PARTY, "党支部" if self.members < 50 else "党总支")
        elif self.number % 3 == 0:
            self._put(Line.PARTY, "联合党支部", self._joint_name("联合党支部"))
        elif self.number % 3 == 1:
            self._put(Line.PARTY, "联合党支部")
        else:
            self.cells["party_form"] = "未建"

    def _union(self) -> None:
        if self.employees >= 25:
            self._put(Line.UNION, "基层工会委员会")
            if self.women >= 10:
                self._put(Line.WOMEN_WORKERS, "女工委员会")
        elif self.number % 4 == 0:
            self._put(Line.UNION, "联合基层工会", self._joint_name("联合基层工会"))
        elif self.number % 4 == 1:
            self._put(Line.UNION, "联合基层工会")
        elif self.number % 4 == 2:
            self._put(Line.UNION, "组织员")
        else:
            self.cells["union_form"] = "无"

    def _others(self) -> None:
        if self.young >= 3:
            self._put(Line.LEAGUE, "团支部")
        if self.women:
            self._put(Line.WOMEN, "妇女小组" if self.women < 10 else "妇委会" if self.women < 20 else "妇代会")
        if self.number % 5 == 0:
            self.cells[f"{Line.MECHANISM}_date"] = self._founded()


Fault = tuple[str, Callable[[dict[str, Any], dict[str, Any]], dict[str, Any]]]

# (field at which the fault is to be listed, the cells that are changed, out of the row and an earlier one)
_FAULTS: tuple[Fault, ...] = (
    ("uscc", lambda row, before: {"uscc": row["uscc"][:-1] + ("1" if row["uscc"][-1] != "1" else "2")}),
    ("uscc", lambda row, before: {"uscc": row["uscc"][:15]}),
    ("uscc", lambda row, before: {"uscc": before["uscc"]}),
    ("name", lambda row, before: {"name": None}),
    ("unit", lambda row, before: {"unit": "城东街道"}),
    ("employees", lambda row, before: {"employees": "约40"}),
    ("women", lambda row, before: {"women": row["employees"] + 5}),
    ("league_members", lambda row, before: {"league_members": -2}),
    ("annual_revenue_yuan", lambda row, before: {"annual_revenue_yuan": "三百万"}),
    ("registered_on", lambda row, before: {"registered_on": "2005-13-01"}),
    ("mechanism_date", lambda row, before: {"mechanism_date": "2011-08-01"}),
    ("union_form", lambda row, before: {"union_form": "工会筹备组", "union_date": "2010-05-04"}),
    ("league_date", lambda row, before: {"league_form": "团支部", "league_date": None}),
    ("women_form", lambda row, before: {"women_form": None, "women_date": "2010-03-08"}),
    ("party_date", lambda row, before: {"party_form": "党支部", "party_date": "1985-07-01", "party_name": None}),
)


def make(path: Path, count: int, *, faulty: bool = False, plain: bool = False) -> Made:
    """Writes a register form of so many rows in its 29 printed columns; the reference data must be loaded.

    Args:
        path: where to, ending in .xlsx.
        count: rows.
        faulty: one row in fifty has a fault, of fifteen kinds in turn.
        plain: one header row with the names of the fields and nothing else in the workbook, for readers that take
            a workbook only so; else the form as the program gives it out.
    """
    columns = register_form(CodeLists.load()).printed
    names = [column.field for column in columns]
    made = Made(count)
    # What a form has above its rows: title, line below it, two rows of headings.
    above = 1 if plain else 4
    rows = ([row.get(name) for name in names] for row in _spoilt(lawful_rows(count), made, above, faulty=faulty))
    if plain:
        book = Workbook(write_only=True)
        sheet = book.create_sheet()
        sheet.append(names)
        for row in rows:
            sheet.append(row)
        book.save(path)
    else:
        line = f"填报单位:全南县  截止日期:{AS_OF.year}年{AS_OF.month}月{AS_OF.day}日"
        template(register_form(CodeLists.load()), path, rows, sentence=line)
    return made


def _spoilt(rows: Iterator[dict[str, Any]], made: Made, above: int, *, faulty: bool) -> Iterator[dict[str, Any]]:
    before: dict[str, Any] = {}
    for number, row in enumerate(rows, 1):
        if faulty and number % FAULTY_EVERY == 0:
            at, change = _FAULTS[number // FAULTY_EVERY % len(_FAULTS)]
            made.faults.add((above + number, at))
            yield {**row, **change(row, before)}
        else:
            before = row
            yield row
