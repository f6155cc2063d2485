"""What the platform says of a number of ours at once: where its webhooks go, the token, the app's subscription."""

from typing import Final

from jawort.channels.types import Examined, Refused
from jawort.channels.whatsapp.numbers import Numbers, Token, read, subscription, token
from jawort.channels.whatsapp.scan import Fields, members, string

#: By which callback the platform delivers: the first of these that is set.
LEVELS: Final = ("phone_number", "whatsapp_business_account", "application")


async def examine(client: Numbers, ref: str, account: str, given: str) -> Examined | Refused:
    """Whether the platform takes the token `given`, until when, whether and where it delivers the number’s webhooks.

    Refused only if it does not take the token or was not reached: what else it does not say is not known.
    """
    number = read(await client.ask("GET", ref, fields="id,webhook_configuration"))
    if isinstance(number, Refused):
        return number
    told = await token(client, given)
    known = told if isinstance(told, Token) else None
    heard = await subscription(client, account, known.app_ref if known else "")
    return Examined(
        known.ends_at if known else None, None if isinstance(heard, Refused) else heard.heard, leads_to(number)
    )


def leads_to(number: Fields) -> str:
    """The address that the number's webhooks go to; empty if the platform does not say."""
    of = members(number.get("webhook_configuration")) or {}
    return next((found for level in LEVELS if (found := string(of, level))), "")
