from typing import Any

from django.core.management import BaseCommand, call_command, get_commands


class Command(BaseCommand):
    help = "升级数据库结构并装入参考数据(重复运行没有副作用)"

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", interactive=False, verbosity=0)
        if "load_reference" in get_commands():
            call_command("load_reference", verbosity=0)
