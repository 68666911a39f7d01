"""Cross-posting as a workbook."""

from collections.abc import Iterable
from io import BytesIO

from orgs.queries_posts import SHARED_LINES, Share
from quannan.base.workbook.write import write_table

# What the two numbers and the share of each line are called; the base is always named.
SHARE_WORDS = {
    "party": ("党组织书记(人次)", "其中兼任工会主席", "占书记的比例(%)"),
    "league": ("团组织负责人(人次)", "其中党组织其他成员兼任", "占团组织负责人的比例(%)"),
    "women": ("妇女组织负责人(人次)", "其中党组织其他成员兼任", "占妇女组织负责人的比例(%)"),
}


def cross_posting_file(shares: Iterable[Share], sentence: str) -> BytesIO:
    """The table of cross-posting as .xlsx.

    Args:
        shares: as `orgs.queries_posts.cross_posting` gives them.
        sentence: whose, as of when, who made it and when.
    """
    columns = ["主管党(工)委", *(word for line in SHARED_LINES for word in SHARE_WORDS[line])]
    rows = (
        [
            "　" * share.depth + share.name,
            *(value for line in SHARED_LINES for value in (share.heads[line], share.crossed[line], share.rate(line))),
        ]
        for share in shares
    )
    out = BytesIO()
    write_table(out, "交叉任职", sentence, columns, rows)
    out.seek(0)
    return out
