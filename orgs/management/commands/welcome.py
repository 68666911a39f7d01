import os
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, call_command
from django.utils import timezone

from orgs.domain.first_account import USERNAME, create_first_account
from orgs.models import User


class Command(BaseCommand):
    help = "启动时的账号说明;没有任何可管理账号的用户时,建立首个管理员账号"

    def handle(self, *args: Any, **options: Any) -> None:
        noted = settings.VAR.root / "first-account.txt"
        if User.objects.filter(is_demo=True, is_active=True).exists():
            call_command("demo_accounts", stdout=self.stdout)
        if password := create_first_account(now=timezone.now()):
            noted.unlink(missing_ok=True)
            with open(os.open(noted, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(f"账号:{USERNAME}\n初始口令:{password}\n首次登录后请修改口令,并删除这个文件。\n")
            self.stdout.write(f"首个管理员账号:{USERNAME}  初始口令:{password}(只显示这一次,另存于 {noted})")
        elif noted.exists():
            self.stdout.write(f"首个管理员账号的初始口令见 {noted}(改过口令后请删除该文件)")
