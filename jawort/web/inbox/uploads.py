"""Files that an agent attaches: sealed as they come in, and then sent like a text."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_POST

from jawort.core import clock
from jawort.messaging.files.bombs import bomb_in
from jawort.messaging.files.store import TooLarge
from jawort.messaging.files.upload import BLOCK_BYTES, claims_of, drop
from jawort.messaging.files.upload import upload as upload_file
from jawort.staff.access import requires
from jawort.staff.permissions import Permission
from jawort.web.inbox.answers import author_of, home_of, unfit

FORMS = frozenset({"multipart/form-data", "application/x-www-form-urlencoded"})  # Django would read them whole


@require_POST
@requires(Permission.CONVERSATION_WRITE)
def upload(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The body is the file. Answers its id, which the message that takes it along names."""
    home = home_of(request, pk)
    if request.content_type in FORMS:
        return HttpResponse(status=415)
    claims = claims_of(request.content_type or "", request.headers.get("Content-Disposition", ""))
    blocks = iter(lambda: request.read(BLOCK_BYTES), b"")
    try:
        file = upload_file(home.contact_id, claims, blocks, author_of(request), clock.now())
    except TooLarge:
        return unfit(request, pk, gettext("WhatsApp takes files of 100 MB at most. Please send a smaller one."))
    except OSError:
        return unfit(request, pk, gettext("The file did not come in whole. Please send it again."))
    if broken := bomb_in(file):
        drop(file.pk)
        return unfit(request, pk, broken[0].in_language(get_language() or "de"))
    return JsonResponse({"file": str(file.pk)}, status=201)
