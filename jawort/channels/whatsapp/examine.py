"""What the platform says of a number of ours: where its webhooks go, the token, the app's subscription. Pure."""

from datetime import datetime
from typing import Final

from jawort.channels.whatsapp.scan import elements, members, moment, number, text

#: By which callback the platform delivers: the first of these that is set.
LEVELS: Final = ("phone_number", "whatsapp_business_account", "application")


def leads_to(answer: bytes) -> str:
    """The address that the number's webhooks go to; empty if the platform does not say."""
    of = members((members(answer.strip()) or {}).get("webhook_configuration")) or {}
    return next((found for level in LEVELS if (found := text(of.get(level)))), "")


def token(answer: bytes) -> tuple[str, datetime | None]:
    """The app that the token is of, empty if the platform does not say, and when it ends; None if never."""
    data = members((members(answer.strip()) or {}).get("data")) or {}
    ends = data.get("expires_at")
    return text(data.get("app_id")) or "", moment(ends) if number(ends) else None


def is_subscribed(answer: bytes, app: str) -> bool | None:
    """Whether the app gets the account's webhooks, or any app does where ours is not known; None if it is not said."""
    listed = elements((members(answer.strip()) or {}).get("data"))
    if listed is None:
        return None
    each = (members((members(one) or {}).get("whatsapp_business_api_data")) or {} for one in listed)
    ids = {text(one.get("id")) for one in each}
    return app in ids if app else bool(ids)
