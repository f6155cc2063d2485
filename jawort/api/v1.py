"""Version 1."""

from typing import Annotated
from uuid import UUID

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from ninja import Body, Header, NinjaAPI, Query, Status
from ninja.errors import AuthenticationError, HttpError, ValidationError

from jawort.api import errors, schemas
from jawort.api.auth import Bearer, actor_of, person_of, requires, token_of
from jawort.api.batch import router as batch
from jawort.api.consents import router as consents
from jawort.api.cursor import given, moment
from jawort.api.errors import Error, Problem
from jawort.api.gate import router as gate
from jawort.api.recorded import router as recorded
from jawort.api.replies import IDEMPOTENCY_CHARACTERS_MAX, client_id, problem_of, refusal_of
from jawort.api.sends import NewMessage
from jawort.api.stats import stats
from jawort.channels.whatsapp.limits_files import MB, SIZES
from jawort.consent.reasons import REASONS
from jawort.consent.rules import Refused
from jawort.core import clock
from jawort.ledger.handouts import hand_out
from jawort.messaging.access import conversation_for, file_for
from jawort.messaging.files.along import best_as, type_for
from jawort.messaging.files.models import File
from jawort.messaging.files.queries import Attached
from jawort.messaging.files.serve import answer as file_answer
from jawort.messaging.files.store import TooLarge, describe
from jawort.messaging.files.upload import BLOCK_BYTES, claims_of, upload
from jawort.messaging.models import Conversation
from jawort.messaging.once import ClientIdTaken
from jawort.messaging.opened import Opened, messages, opened
from jawort.messaging.queries import View, rows
from jawort.messaging.rows import Row
from jawort.messaging.rules import State
from jawort.messaging.send import Author, send
from jawort.messaging.send_many import UNSENT
from jawort.messaging.side_door.queries import Shown as Door
from jawort.messaging.side_door.queries import doors_of
from jawort.staff.permissions import Permission

FORMS = frozenset({"multipart/form-data", "application/x-www-form-urlencoded"})  # Django would read them whole
Limit = Annotated[int, Query(ge=1, le=200, description="Items a page.")]
Which = Annotated[
    str,
    Query(description=f"Part of the inbox: {', '.join(View)} (all: open and not snoozed). Nothing: open and resolved."),
]
After = Annotated[UUID | None, Query(description="The `next` of the page before.")]

api = NinjaAPI(
    title="Jawort",
    version="1",
    description="Conversations with customers. Lists are newest first; errors carry a code and a reason.",
    auth=Bearer(),
    docs_url=None,
    urls_namespace="api-v1",
)
api.add_router("", gate)
api.add_router("", consents)
api.add_router("", recorded)
api.add_router("", batch)


@api.get(
    "/conversations",
    response={200: schemas.Page[schemas.Conversation], 400: Error},
    summary="List conversations",
)
@requires(Permission.CONVERSATION_READ)
def list_conversations(
    request: HttpRequest, limit: Limit = 50, after: After = None, view: Which = ""
) -> schemas.Page[schemas.Conversation]:
    """The conversations that the token’s person may see, by newest message.

    One that gets a message while you page moves up: it is not given twice, and on the first page it comes first."""
    if view and view not in set(View):
        raise Problem(400, "view_unknown", f"There is no view “{view[:40]}”: take one of {', '.join(View)}, or none.")
    wanted, token = View(view) if view else None, token_of(request).pk
    since = moment(token, wanted, after)
    page = rows(person_of(request), view=wanted, limit=limit + 1, after=after, at=since)
    shown = page[:limit]
    hand_out(actor_of(request), [row.id for row in shown], right=Permission.CONVERSATION_READ, at=clock.now())
    more = given(token, wanted, shown[-1]) if len(page) > limit else None
    return schemas.Page(items=[_conversation(r) for r in shown], next=more)


@api.get(
    "/conversations/{conversation_id}/messages",
    response={200: schemas.Page[schemas.Message], 404: Error},
    summary="List the messages of a conversation",
)
@requires(Permission.CONVERSATION_READ)
def list_messages(
    request: HttpRequest, conversation_id: UUID, limit: Limit = 50, after: After = None
) -> schemas.Page[schemas.Message]:
    """Messages and notes, newest first, with their place in the ledger."""
    conversation = _conversation_or_404(request, conversation_id)
    page = messages(conversation, before=after, limit=limit + 1)
    shown = page[:limit]
    hand_out(actor_of(request), [conversation.pk], right=Permission.CONVERSATION_READ, at=clock.now())
    doors = doors_of([m.message.pk for m in shown if m.content.what.side_door], clock.now())
    items = [_message(m, doors.get(m.message.pk)) for m in shown]
    return schemas.Page(items=items, next=shown[-1].message.pk if len(page) > limit else None)


@api.post(
    "/conversations/{conversation_id}/messages",
    response={201: schemas.Message, 400: errors.Unfit | Error, 404: Error, 409: Error, 422: Error},
    summary="Send a message",
)
@requires(Permission.CONVERSATION_WRITE)
def send_message(
    request: HttpRequest,
    conversation_id: UUID,
    new: Body[NewMessage],
    idempotency_key: Annotated[str | None, Header(description="The same key again sends nothing twice.")] = None,
) -> Status[schemas.Message | Error]:
    """Queue a message; without a type it is a text. 400 names the fields that break the platform’s limits. 422 when the
    gate refuses, with its code, the reason and the article; the message is kept."""
    conversation = _conversation_or_404(request, conversation_id)
    named = _client_id(request, idempotency_key)
    draft = new.draft()
    try:
        author = Author(actor_of(request), person_of(request))
        message = send(conversation, draft, author, clock.now(), client_id=named)
    except UNSENT as why:
        raise problem_of(why, request) from None
    hand_out(actor_of(request), [conversation.pk], right=Permission.CONVERSATION_WRITE, at=clock.now())
    stored = opened([message])[0]
    if message.purpose != draft.purpose or not draft.was(stored.content.what):
        raise problem_of(ClientIdTaken(), request)
    if message.state == State.REFUSED:
        return Status(422, refusal_of(message, request))
    return Status(201, _message(stored))


@api.post(
    "/conversations/{conversation_id}/files",
    response={201: schemas.NewFile, 400: Error, 404: Error, 413: Error, 415: Error},
    summary="Upload a file",
    openapi_extra={"requestBody": {"content": {"application/octet-stream": {}}, "required": True}},
)
@requires(Permission.CONVERSATION_WRITE)
def upload_file(request: HttpRequest, conversation_id: UUID) -> Status[schemas.NewFile]:
    """The body is the file; Content-Type names its type, Content-Disposition its name. It waits a day for a message."""
    conversation = _conversation_or_404(request, conversation_id)
    if request.content_type in FORMS:
        raise Problem(415, "form", "Send the bytes themselves as the body, with their own Content-Type: no form.")
    claims = claims_of(request.content_type or "", request.headers.get("Content-Disposition", ""))
    author, blocks = Author(actor_of(request), person_of(request)), iter(lambda: request.read(BLOCK_BYTES), b"")
    try:
        file = upload(conversation.contact_id, claims, blocks, author, clock.now())
    except TooLarge:
        raise Problem(413, "too_large", f"WhatsApp takes files of {SIZES['document'] // MB} MB at most.") from None
    except OSError:
        raise Problem(400, "broken_off", "The file did not come in whole. Upload it again.") from None
    described = describe([file])[file.pk]
    mime, size = type_for(described), described.found.size
    return Status(201, schemas.NewFile(id=file.pk, type=mime, size=size, kind=best_as(described)))


@api.get(
    "/conversations/{conversation_id}/files/{file_id}",
    response={200: bytes, 404: Error, 409: Error},
    summary="Download a file",
    openapi_extra={"responses": {200: {"content": {"application/octet-stream": {}}}}},
)
@requires(Permission.CONVERSATION_READ)
def get_file(request: HttpRequest, conversation_id: UUID, file_id: UUID) -> HttpResponseBase:
    """The bytes as they came, as an attachment. 409 while they are being fetched, or where they could not be had."""
    try:
        file = file_for(person_of(request), conversation_id, file_id)
    except File.DoesNotExist:
        raise Problem(404, "not_found", "There is no such file in this conversation.") from None
    said = describe([file]).get(file.pk)
    if said is None:
        raise Problem(409, "file_not_here", f"This file is {file.state}{f': {file.reason}' if file.reason else ''}.")
    hand_out(actor_of(request), [conversation_id, file.pk], right=Permission.CONVERSATION_READ, at=clock.now())
    return file_answer(file, said, save=True)


@api.get("/stats", response=schemas.Stats, by_alias=True, summary="The installation in numbers")
@requires(Permission.STATS_READ)
def get_stats(request: HttpRequest) -> dict[str, object]:
    """Counts only, nothing personal."""
    return stats(clock.now())


@api.exception_handler(Problem)
def _problem(request: HttpRequest, problem: Problem) -> HttpResponse:
    return api.create_response(request, problem.error, status=problem.status)


@api.exception_handler(AuthenticationError)
def _nobody(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    told = Error(code="unauthorized", reason="Send a living token: Authorization: Bearer jw_…")
    answer = api.create_response(request, told, status=401)
    answer["WWW-Authenticate"] = "Bearer"
    return answer


@api.exception_handler(HttpError)
def _unreadable(request: HttpRequest, error: HttpError) -> HttpResponse:
    told = Error(code="invalid", reason="The body is not readable as JSON.")
    return api.create_response(request, told, status=error.status_code)


@api.exception_handler(OperationalError)
def _away(request: HttpRequest, error: OperationalError) -> HttpResponse:
    told = Error(code="unavailable", reason="The database does not answer. Nothing was done: try again.")
    answer = api.create_response(request, told, status=503)
    answer["Retry-After"] = "5"
    return answer


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Names the places that do not fit, never the values: they may be personal."""
    places = ", ".join(sorted({".".join(str(part) for part in e["loc"]) for e in error.errors}))
    return api.create_response(request, Error(code="invalid", reason=f"These do not fit: {places}."), status=400)


def _conversation_or_404(request: HttpRequest, conversation_id: UUID) -> Conversation:
    try:
        return conversation_for(person_of(request), conversation_id)
    except Conversation.DoesNotExist as nowhere:
        raise problem_of(nowhere, request) from None


def _client_id(request: HttpRequest, key: str | None) -> UUID | None:
    if key is None:
        return None
    if not 0 < len(key) <= IDEMPOTENCY_CHARACTERS_MAX:
        raise Problem(400, "invalid", f"Idempotency-Key takes 1 to {IDEMPOTENCY_CHARACTERS_MAX} characters.")
    return client_id(request, key)


def _conversation(row: Row) -> schemas.Conversation:
    return schemas.Conversation(
        id=row.id,
        channel="whatsapp",
        line=row.line,
        status="open" if row.status == "open" else "resolved",
        assignee=row.assignee,
        contact=schemas.Contact(id=row.contact_id, name=row.name),
        last_message_at=row.last_at,
        snoozed=row.is_snoozed,
        snoozed_until=row.snoozed_until,
    )


def _message(opened: Opened, door: Door | None = None) -> schemas.Message:
    message, who = opened.message, opened.content.who
    return schemas.Message(
        id=message.pk,
        direction=message.direction,
        type=message.kind,
        text=opened.readable,
        notice=opened.content.what.notice,
        status=message.state,
        provider_time=message.provider_time,
        received_at=message.created_at,
        provider_message_id=opened.provider_id,
        sender=schemas.Sender(phone=who.phone, bsuid=who.bsuid) if message.direction == "in" else None,
        ledger_index=opened.ledger_index,
        failure=_failure(opened),
        files=[_file(file) for file in opened.files],
        about=message.about_id,
        standby=opened.content.what.standby,
        side_door=_side_door(opened, door),
    )


def _side_door(opened: Opened, door: Door | None) -> schemas.SideDoor | None:
    if not opened.content.what.side_door:
        return None
    if door is None:
        return schemas.SideDoor(way="in" if opened.message.direction == "in" else None)
    status = "used" if door.used_at else door.condition
    return schemas.SideDoor(way=door.way, status=status, ends_at=door.ends_at, used_at=door.used_at)


def _file(file: Attached) -> schemas.File:
    here = file.state in ("stored", "draft") and not file.reason
    return schemas.File(
        id=file.id,
        status=file.state,
        reason=file.reason or None,
        name=file.name if here else None,
        type=file.type if here else None,
        claimed_type=file.claimed if here else None,
        size=file.size if here else None,
    )


def _failure(opened: Opened) -> schemas.Failure | None:
    """Why a message of ours did not leave, did not arrive, or is in doubt."""
    message = opened.message
    match message.state:
        case State.FAILED:
            return schemas.Failure(code=message.failure, reason=opened.failure_reason)
        case State.REFUSED:
            return schemas.Failure(code=message.gate, reason=REASONS[Refused(message.gate)].text.en)
        case State.UNKNOWN:
            return schemas.Failure(
                code="unknown", reason="It may have left. A receipt may tell; nobody sends it again."
            )
        case _:
            return None
