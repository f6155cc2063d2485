"""What customers see of the company when they look at its number in WhatsApp.

Source: the platform's page on business profiles. The picture is not among it: it is set at the platform.
"""

from dataclasses import dataclass, fields
from typing import Final

from jawort.channels.types import Noted, Refused, Uncertain
from jawort.channels.whatsapp.numbers import Numbers, done, no_sense, read
from jawort.channels.whatsapp.scan import elements, members, string, text

ABOUT_CHARS_MAX: Final = 139
ADDRESS_CHARS_MAX: Final = 256
DESCRIPTION_CHARS_MAX: Final = 512
EMAIL_CHARS_MAX: Final = 128
WEBSITE_CHARS_MAX: Final = 256
WEBSITES_MAX: Final = 2
#: The platform's words for what a company does.
VERTICALS: Final = (
    *("UNDEFINED", "ALCOHOL", "APPAREL", "AUTO", "BEAUTY", "EDU", "ENTERTAIN", "EVENT_PLAN", "FINANCE", "GOVT"),
    *("GROCERY", "HEALTH", "HOTEL", "NONPROFIT", "ONLINE_GAMBLING", "OTC_DRUGS", "PHYSICAL_GAMBLING"),
    *("PROF_SERVICES", "RESTAURANT", "RETAIL", "TRAVEL", "OTHER"),
)


@dataclass(frozen=True, slots=True)
class Profile:
    """All that can be changed of it. What nobody has filled in is empty."""

    about: str = ""
    address: str = ""
    description: str = ""
    email: str = ""
    websites: tuple[str, ...] = ()
    vertical: str = ""

    def differs(self, other: "Profile") -> list[str]:
        """The names of what is another in `other`."""
        return [each.name for each in fields(self) if getattr(self, each.name) != getattr(other, each.name)]


_NAMES: Final = ",".join(each.name for each in fields(Profile))


async def profile(client: Numbers, ref: str) -> Profile | Refused:
    """The profile of one number."""
    found = read(await client.ask("GET", f"{ref}/whatsapp_business_profile", fields=_NAMES))
    if isinstance(found, Refused):
        return found
    items = elements(found.get("data"))
    told = members(items[0]) if items else {}
    if told is None:
        return no_sense()
    words = {name: string(told, name) for name in ("about", "address", "description", "email", "vertical")}
    websites = tuple(site for one in elements(told.get("websites")) or () if (site := text(one)))
    return Profile(websites=websites, **words)


async def change_profile(client: Numbers, ref: str, wanted: Profile, names: list[str]) -> Noted | Refused | Uncertain:
    """Have `names` of the profile be as in `wanted`; the rest stays."""
    body: dict[str, object] = {name: getattr(wanted, name) for name in names}
    return done(await client.ask("POST", f"{ref}/whatsapp_business_profile", {"messaging_product": "whatsapp"} | body))
