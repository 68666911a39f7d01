"""What every form page does: show, check, call one domain function, say what was wrong."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from types import MappingProxyType

from django import forms
from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.backends.postgresql.psycopg_any import Range
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from orgs.domain.refusals import StaleRecord
from orgs.queries import codes
from quannan.base.encryption import EncryptedTextField
from quannan.base.errors import Refused

# Fields that the forms call otherwise than the domain functions do.
RENAMED = {"reason": "change_reason", "annual_revenue_yuan": "annual_revenue", "payroll_yuan": "payroll"}
HIDDEN_VALUE = "(不显示)"


@dataclass
class Page:
    """The words and addresses of one form page.

    Attributes:
        title: h1.
        sentence: what the act does, under the title.
        submit: words of the one primary button.
        done: said after it succeeded.
        back: address to return to, also after success.
        crumb: words of the link back.
        extra: further template context.
    """

    title: str
    sentence: str
    submit: str
    done: str
    back: str
    crumb: str
    extra: dict = field(default_factory=dict)


def errors_into(form: forms.Form, error: ValidationError) -> None:
    """Puts a domain function's sentences beside the fields they belong to.

    Args:
        form: a bound form.
        error: by field or for the whole.
    """
    by_field = error.error_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.error_list}
    for name, errors in by_field.items():
        target = RENAMED.get(name, name)
        form.add_error(target if target in form.fields else None, errors)


@dataclass(frozen=True)
class Difference:
    """One field on which two people differ."""

    label: str
    seen: object
    theirs: object
    mine: object


def differences_of(stale: StaleRecord, code_lists: Mapping[str, str] = MappingProxyType({})) -> list[Difference]:
    """What others changed meanwhile, beside what the actor wants, in the words of the page.

    Args:
        stale: the refusal.
        code_lists: field → code list, for the fields that keep a code.
    """
    found = []
    model = type(stale.current)
    for name in dict.fromkeys([*stale.theirs, *stale.mine]):
        seen = (stale.theirs.get(name) or stale.mine.get(name))[0]
        theirs = stale.theirs[name][1] if name in stale.theirs else seen
        mine = stale.mine[name][1] if name in stale.mine else seen
        column = model._meta.get_field(name)
        secret = isinstance(column, EncryptedTextField)
        values = [HIDDEN_VALUE] * 3 if secret else [_words(v, column, code_lists) for v in (seen, theirs, mine)]
        found.append(Difference(str(column.verbose_name), *values))
    return found


def _words(value: object, column, code_lists: Mapping[str, str]) -> str:
    if value in (None, "", []):
        return "—"
    if isinstance(value, list):
        return "、".join(_words(one, getattr(column, "base_field", column), code_lists) for one in value)
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Range):
        until = "" if value.upper is None else f"至 {value.upper - timedelta(days=1)}"
        return f"{value.lower or ''}起{until}"
    if column.is_relation:
        return str(column.related_model._base_manager.filter(pk=value).first() or "—")
    if column.choices:
        return str(dict(column.flatchoices).get(value, value))
    listed = code_lists.get(column.name)
    return codes(listed).get(str(value), str(value)) if listed else str(value)


def form_page(
    request: HttpRequest,
    form: forms.Form,
    act: Callable[[dict], object],
    page: Page,
    *,
    fresh: Callable[[StaleRecord], forms.Form] | None = None,
    code_lists: Mapping[str, str] = MappingProxyType({}),
    template: str = "orgs/form.html",
) -> HttpResponse:
    """Shows a form; on POST calls the act and returns, or shows every sentence and keeps what was typed.

    Args:
        request: GET shows, POST acts.
        form: bound on POST.
        act: called with the cleaned data; raises ValidationError or Refused.
        page: words and addresses.
        fresh: for records with a version: the form to show again after a stale save, with the new version.
        code_lists: field → code list, for the words in which a stale save's differences are shown.
        template: the page.
    """
    context = {"form": form, "page": page, "differences": [], **page.extra}
    if request.method == "POST" and form.is_valid():
        try:
            act(form.cleaned_data)
        except StaleRecord as stale:
            context["differences"] = differences_of(stale, code_lists)
            context["stale_sentence"] = stale.sentence
            if fresh is not None:
                context["form"] = fresh(stale)
        except ValidationError as error:
            errors_into(form, error)
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, page.done)
            return redirect(page.back)
    return render(request, template, context)
