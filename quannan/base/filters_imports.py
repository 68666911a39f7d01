"""Filters of the record of imports."""

from quannan.base.filters import ListFilter, choice_filter, date_filter, text_filter
from quannan.base.queries_imports import STAGES, at_stage


class ImportFilter(ListFilter):
    """Filters over imports."""

    q = text_filter("文件名", "by_text")
    form = choice_filter("表式", field_name="form")
    stage = choice_filter("进行到", list(STAGES.items()), "by_stage")
    from_ = date_filter("上传不早于", "created_at__date", "gte")
    to = date_filter("上传不晚于", "created_at__date", "lte")

    def by_text(self, rows, name, value):
        return rows.filter(attachment__original_name__icontains=value.strip())

    def by_stage(self, rows, name, value):
        return at_stage(rows, value)
