"""业主 of an organization: recorded, corrected, ended; the phone is shown for a reason."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from orgs.domain.owners import correct_owner, end_owner, record_owner, reveal_owner
from orgs.forms import EndForm
from orgs.forms_people import OwnerCorrectForm, OwnerForm
from orgs.models import Organization, Owner
from orgs.permissions import may_edit_register, may_reveal_person
from orgs.views.acts import Page, form_page
from orgs.views.register import form_view
from quannan.base.errors import Refused
from quannan.base.scope import page_for


def _back(organization: Organization) -> str:
    return f"{reverse('organization-detail', args=[organization.pk])}?tab=people"


def _page(title: str, organization: Organization, submit: str, done: str) -> Page:
    return Page(title, organization.name, submit, done, _back(organization), organization.name)


def _owner(request: HttpRequest, pk: int) -> Owner:
    return get_object_or_404(Owner.objects.visible_to(request.user).select_related("organization"), pk=pk)


@form_view
@page_for(may_edit_register)
def owner_record(request: HttpRequest, pk: int) -> HttpResponse:
    """登记业主 of an organization."""
    organization = get_object_or_404(Organization.objects.visible_to(request.user), pk=pk)

    def act(said: dict) -> None:
        record_owner(organization=organization, **said, by=request.user, now=timezone.now())

    page = _page("登记业主", organization, "登记", "已登记。")
    return form_page(request, OwnerForm(request.POST or None), act, page)


@form_view
@page_for(may_edit_register)
def owner_correct(request: HttpRequest, pk: int) -> HttpResponse:
    """更正业主."""
    owner = _owner(request, pk)
    form = OwnerCorrectForm(request.POST or None, initial=OwnerCorrectForm.initial_of(owner))

    def act(said: dict) -> None:
        correct_owner(
            owner=owner, changes=form.changes(), reason=said["change_reason"], by=request.user, now=timezone.now()
        )

    return form_page(request, form, act, _page("更正业主", owner.organization, "保存更正", "更正已保存。"))


@form_view
@page_for(may_edit_register)
def owner_end(request: HttpRequest, pk: int) -> HttpResponse:
    """结束业主登记."""
    owner = _owner(request, pk)

    def act(said: dict) -> None:
        end_owner(
            owner=owner,
            last_day=said["last_day"],
            reason=said["change_reason"],
            by=request.user,
            now=timezone.now(),
        )

    page = _page("不再是业主", owner.organization, "结束", "已结束。")
    page.sentence = f"{owner.organization.name},{owner.name}"
    return form_page(request, EndForm(request.POST or None), act, page)


@require_POST
@page_for(may_reveal_person)
def owner_reveal(request: HttpRequest, pk: int) -> HttpResponse:
    """Shows one owner's phone after the reason was written down; nothing keeps the page."""
    owner = _owner(request, pk)
    back = _back(owner.organization)
    try:
        phone = reveal_owner(owner=owner, reason=request.POST.get("reason", ""), by=request.user, now=timezone.now())
    except ValidationError as error:
        messages.error(request, "".join(error.messages))
        return redirect(back)
    except Refused as refusal:
        messages.error(request, refusal.sentence)
        return redirect(back)
    context = {"back": back, "who": owner.name, "facts": [("联系电话", phone)]}
    response = render(request, "orgs/person_secret.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response
