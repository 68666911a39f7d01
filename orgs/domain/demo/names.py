"""Made-up names, codes and contacts. None is meant to be anybody; telephone numbers begin with 0 and ring nowhere."""

from random import Random
from typing import NamedTuple

from orgs.validators import USCC_ALPHABET, subject_check_character, uscc_check_character

REGION = "360729"
BRAND_FIRST = "禾瑞晟昱岚麓桓沁钧泓榆筠翊岱澄稷璟穗岩樾锦霖垚祺恺睿栎懋谷煦"
BRAND_SECOND = "麓川晖岳泽铭森禾润源域峰屹原恒航澜辰硕朗塬桐序桦楷程谦裕越栩"
SURNAMES = "王李张刘陈杨黄赵吴周徐孙朱马胡郭林何高罗郑梁谢宋唐许邓冯韩曹曾彭萧蔡潘田董袁于余钟廖温缪谭"
GIVEN = "明丽华芳军敏伟静强燕勇娟涛霞斌梅杰红辉英海玲波萍志凤建兰国秀春云生香根莲福娇平桂"


class Trade(NamedTuple):
    """A line of business: its word in a name, industry letter, share of women, size against the usual, 万元 a head."""

    word: str
    industry: str
    women: tuple[float, float]
    size: float
    revenue: tuple[float, float]


FACTORIES = (
    Trade("毛织", "C", (0.60, 0.82), 1.7, (6, 14)),
    Trade("服装", "C", (0.62, 0.85), 1.6, (6, 13)),
    Trade("电子", "C", (0.48, 0.70), 1.9, (9, 22)),
    Trade("灯饰", "C", (0.45, 0.62), 1.3, (8, 18)),
    Trade("玩具", "C", (0.55, 0.72), 1.4, (6, 12)),
    Trade("五金", "C", (0.15, 0.35), 1.0, (9, 20)),
    Trade("机械", "C", (0.12, 0.28), 1.0, (11, 26)),
    Trade("塑胶", "C", (0.30, 0.48), 1.1, (9, 19)),
    Trade("家具", "C", (0.20, 0.38), 1.0, (8, 17)),
    Trade("稀土材料", "C", (0.14, 0.28), 1.2, (20, 60)),
    Trade("氟化工", "C", (0.12, 0.26), 1.1, (18, 45)),
    Trade("包装", "C", (0.35, 0.55), 0.9, (8, 16)),
)
COUNTRY_TRADES = (
    Trade("竹木", "C", (0.22, 0.42), 0.9, (6, 13)),
    Trade("食品", "C", (0.45, 0.65), 0.9, (7, 15)),
    Trade("建材", "C", (0.10, 0.25), 0.9, (9, 18)),
    Trade("矿业", "B", (0.06, 0.16), 1.3, (12, 34)),
    Trade("水电", "D", (0.10, 0.22), 0.5, (15, 40)),
    Trade("脐橙", "A", (0.35, 0.55), 0.7, (4, 10)),
    Trade("农业", "A", (0.35, 0.55), 0.7, (4, 11)),
    Trade("林业", "A", (0.15, 0.32), 0.8, (5, 12)),
    Trade("养殖", "A", (0.28, 0.45), 0.6, (6, 16)),
)
TOWN_TRADES = (
    Trade("建筑工程", "E", (0.08, 0.20), 1.4, (10, 24)),
    Trade("商贸", "F", (0.42, 0.62), 0.6, (18, 60)),
    Trade("百货", "F", (0.62, 0.82), 0.9, (14, 32)),
    Trade("物流", "G", (0.10, 0.24), 0.8, (10, 24)),
    Trade("酒店", "H", (0.58, 0.75), 1.1, (5, 12)),
    Trade("餐饮", "H", (0.50, 0.68), 0.7, (5, 11)),
    Trade("网络科技", "I", (0.28, 0.45), 0.4, (9, 22)),
    Trade("房地产开发", "K", (0.28, 0.42), 0.8, (30, 120)),
    Trade("物业服务", "K", (0.40, 0.58), 0.9, (4, 8)),
    Trade("广告传媒", "L", (0.38, 0.55), 0.4, (8, 18)),
    Trade("园林绿化", "N", (0.25, 0.42), 0.6, (7, 15)),
    Trade("汽车维修", "O", (0.06, 0.16), 0.6, (8, 18)),
)
# What a social organization is called, its industry, share of women, size, yearly income a head, registration type.
SOCIETIES = (
    (Trade("脐橙产业协会", "S", (0.15, 0.35), 0.7, (1, 4)), "association"),
    (Trade("商会", "S", (0.12, 0.30), 0.8, (2, 6)), "association"),
    (Trade("养蜂协会", "S", (0.18, 0.38), 0.5, (1, 3)), "association"),
    (Trade("建筑业协会", "S", (0.08, 0.20), 0.6, (2, 5)), "association"),
    (Trade("书画协会", "R", (0.25, 0.48), 0.5, (0.5, 2)), "association"),
    (Trade("志愿者协会", "S", (0.45, 0.65), 0.7, (0.5, 2)), "association"),
    (Trade("幼儿园", "P", (0.86, 0.98), 1.3, (3, 6)), "civil"),
    (Trade("职业培训学校", "P", (0.42, 0.62), 1.1, (4, 8)), "civil"),
    (Trade("艺术培训中心", "P", (0.55, 0.78), 0.7, (4, 8)), "civil"),
    (Trade("门诊部", "Q", (0.55, 0.75), 0.9, (6, 12)), "civil"),
    (Trade("养老服务中心", "Q", (0.60, 0.80), 1.0, (3, 6)), "civil"),
    (Trade("社会工作服务中心", "S", (0.55, 0.78), 0.6, (3, 6)), "civil"),
    (Trade("助学基金会", "S", (0.30, 0.55), 0.4, (8, 20)), "foundation"),
)
USCC_HEADS = {"association": "51", "civil": "52", "foundation": "53"}
# 社会团体 … are told from enterprises by the first two characters; the second tells the kind of body registered.
ENTERPRISE_HEAD = "91"


class Names:
    """Gives out names and codes, each once.

    Args:
        rng: where the choices come from.
    """

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.taken: set[str] = set()

    def organization(self, kind: str, trade: Trade, registration_type: str) -> str:
        """A name that nobody of this county bears yet."""
        while True:
            brand = self.rng.choice(BRAND_FIRST) + self.rng.choice(BRAND_SECOND)
            if kind == "social":
                name = f"全南县{brand}{trade.word}"
            else:
                place = self.rng.choice(("全南县", "全南", "全南", "赣州"))
                name = f"{place}{brand}{trade.word}{self._suffix(registration_type)}"
            if len(set(brand)) == 2 and name not in self.taken:
                self.taken.add(name)
                return name

    def _suffix(self, registration_type: str) -> str:
        if registration_type in ("sole", "partnership"):
            return self.rng.choice(("厂", "行", "经营部"))
        if registration_type == "shares":
            return "股份有限公司"
        return self.rng.choice(("有限公司", "有限公司", "有限责任公司"))

    def uscc(self, kind: str, registration_type: str) -> str:
        """A unified social credit code with both check characters right."""
        head = ENTERPRISE_HEAD if kind == "enterprise" else USCC_HEADS[registration_type]
        while True:
            subject = "".join(self.rng.choice(USCC_ALPHABET) for _ in range(8))
            first17 = head + REGION + subject + subject_check_character(subject)
            code = first17 + uscc_check_character(first17)
            if code not in self.taken:
                self.taken.add(code)
                return code

    def old_code(self) -> str:
        """An organization code as issued before 2015, with its check character."""
        while True:
            subject = "".join(self.rng.choice("0123456789") for _ in range(8))
            code = subject + subject_check_character(subject)
            if code not in self.taken:
                self.taken.add(code)
                return code

    def person(self) -> str:
        name = self.rng.choice(SURNAMES) + self.rng.choice(GIVEN)
        return name + self.rng.choice(GIVEN) if self.rng.random() < 0.6 else name

    def phone(self) -> str:
        """A landline of the county whose number begins with 0: such numbers are never given out."""
        return f"0797-0{self.rng.randrange(10**6):06d}"
