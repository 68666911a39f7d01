"""Prove that the audit trail is whole."""

from django.core.management.base import BaseCommand, CommandError

from quannan.base.domain.audit import verify_chain


class Command(BaseCommand):
    help = "逐条核对审计记录的摘要链;有改动、缺失或插入时列出序号并以 1 退出。"

    def handle(self, *args: object, **options: object) -> None:
        check = verify_chain()
        if not check.whole:
            numbers = "、".join(str(number) for number in check.broken)
            raise CommandError(
                f"审计记录共 {check.entries} 条,以下序号与摘要链不符:{numbers}。请停止写入,保留数据库现状并核对备份。"
            )
        self.stdout.write(f"审计记录共 {check.entries} 条,摘要链完整。")
