"""Whether the services the program stands on answer."""

from dataclasses import dataclass
from datetime import datetime

from django.core.cache import cache
from django.db import connection
from redis.exceptions import RedisError

from quannan.base.models import Job


@dataclass(frozen=True)
class Service:
    """One service, whether it answers, and what it says of itself."""

    name: str
    works: bool
    note: str


def services(*, now: datetime) -> list[Service]:
    """Database, message queue and workers.

    Args:
        now: the clock, aware.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version'), pg_size_pretty(pg_database_size(current_database()))")
        version, size = cursor.fetchone()
    found = [Service("数据库", True, f"PostgreSQL {version},占用 {size}")]
    try:
        cache.get("system-status")
        found.append(Service("消息队列与缓存", True, "能够应答"))
    except (RedisError, OSError):
        found.append(Service("消息队列与缓存", False, "没有应答;任务会等它恢复后再执行"))
    running = Job.objects.filter(state="running").count()
    waiting = Job.objects.filter(state="queued").count()
    silent = Job.objects.silent(now).count()
    note = f"进行中 {running} 个,排队 {waiting} 个" + (f",已中断 {silent} 个,请在“我的任务”中处理" if silent else "")
    found.append(Service("任务", not silent, note))
    return found
