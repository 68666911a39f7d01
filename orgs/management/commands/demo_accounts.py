import unicodedata

from django.core.management.base import BaseCommand

from orgs.domain.demo import PASSWORD, account_table


class Command(BaseCommand):
    help = "列出演示账号和它们共用的密码;没有演示数据时什么也不输出。"

    def handle(self, *args: object, **options: object) -> None:
        rows = account_table()
        if not rows:
            return
        table = [("登录名", "名称", "角色"), *rows]
        widths = [max(_width(row[column]) for row in table) for column in range(2)]
        self.stdout.write(f"演示账号(密码都是 {PASSWORD}):")
        for row in table:
            padded = [row[column] + " " * (widths[column] - _width(row[column])) for column in range(2)]
            self.stdout.write("  " + "  ".join([*padded, row[2]]))
        self.stdout.write("演示县的历史在 2009 至 2012 年,登录后请把页面顶上的“截至”改成 2011-06-30 来看。")


def _width(text: str) -> int:
    """Columns a text takes on a terminal, where a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
