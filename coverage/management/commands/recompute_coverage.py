import json

from django.core.management.base import BaseCommand, CommandError

from coverage.domain import spans
from orgs.models import Organization


class Command(BaseCommand):
    help = "重算覆盖区间;--organization 只算几家,--verify 旁路重建并核对,有差异时退出码为1。"

    def add_arguments(self, parser):
        parser.add_argument("--organization", nargs="+", metavar="USCC", help="统一社会信用代码,可多个")
        parser.add_argument("--verify", action="store_true", help="只核对,不改动")

    def handle(self, *args, organization=None, verify=False, **options):
        if verify:
            spans.drain_marks()
            result = spans.verify()
            for difference in result.differences:
                self.stdout.write(json.dumps(difference, ensure_ascii=False))
            self.stdout.write(f"核对 {result.spans} 段,差异 {len(result.differences)} 处")
            if result.differences:
                raise CommandError("旁路重建与现有结果不一致,请运行 recompute_coverage 重算", returncode=1)
            return
        if organization:
            found = dict(Organization.objects.filter(uscc__in=organization).values_list("uscc", "pk"))
            missing = [code for code in organization if code not in found]
            if missing:
                raise CommandError(f"台账里没有这些统一社会信用代码:{'、'.join(missing)}", returncode=2)
            spans.refresh(found.values())
            self.stdout.write(f"重算 {len(found)} 家")
            return
        count = spans.rebuild()
        self.stdout.write(f"重算完成,共 {count} 段")
