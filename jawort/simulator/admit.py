"""Whether a valid call may become a message: recipient, files and rates, in the platform's order."""

from jawort.core import clock
from jawort.simulator import content, outcome
from jawort.simulator.errors import GraphError
from jawort.simulator.fill import fill
from jawort.simulator.number import Number
from jawort.simulator.templates import Template
from jawort.simulator.users import User
from jawort.simulator.world import Send, World

#: The codes for states that have their own; others are as good as not there.
_UNSENDABLE = {"PAUSED": 132015, "DISABLED": 132016}
_FILES = frozenset({"image", "video", "document", "audio", "sticker", "interactive", "template"})


def check_ready(world: World, number: Number) -> None:
    """Raises GraphError where nothing can be sent."""
    number.check_ready()
    if world.portfolio.locked:
        raise GraphError(131031, "The account has been locked.")


def admit(world: World, number: Number, send: Send) -> Send:
    """The send of `number`, if everything lets it pass. Raises GraphError."""
    at = clock.now().timestamp()
    user = _recipient(world, number, send)
    key = user.key if user is not None else send.to or send.bsuid or ""
    template = _template(world, send) if send.type == "template" else None
    if template is not None and template.one_time and send.to is None:
        raise GraphError(131062, "recipient: one-time passwords need a phone number in to.")
    if world.settings.block_error == "sync" and key in number.blocked:
        raise GraphError(outcome.BLOCKED, outcome.BLOCKED_DETAILS)
    _check_allowed(number, user.digits if user is not None else send.to)
    if send.type == "template":
        _fill(world, send, template)
    if send.type in _FILES:
        _check_files(world, send, at)
    if code := number.rates.refusal(key, at):
        raise GraphError(code, "Too many messages in a short time; wait before you send again.")
    sync = world.settings.csw_error == "sync" and send.template is None
    if sync and user is not None and not user.chat(number).window_open(at):
        raise GraphError(outcome.WINDOW_CLOSED, outcome.WINDOW_CLOSED_DETAILS)
    return send


def _recipient(world: World, number: Number, send: Send) -> User | None:
    """Who gets it, as far as a control call created them. Raises GraphError."""
    if send.to is not None:
        if send.to == number.digits:
            raise GraphError(131021, "The recipient is the sending number itself.")
        return world.directory.by_phone(send.to)
    user = world.directory.by_bsuid(send.bsuid or "")
    if user is None and (send.bsuid in world.directory.retired or world.settings.pace.strict_bsuid):
        raise GraphError(131009, "recipient: this portfolio knows nobody by that business-scoped user ID.")
    return user


def _check_allowed(number: Number, digits: str | None) -> None:
    """A test number writes to a few numbers only."""
    if number.allowed and digits not in number.allowed:
        raise GraphError(131030, "The recipient's number is not in the list of allowed numbers.")


def _template(world: World, send: Send) -> Template | None:
    """The template that the send names, if there is one."""
    return world.templates.find(send.content["name"], send.content["language"]["code"])


def _fill(world: World, send: Send, template: Template | None) -> None:
    """Fill the template, if it may be sent. Raises GraphError."""
    asked = send.content
    name, language = asked["name"], asked["language"]["code"]
    if template is None:
        raise GraphError(132001, f"template name ({name}) does not exist in {language}")
    if code := _UNSENDABLE.get(template.status, 132001 if template.status != "APPROVED" else 0):
        raise GraphError(code, f"template name ({name}) in {language} is {template.status.lower()}")
    _check_way(world, send, template)
    given = asked.get("components") or []
    send.filled = fill(template.components, given, named=template.named, one_time=template.one_time)
    send.template, send.text = template, send.filled.get("body", "")


def _check_way(world: World, send: Send, template: Template) -> None:
    """Marketing goes by its own API, or by this one as well. Raises GraphError."""
    marketing = template.category == "MARKETING"
    if send.marketing_api and not marketing:
        raise GraphError(131055, "Only marketing templates can be sent here.")
    if marketing and not send.marketing_api and not world.portfolio.marketing_on_cloud_api:
        raise GraphError(131063, "This account sends marketing by the Marketing Messages API only.")


def _check_files(world: World, send: Send, at: float) -> None:
    """Files named by an id are there, and are what they are sent as. Raises GraphError."""
    for path, kind, named in content.files(send.type, send.content):
        if (file_id := named.get("id")) is None:
            continue
        file = world.media.get(str(file_id), at)
        if file is None:
            raise GraphError(100, f"Param {path}['id'] is not a valid whatsapp business account media attachment ID")
        if kind not in {file.kind, "document"}:
            raise GraphError(131053, f"{path}: a file of type {file.mime} cannot be sent as {kind}.")
