from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from coverage.domain import spans
from coverage.domain.demo_milestones import clear_demo_shares
from coverage.domain.demo_publications import clear_demo_publications
from orgs.domain.demo import clear_demo
from quannan.base.errors import Refused


class Command(BaseCommand):
    help = "清除全部演示数据、演示账号和它们的变动记录;正式数据不受影响。"

    def handle(self, *args: object, **options: object) -> None:
        try:
            with transaction.atomic():
                clear_demo_publications()
                cleared = clear_demo(by=None, now=timezone.now())
        except Refused as refusal:
            raise CommandError(refusal.sentence) from None
        clear_demo_shares()
        if cleared.nothing:
            self.stdout.write("没有演示数据,什么也没有改。")
            return
        spans.rebuild()
        self.stdout.write(
            f"已清除演示数据:组织 {cleared.organizations} 家,党群组织 {cleared.bodies} 个,账号 {cleared.accounts} 个。"
        )
        if cleared.kept_accounts:
            self.stdout.write(
                f"以下演示账号办理过正式数据,已停用保留,以便查到经手人:{'、'.join(cleared.kept_accounts)}。"
            )
