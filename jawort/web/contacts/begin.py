"""Writing first: from a contact to a conversation in which nobody has said anything yet."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from jawort.core import clock
from jawort.messaging.begin import CannotBegin, begin
from jawort.staff.access import actor_of, person_of, requires
from jawort.staff.permissions import Permission
from jawort.web.contacts.answers import contacts_at
from jawort.web.inbox.forms import first_id


@require_POST
@requires(Permission.CONVERSATION_WRITE)
def write(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Begin the conversation on the line that the form names, and go there."""
    contact, line = contacts_at(pk)[0], first_id(request.POST.get("line", ""))
    try:
        if line is None:
            raise CannotBegin
        home = begin(contact, line, person_of(request), actor=actor_of(request), at=clock.now())
    except CannotBegin:
        messages.error(request, gettext("By this line the person cannot be written to now. Please choose another one."))
        return redirect("contacts:detail", contact)
    return redirect(f"{reverse('inbox:conversation', args=[home.pk])}?view=mine")
