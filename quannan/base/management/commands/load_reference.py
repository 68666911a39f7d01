from django.core.management.base import BaseCommand
from django.db import transaction

from quannan.base.events import announce


class Command(BaseCommand):
    help = "载入参考数据(单位、代码表、组织形式、角色、组建标准、目标节点);已有的不改动。"

    def handle(self, *args, **options):
        with transaction.atomic():
            announce("reference.load")
