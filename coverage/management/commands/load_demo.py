from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from coverage.domain import spans
from coverage.domain.demo import load_demo_scenario
from coverage.domain.demo_gaps import write_demo_gaps
from coverage.domain.demo_milestones import load_demo_shares
from coverage.domain.demo_publications import publish_demo
from orgs.domain.demo import load_demo
from quannan.base.errors import Refused
from quannan.base.events import announce


class Command(BaseCommand):
    help = "装入演示数据:一个虚构的县,约1,200家组织,2009至2012年,附各角色的演示账号;已有演示数据时什么也不改。"

    def handle(self, *args: object, **options: object) -> None:
        try:
            loaded = load_demo(by=None, now=timezone.now())
        except Refused as refusal:
            raise CommandError(refusal.sentence) from None
        if not loaded.organizations:
            self.stdout.write("演示数据已经在了,什么也没有改。")
            return
        spans.rebuild()
        publish_demo(now=timezone.now())
        load_demo_shares(now=timezone.now())
        load_demo_scenario(now=timezone.now())
        write_demo_gaps(now=timezone.now())
        announce("demo.load", now=timezone.now())
        self.stdout.write(
            f"已装入演示数据:组织 {loaded.organizations} 家,党群组织 {loaded.bodies} 个,"
            f"年度数字 {loaded.figures} 份,账号 {loaded.accounts} 个(bin/manage demo_accounts 列出)。"
        )
