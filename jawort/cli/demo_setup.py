"""`jawort demo-setup`, a step of `jawort demo`: tables, the line, the staff. A second time it changes nothing."""

from argparse import Namespace
from collections.abc import Mapping
from typing import Final

from jawort.cli.demo_notes import (
    BUSINESS,
    DISPLAY_NUMBER,
    PHONE_NUMBER_ID,
    PORTFOLIO,
    STRANGER,
    WABA_ID,
    Notes,
    SignIn,
    notes_of,
)
from jawort.cli.migrate import migrate
from jawort.consent.models import OptInLink
from jawort.consent.opt_in import make_link, show_on
from jawort.consent.purpose import CAMPAIGNS
from jawort.consent.texts import Filled, Language, put_into_use
from jawort.core import clock
from jawort.core.config import Config, ConfigError
from jawort.legal.keep import keep as keep_links
from jawort.lines.connect import NewApp, connect
from jawort.lines.models import Line
from jawort.messaging.quick_replies.keep import keep
from jawort.messaging.quick_replies.rules import Wording
from jawort.staff.hire import hire
from jawort.staff.models import Agent
from jawort.staff.permissions import Role
from jawort.staff.preferences import prefer
from jawort.staff.tokens import issue

RATE_PER_S = 1_000  # the simulator's number has the highest tier
#: They lead nowhere: the business does not exist.
LEGAL_LINKS = (
    "https://www.werkstatt-lindenhof.example/impressum",
    "https://www.werkstatt-lindenhof.example/datenschutz",
)
#: What the workshop answers often.
QUICK_REPLIES = (
    Wording(
        "Begrüßung",
        {
            "de": "Guten Tag {{customer}}, hier ist {{agent}} von der {{line}}. Wie kann ich helfen?",
            "en": "Hello {{customer}}, this is {{agent}} of {{line}}. How can I help?",
        },
    ),
    Wording("Öffnungszeiten", {"de": "Wir sind Montag bis Freitag von 9 bis 18 Uhr da, am Samstag bis 14 Uhr."}),
    Wording(
        "Rad fertig", {"de": "Ihr Rad ist fertig. Sie können es ab {{tomorrow}} abholen; der Auftrag ist {{gap}}."}
    ),
)
#: In which words customers are asked whether they want to hear of offers.
CONSENT_TEXTS: Final[Mapping[Language, Filled]] = {
    "de": Filled(BUSINESS, "Angebote und Neuigkeiten", "höchstens zweimal im Monat", LEGAL_LINKS[1]),
    "en": Filled(BUSINESS, "offers and news", "at most twice a month", LEGAL_LINKS[1]),
}
#: Where its opt-in links stand, by language: the phone of the demo shows the website in both.
WEBSITES: Final[Mapping[Language, str]] = {"de": "Website", "en": "Website (English)"}


def run(_options: Namespace, config: Config) -> int:
    """Set the demo up from its notes. Raises ConfigError on a database that is somebody else's."""
    migrate()
    notes = Notes.read(notes_of(config.data_dir))
    assert notes is not None, "the demo writes its notes first"
    _refuse_strangers(notes)
    if not notes.installed:
        _connect(notes)
        keep_links(*LEGAL_LINKS, actor="system", at=clock.now())
        put_into_use(CAMPAIGNS, CONSENT_TEXTS, actor="system", at=clock.now())
        for wording in QUICK_REPLIES:
            keep(wording, None, actor="system", at=clock.now())
        notes.installed = True
        notes.write()
    notes.widgets = {language: _widget(language, place, config) for language, place in WEBSITES.items()}
    for one in notes.sign_ins:
        _hire(one)
    notes.write()
    return 0


def _widget(language: Language, place: str, config: Config) -> str:
    """The code of the opt-in link there, a new one where there is none in use. Its widget is shown at the simulator."""
    link = OptInLink.objects.filter(language=language, place=place, ended_at=None).order_by("pk").first()
    if link is None:
        link = make_link(Line.objects.get().pk, language, place, actor="system", at=clock.now())
    show_on(link.pk, {*link.origins.split(), config.simulator_url}, actor="system", at=clock.now())
    return link.code


def _refuse_strangers(notes: Notes) -> None:
    """A demo moves the clock and lets anybody in: it must never run on an installation with real customers."""
    strangers = Agent.objects.exclude(email__in=[one.email for one in notes.sign_ins]).exists()
    if strangers or Line.objects.exists() != notes.installed:
        raise ConfigError(STRANGER)


def _connect(notes: Notes) -> None:
    connect(
        app=NewApp("WhatsApp (Simulator)", notes.app_secret, notes.verify_token),
        name=BUSINESS,
        phone_number_id=PHONE_NUMBER_ID,
        waba_id=WABA_ID,
        portfolio=PORTFOLIO,
        display_number=DISPLAY_NUMBER,
        token=notes.access_token,
        actor="system",
        at=clock.now(),
        rate_per_s=RATE_PER_S,
    )


def _hire(one: SignIn) -> None:
    agent = Agent.objects.filter(email=one.email).first()
    if agent is None:
        at = clock.now()
        agent = hire(one.email, one.name, Role(one.role), password=one.password, actor="system", at=at)
        prefer(agent, undo_seconds=0)  # what is written here shall be on the phone at once
    if not one.api_token:
        one.api_token = issue(agent, "Demo", actor="system", at=clock.now())
