"""What a simulator is started with, and the two ways it can behave: `demo` for people, `bench` for load."""

import ipaddress
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal
from urllib.parse import urlsplit

from jawort.core.phone import parse
from jawort.simulator.portfolio import REGIMES, TIERS, Regime

BODY_BYTES_MAX = 1_000_000  # of a JSON body; files have their own limit
UPDATES_MAX = 1_000  # in one POST, says the platform


@dataclass(frozen=True, slots=True)
class Profile:
    """How fast phones are and how webhooks leave. Delays are (least, most) in milliseconds of real time."""

    sent_ms: tuple[int, int]
    delivered_ms: tuple[int, int]
    #: Most updates in one POST. The platform puts up to 1,000 into one and promises nothing.
    batch_max: int
    #: How long the first update of a batch waits for company.
    linger_ms: int
    #: Number of webhook queues; 0 means one per customer, so that one slow answer holds up nobody else.
    queues: int
    #: POSTs to the callback at the same time.
    concurrency: int
    #: Longest pause between two attempts, in seconds of the (movable) clock.
    retry_pause_s_max: int
    #: Whether GET webhooks and the phone page keep bodies; a bench would only fill memory with them.
    keep_webhooks: int
    #: Whether a well-formed business-scoped user id that no control call created is refused (131009), as the platform
    #: does. A bench writes its customers' webhooks itself: nobody would have told the simulator of them.
    strict_bsuid: bool


PROFILES = {
    "demo": Profile(
        sent_ms=(100, 400),
        delivered_ms=(250, 800),
        batch_max=1,
        linger_ms=0,
        queues=0,
        concurrency=16,
        retry_pause_s_max=30,
        keep_webhooks=2_000,
        strict_bsuid=True,
    ),
    "bench": Profile(
        sent_ms=(0, 20),
        delivered_ms=(5, 50),
        batch_max=500,
        linger_ms=50,
        queues=4,
        concurrency=16,
        retry_pause_s_max=4,
        keep_webhooks=200,
        strict_bsuid=False,
    ),
}


class SettingsError(ValueError):
    """A setting that cannot be. The text is one sentence that says what to do."""


@dataclass(frozen=True, slots=True)
class Settings:
    """One business with its first number, and where its webhooks go."""

    #: Port to listen on; 0 lets the system choose (tests).
    port: int
    #: Signs the webhooks.
    app_secret: str
    #: What the callback must compare in the handshake.
    verify_token: str
    #: The bearer token of the Graph calls.
    access_token: str
    #: Where webhooks go.
    callback_url: str
    host: str = "127.0.0.1"
    phone_number_id: str = "106540352242922"
    waba_id: str = "102290129340398"
    app_id: str = "670843887433847"
    #: Business-scoped user ids hang on it: another portfolio sees other ids of the same people.
    portfolio: str = "506914307656634"
    display_number: str = "+493023125000"  # reserved for fiction by the Bundesnetzagentur
    business_name: str = "Beispiel GmbH"
    #: Origins that may frame the phone page (the desk).
    allowed_origins: tuple[str, ...] = ()
    #: Scripts that the business's website shows, in the languages of the phone page; none: it has no website.
    widget_urls: tuple[str, ...] = ()
    #: Names beside the loopback ones that a Host header may carry.
    allowed_hosts: tuple[str, ...] = ()
    profile: Literal["demo", "bench"] = "demo"
    #: Makes delays and business-scoped user ids repeatable. Message ids never repeat: they would look redelivered.
    seed: int = 1
    #: Multiplies the phones' delays; tests take 0.
    tempo: float = 1.0
    #: A text outside the customer service window: accepted and failed later (as in life), or refused at once.
    csw_error: Literal["async", "sync"] = "async"
    #: A message to somebody whom the business has blocked (130403): likewise.
    block_error: Literal["async", "sync"] = "async"
    #: The price list: service messages free, or charged beyond a thousand a month.
    pricing_regime: Regime = "2026-10"
    #: Version of the webhook subscription; until 23 every status names a conversation.
    webhook_version: int = 26
    #: The portfolio's messaging limit: people who may be written to outside their window within 24 hours.
    messaging_limit: str = "UNLIMITED"
    #: Whether the messaging limit rises by itself: half of it used in a week, by a number of high quality.
    auto_upgrade: bool = False
    #: Marketing templates for one person in 24 hours, where the platform caps them (not in the EEA); 0 is no cap.
    marketing_per_day: int = 0
    #: One message in 6 s to one customer, 45 in a burst (error 131056).
    pair_limit: bool = False
    #: Messages a second of each number, in and out (error 130429); 0 is no limit.
    throughput_per_s: int = 0
    #: What the access token may do, and when it ends, in Unix seconds; 0 is never.
    token_scopes: tuple[str, ...] = ("whatsapp_business_management", "whatsapp_business_messaging")
    token_expires_at: int = 0
    #: Whether the first number is registered from the start, and the app subscribed to the account.
    registered: bool = True
    subscribed: bool = True
    #: How often a message that arrives in an open chat is told as `read` alone, without `delivered` (0 to 1).
    skip_delivered_when_open: float = 1.0
    #: Whether the platform remembers numbers it has seen, so that withholding shows no effect for known people.
    contact_book: bool = False
    #: What a change of number says: the corrected documentation, or the older one with a field of its own.
    rotation: Literal["system_previous", "user_id_update"] = "system_previous"
    #: Most updates in one POST, 1,000 at most; 0 leaves it to the profile.
    batch_max: int = 0
    #: What the webhooks' JSON escapes: non-ASCII and `/`, or `<`, `%` and `@` as well, as an older page says.
    escape: Literal["usual", "full"] = "usual"
    #: Start with the webhooks disturbed as in bad times (chaos.py); the control API switches it as well.
    chaos: bool = False
    #: The number is used in the Business app too: customers' edits and deletions are told.
    coexistence: bool = False
    #: Whether people can call the number from the start; at the platform they cannot before it is switched on.
    calling: bool = False
    #: Whether the portfolio is linked with others, so that people have an id which those share.
    parent_bsuid: bool = False
    #: How long a webhook is offered again: 7 days, or the 36 hours of an older page.
    retry_hours: int = 168
    #: How long a template waits for its approval, in seconds (tempo applies); 0 leaves it to a control call.
    review_s: float = 3.0
    #: Templates of the account; a verified portfolio has 6,000.
    templates_max: int = 250
    #: Bytes of files kept in memory; the oldest go first.
    media_bytes_max: int = 500_000_000

    def __post_init__(self) -> None:
        if not loopback(self.host):
            raise SettingsError(f"The simulator listens on loopback only, not on {self.host}: take 127.0.0.1.")
        self._check_values()
        if parse(self.display_number) is None:
            raise SettingsError("The display number is not in international form: write it like +49 30 23125000.")
        if urlsplit(self.callback_url).scheme not in {"http", "https"}:
            raise SettingsError("The callback address must begin with http:// or https://.")
        if any(urlsplit(url).scheme not in {"http", "https"} for url in self.widget_urls):
            raise SettingsError("The addresses of widgets must begin with http:// or https://.")
        if not (self.app_secret and self.verify_token and self.access_token):
            raise SettingsError("The simulator needs an app secret, a verify token and an access token.")

    def _check_values(self) -> None:
        """One of a few, and not too much."""
        for name, known in (("profile", PROFILES), ("pricing_regime", REGIMES), ("messaging_limit", TIERS)):
            if (value := getattr(self, name)) not in known:
                raise SettingsError(
                    f"There is no simulator {name.replace('_', ' ')} “{value}”: take {', '.join(known)}."
                )
        for name, most in (("batch_max", UPDATES_MAX), ("skip_delivered_when_open", 1)):
            if not 0 <= getattr(self, name) <= most:
                raise SettingsError(f"The setting {name} is a number from 0 to {most}.")

    @property
    def own_digits(self) -> str:
        """The business's number as the platform writes it: digits, no plus."""
        number = parse(self.display_number)
        assert number is not None
        return number.digits

    @property
    def pace(self) -> Profile:
        """The profile's figures."""
        return PROFILES[self.profile]


@lru_cache(maxsize=1_000)
def loopback(host: str) -> bool:
    """Whether `host` (a name or an address, brackets allowed) can only mean this machine."""
    bare = host.strip("[]").lower()
    if bare == "localhost":
        return True
    try:
        return ipaddress.ip_address(bare).is_loopback
    except ValueError:
        return False
