import json
from datetime import date

from django.core.management.base import BaseCommand, CommandError

from coverage.domain import spans
from coverage.domain.figures import report
from orgs.models import Unit
from orgs.permissions import today


class Command(BaseCommand):
    help = "某一天的覆盖进度:基数、各口径、各单位、各节点。"

    def add_arguments(self, parser):
        parser.add_argument("--as-of", type=_date, help="截至日期,如 2011-06-30;不写为今天")
        parser.add_argument("--unit", help="只算这个单位及下属(单位代码)")
        parser.add_argument("--json", action="store_true", help="只输出 JSON")

    def handle(self, *args, as_of=None, unit=None, **options):
        below = None
        if unit:
            below = Unit.objects.filter(code=unit).first()
            if below is None:
                known = "、".join(f"{u.code} {u.name}" for u in Unit.objects.all())
                raise CommandError(f"没有代码为 {unit} 的单位,现有:{known}", returncode=2)
        if spans.has_pending_marks():
            spans.drain_marks()
        found = report(user=None, as_of=as_of or today(), unit=below)
        if options["json"]:
            self.stdout.write(json.dumps(found.as_json(), ensure_ascii=False, indent=1))
            return
        base = found.base
        self.stdout.write(
            f"截至 {found.as_of} 在册 {base.organizations} 家 · 剔除 {base.excluded} 家"
            f" · 数字不明 {base.unknown_figures} 家 · 规模不明 {base.unknown_scale} 家 · 沿用首期数字 {base.assumed} 家"
        )
        for name, counts in found.populations["all"].lines.items():
            rate = "—" if counts.rate is None else f"{counts.rate}%"
            self.stdout.write(f"{name:15} {counts.covered}/{counts.eligible} {rate} 不明 {counts.unknown}")
        for m in found.milestones:
            met = {True: "达到", False: "未达", None: "无应建单位"}[m.met]
            self.stdout.write(f"{m.milestone.due_on} {m.milestone.name} {m.milestone.target}% {met}")


def _date(text):
    try:
        return date.fromisoformat(text)
    except ValueError as wrong:
        raise CommandError(f"日期“{text}”读不出,请写成 2011-06-30 的样子", returncode=2) from wrong
