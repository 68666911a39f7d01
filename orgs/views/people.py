"""One person: posts over time, other duties, correction, and what is shown for a reason."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from orgs.domain.people import correct_person, may_keep_person, reveal_person
from orgs.forms_people import PersonForm
from orgs.models import Person
from orgs.permissions import may_edit_some_line, may_edit_support, may_reveal_person, may_see_people
from orgs.queries_people import duties_of_person, entry_of_person, lines_edited, places_of, posts_of_person
from orgs.queries_talent import entry_in_words
from orgs.views.acts import Page, form_page
from orgs.views.register import form_view
from quannan.base.encryption import mask_phone
from quannan.base.errors import Refused
from quannan.base.scope import page_for, working_scope

HIDDEN = "***"


def _person(request: HttpRequest, pk: int, on=None) -> Person:
    rows = Person.objects.visible_to(request.user, on).select_related("organization", "unit")
    return get_object_or_404(rows, pk=pk)


@require_GET
@page_for(may_see_people)
def person_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The page of one person at the working date."""
    on = working_scope(request).as_of
    person = _person(request, pk, on)
    entry = entry_of_person(person, request.user)
    context = {
        "person": person,
        "place": places_of([person], request.user, on)[person.pk],
        "masked_phone": mask_phone(person.phone),
        "masked_status": HIDDEN if person.political_status else "",
        "may_reveal": may_reveal_person(request.user) and bool(person.phone or person.political_status),
        "may_correct": may_keep_person(request.user, person, on),
        "posts": posts_of_person(person, request.user, on),
        "editable_lines": lines_edited(request.user),
        "duties": duties_of_person(person, request.user, on),
        "may_hire": may_edit_support(request.user),
        "entry": entry_in_words(entry) if entry else None,
    }
    return render(request, "orgs/person_detail.html", context)


@form_view
@page_for(may_edit_some_line)
def person_correct(request: HttpRequest, pk: int) -> HttpResponse:
    """修改人员资料."""
    person = _person(request, pk)
    made = {"by": request.user, "as_of": timezone.localdate(), "person": person}
    form = PersonForm(request.POST or None, initial=PersonForm.initial_of(person), **made)
    back = reverse("person-detail", args=[pk])
    page = Page("修改人员资料", person.name, "保存", "已保存。", back, person.name)

    def act(said: dict) -> None:
        correct_person(
            person=person,
            version=said["version"],
            changes=form.changes(),
            reason=said["change_reason"],
            by=request.user,
            now=timezone.now(),
        )

    def fresh(stale) -> PersonForm:
        data = request.POST.copy()
        data["version"] = str(stale.current.version)
        return PersonForm(data, **made)

    return form_page(request, form, act, page, fresh=fresh)


@require_POST
@page_for(may_reveal_person)
def person_reveal(request: HttpRequest, pk: int) -> HttpResponse:
    """Shows phone and political status after the reason was written down; nothing keeps the page."""
    person = _person(request, pk)
    back = reverse("person-detail", args=[pk])
    try:
        found = reveal_person(person=person, reason=request.POST.get("reason", ""), by=request.user, now=timezone.now())
    except ValidationError as error:
        messages.error(request, "".join(error.messages))
        return redirect(back)
    except Refused as refusal:
        messages.error(request, refusal.sentence)
        return redirect(back)
    facts = [("联系电话", found.phone), ("政治面貌", found.political_status)]
    response = render(request, "orgs/person_secret.html", {"back": back, "who": person.name, "facts": facts})
    response.headers["Cache-Control"] = "no-store"
    return response
