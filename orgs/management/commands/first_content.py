from typing import Any

from django.core.management import BaseCommand, call_command

from orgs.models import Organization, User


class Command(BaseCommand):
    help = "第一次启动时装入演示数据;台账里已有真实组织或账号时不装"

    def handle(self, *args: Any, **options: Any) -> None:
        # Demo rows alone are a loading that was cut short: loading again completes it.
        if Organization.objects.filter(is_demo=False).exists() or User.objects.filter(is_demo=False).exists():
            return
        call_command("load_demo", verbosity=0)
