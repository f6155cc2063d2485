"""What is stored of a customer, as a file for themselves and for programs (Art. 15(3), Art. 20 GDPR)."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from jawort.core import clock
from jawort.ledger.handouts import hand_out
from jawort.legal.queries import links
from jawort.messaging.own_page.models import OwnPage
from jawort.messaging.own_page.prove import is_open
from jawort.messaging.own_page.rules import MESSAGES_FOR
from jawort.messaging.own_page.say import note_download
from jawort.messaging.own_page.stored import Stored, Word, stored, words_of
from jawort.public.own_page import at_link, ended, key_of
from jawort.public.own_shown import shown, spoken

#: It tells nothing of whose it is.
NAME: Final = "my-data.json"


@csrf_exempt
@require_POST
@at_link
def download(request: HttpRequest, token: str, page: OwnPage) -> HttpResponseBase:
    """The file. Messages are read as they go out, so that thousands of them need no more memory than a few."""
    at = clock.now()
    if not is_open(page, key_of(request), at):
        return ended(request, token, page)
    hand_out(f"customer:{page.contact_id}", [page.contact_id], right="own_page", at=at)
    note_download(page, at)
    held = stored(page.contact_id, at)
    headers = {"Content-Disposition": f'attachment; filename="{NAME}"', "X-Content-Type-Options": "nosniff"}
    return StreamingHttpResponse(
        _pieces(_json(_told(held, at)), words_of(held.known, at), get_language() or "de"),
        content_type="application/json; charset=utf-8",
        headers=headers,
    )


def _pieces(told: str, words: Iterator[Word], language: str) -> Iterator[str]:
    """One JSON object; its last entry, the messages, comes one by one."""
    yield told[:-2] + ',\n  "messages": ['
    for place, word in enumerate(words):
        with override(language):  # that of the request is over while it goes out
            yield (",\n" if place else "\n") + _json(_spoken(word))
    yield "\n  ]\n}\n"


def _spoken(word: Word) -> dict[str, Any]:
    said = spoken(word)
    return {
        "at": said["at"],
        "from": "you" if said["came"] else "company",
        "sent": said["left"],
        "kind": said["kind"],
        "text": said["text"],
        "files": said["files"],
    }


def _told(held: Stored, at: datetime) -> dict[str, Any]:
    said, legal, talk = shown(held), links(), held.talk
    days = {"days": MESSAGES_FOR.days}
    return {
        "read_me": gettext(
            "This is what is stored of you, and your messages of the last %(days)s days, newest first. Times are in "
            "UTC. “sections” says of each kind of data what it is for, on what basis it is stored, and until when."
        )
        % days,
        "format": "jawort own page 1",
        "as_of": at,
        "controller": {
            "name": settings.CONFIG.company,
            "imprint": legal.imprint if legal else "",
            "privacy_notice": legal.privacy if legal else "",
        },
        "sections": {
            name: {"what": one.what, "why": one.why, "basis": one.basis, "until": one.until}
            for name, one in said["sections"].items()
        },
        "names": [{"what": what, "value": value} for what, value in said["names"]],
        "addresses": said["addresses"],
        "language": said["language"],
        "known_since": said["since"],
        "attributes": said["attributes"],
        "consented": [one["says"] for one in said["stands"]],
        "consents": said["consents"],
        "existing_customer": said["customers"],
        "objections": said["objections"],
        "restrictions": said["restrictions"],
        "recipients": {"whatsapp": said["meta"], "read_by": list(said["readers"])},
        "message_count": {
            "from_you": talk.came,
            "to_you": talk.went,
            "notes": talk.notes,
            "files": talk.files,
            "conversations": talk.conversations,
            "first": talk.first,
            "last": talk.last,
        },
    }


def _json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False, default=_plain)


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Promise):
        return str(value)
    raise TypeError(type(value).__name__)
