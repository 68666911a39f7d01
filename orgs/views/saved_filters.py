"""Saving, renaming and deleting the filters of a list."""

from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from orgs.forms import RegisterForm
from orgs.permissions import may_share_filters
from orgs.views.acts import Page, form_page
from quannan.base.domain.saved_filters import NAME_LENGTH, delete_filter, rename_filter, save_filter
from quannan.base.listing import LISTS
from quannan.base.models import SavedFilter
from quannan.base.saved import kept_query
from quannan.base.scope import page_for


class SavedFilterForm(RegisterForm):
    """A name, and whether others see it."""

    name = forms.CharField(label="名称", max_length=NAME_LENGTH)
    is_shared = forms.BooleanField(
        label="共享",
        required=False,
        help_text="所有人都能在这个列表里用它;各人只看到自己范围内的结果。",
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
    )

    def __init__(self, *args, may_share: bool, **kwargs):
        super().__init__(*args, **kwargs)
        if not may_share:
            del self.fields["is_shared"]


def signed_in(user) -> bool:
    """Every account keeps filters of the lists it can open."""
    return user.is_authenticated


def _back(list_name: str, query: str) -> str:
    return f"{reverse(list_name)}?{query}" if query else reverse(list_name)


@require_http_methods(["GET", "POST"])
@page_for(signed_in)
def saved_filter_save(request: HttpRequest) -> HttpResponse:
    """Keeps the filters, columns and order of the list one comes from; ?list=name&query=… says which."""
    listed = LISTS.get(request.GET.get("list", ""))
    if listed is None:
        raise Http404
    query = kept_query(request.GET.get("query", ""), listed.parameters)
    form = SavedFilterForm(request.POST or None, may_share=may_share_filters(request.user))
    page = Page(
        title="保存筛选",
        sentence=f"保存“{listed.title}”当前的筛选条件、显示的列和排序;日期不保存,打开时按当时的工作日期。",
        submit="保存",
        done="已保存,可在列表的“已存筛选”里打开。",
        back=_back(listed.name, query),
        crumb=listed.title,
    )

    def save(data: dict) -> None:
        save_filter(
            list_name=listed.name,
            name=data["name"],
            query=query,
            is_shared=data.get("is_shared", False),
            by=request.user,
            now=timezone.now(),
        )

    return form_page(request, form, save, page)


def _own(request: HttpRequest, pk: int) -> SavedFilter:
    return get_object_or_404(SavedFilter.objects.visible_to(request.user).filter(user=request.user), pk=pk)


@require_http_methods(["GET", "POST"])
@page_for(signed_in)
def saved_filter_rename(request: HttpRequest, pk: int) -> HttpResponse:
    """Another name for one's own saved filter, shared or not."""
    saved = _own(request, pk)
    listed = LISTS.get(saved.list_name)
    if listed is None:
        raise Http404
    initial = {"name": saved.name, "is_shared": saved.is_shared}
    form = SavedFilterForm(request.POST or None, initial=initial, may_share=may_share_filters(request.user))
    page = Page(
        title="更改已存筛选",
        sentence=f"“{listed.title}”的已存筛选;条件本身不变。",
        submit="保存",
        done="已更改。",
        back=_back(listed.name, urlencode({"tab": "filters"})),
        crumb=listed.title,
    )

    def rename(data: dict) -> None:
        shared = data.get("is_shared", saved.is_shared and may_share_filters(request.user))
        rename_filter(saved=saved, name=data["name"], is_shared=shared, by=request.user, now=timezone.now())

    return form_page(request, form, rename, page)


@require_POST
@page_for(signed_in)
def saved_filter_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Deletes one's own saved filter."""
    saved = _own(request, pk)
    name, list_name = saved.name, saved.list_name
    try:
        delete_filter(saved=saved, by=request.user, now=timezone.now())
    except ValidationError as error:
        messages.error(request, "".join(error.messages))
    else:
        messages.success(request, f"已删除筛选“{name}”。")
    if list_name not in LISTS:
        return redirect("workbench")
    return redirect(_back(list_name, urlencode({"tab": "filters"})))
