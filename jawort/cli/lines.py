"""`jawort lines`: connect a number, replace an app's secret, let a line send again; then how all lines are."""

from argparse import Namespace

from django.db import IntegrityError, transaction

from jawort.channels.whatsapp.errors import meaning
from jawort.cli.secret_file import secret_in
from jawort.core import clock
from jawort.core.config import Config, ConfigError
from jawort.core.phone import parse
from jawort.legal.keep import keep
from jawort.legal.queries import links
from jawort.lines import rotate
from jawort.lines.connect import NewApp, connect
from jawort.lines.decide import set_receipts
from jawort.lines.health import set_health
from jawort.lines.models import PLATFORM, App, Line, Receipts, State
from jawort.lines.tell import settle_all
from jawort.lines.templates import want_listing

ACTOR = "system"


def run(options: Namespace, _config: Config) -> int:
    """Do what is asked for, then say how each line is. Raises ConfigError."""
    if options.connect is not None:
        _connect(options)
    if options.add_secret is not None:
        _rotate(options.add_secret, secret_in("--secret-file", options.secret_file))
    if options.drop_secret is not None:
        _rotate(options.drop_secret, None)
    if options.resume is not None:
        _resume(options)
    if options.receipts is not None:
        _receipts(*options.receipts)
    if options.templates:
        with transaction.atomic():
            want_listing(set(Line.objects.values_list("waba_id", flat=True)), clock.now())
    for line in Line.objects.select_related("app").order_by("name", "pk"):
        print(f"{line.phone_number_id}  {line.name}  {line.app.name}  {line.state}  {_trouble(line.health)}".rstrip())
    return 0


def _connect(options: Namespace) -> None:
    missing = [
        f"--{name.replace('_', '-')}" for name in ("name", "app", "waba_id", "number") if not vars(options)[name]
    ]
    if missing:
        raise ConfigError(f"To connect a number, {', '.join(missing)} must be given too.")
    if parse(options.number) is None:
        raise ConfigError("--number is not in international form: write it like “+49 30 23125000”.")
    _linked(options.imprint, options.privacy)
    known = App.objects.filter(name=options.app).first()
    app = known or NewApp(
        options.app,
        secret_in("--secret-file", options.secret_file),
        secret_in("--verify-token-file", options.verify_token_file),
    )
    try:
        connect(
            app=app,
            name=options.name,
            phone_number_id=options.connect,
            waba_id=options.waba_id,
            portfolio=options.portfolio or "",
            display_number=options.number,
            token=secret_in("--token-file", options.token_file),
            actor=ACTOR,
            at=clock.now(),
            rate_per_s=options.rate,
        )
    except IntegrityError:
        raise ConfigError(f"The number {options.connect} is connected already: “jawort lines” lists it.") from None


def _linked(imprint: str | None, privacy: str | None) -> None:
    """Customers find imprint (§ 5 DDG) and privacy notice (Art. 13 GDPR) before they are answered, as on the desk."""
    if links() is not None and not (imprint or privacy):
        return
    if not (imprint and privacy):
        raise ConfigError(
            "Before a number is connected customers must find both: give --imprint and --privacy with their addresses."
        )
    try:
        keep(imprint, privacy, actor=ACTOR, at=clock.now())
    except ValueError:
        raise ConfigError("--imprint and --privacy take addresses that begin with https://.") from None


def _rotate(name: str, new_secret: str | None) -> None:
    """Begin to accept a second secret of the app; without one, end accepting the older of two."""
    app = App.objects.filter(name=name).first()
    if app is None:
        raise ConfigError(f"There is no app “{name}”: “jawort lines” names the app of each line.")
    try:
        if new_secret is None:
            rotate.finish(app.pk, actor=ACTOR, at=clock.now())
        else:
            rotate.begin(app.pk, new_secret, actor=ACTOR, at=clock.now())
    except rotate.RotationError as error:
        raise ConfigError(str(error)) from None


def _receipts(phone_number_id: str, word: str) -> None:
    if word not in Receipts.values:
        raise ConfigError(f"--receipts takes {', '.join(Receipts.values)} after the phone number id, not “{word}”.")
    set_receipts(_line(phone_number_id).pk, Receipts(word), actor=ACTOR, at=clock.now())


def _line(phone_number_id: str) -> Line:
    line = Line.objects.filter(phone_number_id=phone_number_id).first()
    if line is None:
        raise ConfigError(f"There is no line with the phone number id {phone_number_id}: “jawort lines” lists them.")
    return line


def _resume(options: Namespace) -> None:
    line = _line(options.resume)
    if options.token_file is not None:
        rotate.replace_access_token(line.pk, secret_in("--token-file", options.token_file), actor=ACTOR, at=clock.now())
    settle_all(line, actor=ACTOR, at=clock.now())
    set_health(line.pk, State.LIVE, "", actor=ACTOR, at=clock.now())


def _trouble(health: str) -> str:
    if health.startswith(PLATFORM):
        return f"{health}: a notice of WhatsApp; the desk’s page “Notices” says what to do"
    code = health.removeprefix("whatsapp.")
    return f"{health}: {meaning(int(code)).en}" if code.lstrip("-").isdigit() else health
