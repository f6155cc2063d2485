"""`jawort demo`: everything on this machine, with a simulated WhatsApp and fictional people.

Nothing leaves the machine. A demo differs from an installation in its settings only: the same processes, the same
doors. When all is ready it prints where to go and how to sign in, or one line of JSON for programs, and runs until
SIGINT or SIGTERM.
"""

import json
import os
import secrets
import threading
import time
from argparse import Namespace
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from jawort.cli import demo_data, demo_place, demo_templates, demo_words, ready
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
from jawort.cli.loopback import Unanswered, ask
from jawort.cli.ports import LOOPBACK
from jawort.cli.postgres import Server, ServerError
from jawort.cli.serve import ROLES, child, jawort, once
from jawort.cli.supervise import Child, Stopped, Supervisor, stopping
from jawort.core.config import Config, ConfigError

READY_S = 90.0
_LOOK_S = 0.1
#: What a demo sets itself, whatever the environment says; these are the operator's.
_KEPT = {"JAWORT_LANGUAGE", "JAWORT_TIME_ZONE", "JAWORT_WORK_PORT"}
_OURS = ("JAWORT_", "SIMULATOR_", "DATABASE_URL", "DJANGO_")
WEBHOOKS = "/webhooks/whatsapp"


@dataclass(slots=True)
class Demo:
    """One demo: where it lives, and what runs."""

    data_dir: Path
    port: int
    notes: Notes
    output: IO[bytes]
    stop: threading.Event
    empty: bool
    profile: str = "demo"
    supervisor: Supervisor = field(default_factory=lambda: Supervisor([]))
    dsn: str = ""

    @property
    def url(self) -> str:
        """The desk."""
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def webhook_url(self) -> str:
        """Where the simulator sends."""
        return f"{self.listener_url}{WEBHOOKS}"

    @property
    def listener_url(self) -> str:
        """The webhook listener."""
        return f"http://{LOOPBACK}:{self.port + 1}"

    @property
    def simulator_url(self) -> str:
        """The simulator's address for browsers."""
        return f"http://{LOOPBACK}:{self.port + 2}"

    @property
    def people(self) -> list[SignIn]:
        """Who may sign in."""
        return self.notes.sign_ins

    @property
    def control(self) -> str:
        """The simulator's control API."""
        return f"{self.simulator_url}/__sim"

    def wait(self, holds: Callable[[], bool]) -> None:
        """Wait until `holds()`, looking after the processes meanwhile.

        Raises Stopped when asked to stop, ServerError when it takes too long or a process refused its settings.
        """
        give_up = time.monotonic() + READY_S
        while not holds():
            if self.stop.wait(_LOOK_S):
                raise Stopped
            if not self.supervisor.look(time.monotonic()) or time.monotonic() > give_up:
                raise ServerError(f"The demo did not become ready: {self.output.name} says why.")


def run(options: Namespace, config: Config) -> int:
    """Run a demo. Raises ConfigError, ServerError."""
    with ExitStack() as stack:
        stop = stack.enter_context(stopping())
        data_dir = stack.enter_context(demo_place.directory(_wanted(options)))
        port = stack.enter_context(demo_place.ports(options.port))
        output = stack.enter_context(_log(data_dir))
        notes = Notes.read(notes_of(data_dir)) or Notes.made(notes_of(data_dir))
        notes.write()
        demo = Demo(data_dir, port, notes, output, stop, options.empty, options.profile)
        say = demo_words.progress(quiet=options.json)
        try:
            _start(demo, config, say)
            print(json.dumps(told(demo), ensure_ascii=False) if options.json else demo_words.welcome(demo), flush=True)
            return demo.supervisor.run()
        except BaseException as error:
            demo.supervisor.end()
            if stop.is_set():
                return 0
            if isinstance(error, Unanswered):
                raise ServerError(f"The demo could not be told ({error}): {output.name} says why.") from None
            raise


def _wanted(options: Namespace) -> Path | None:
    """The directory asked for: by the option or the environment (commands.py makes one of the other)."""
    given = os.environ.get("JAWORT_DATA_DIR")
    return options.data_dir or (Path(given) if given else None)


def _log(data_dir: Path) -> IO[bytes]:
    """Where the processes log: the terminal is for people."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW
    return open(data_dir / "demo.log", "ab", opener=lambda path, _: os.open(path, flags, 0o600))


def _start(demo: Demo, config: Config, say: Callable[[str], None]) -> None:
    """From nothing to ready."""
    say("database")
    if config.database_url and not (demo.data_dir / "root.key").exists() and ready.holds_keys(config):
        raise ConfigError(STRANGER)  # before anything is made: beside keys that are there, none is made
    server = None if config.database_url else Server(demo.data_dir, stop=demo.stop)
    demo.supervisor = Supervisor([], server, demo.stop)
    demo.dsn = server.start() if server is not None else config.database_url
    fresh = not demo.notes.told
    _set_clock(demo, fresh=fresh)
    environ = environment(demo)
    say("tables")
    once("demo-setup", environ, demo.stop, demo.output)
    read = Notes.read(notes_of(demo.data_dir))
    assert read is not None
    demo.notes = read
    say("processes")
    children = [child(role, environ, demo.output) for role in ROLES]
    phones = Child("simulator", jawort("simulator"), simulator(demo), demo.output)
    demo.supervisor.children = [*children, phones]
    demo.supervisor.start()
    demo.wait(lambda: _ready(demo))
    if demo.empty:
        return
    _give_phones(demo)
    phones.restarted = lambda: _give_phones(demo)
    if fresh:
        say("data")
        _play(demo)


def _give_phones(demo: Demo) -> None:
    """The people of the story and whoever else is known, and the templates. The simulator has just been started and may
    not answer yet.
    """
    give_up = time.monotonic() + READY_S
    while True:
        try:
            demo_data.people(demo.control, demo_data.known(f"{demo.url}/api/v1", demo.notes))
            demo_templates.hand_in(demo.simulator_url, demo.control, WABA_ID, demo.notes.access_token)
            return
        except Unanswered:
            if demo.stop.wait(_LOOK_S) or time.monotonic() > give_up:
                raise


def _set_clock(demo: Demo, *, fresh: bool) -> None:
    """A story begins in the past; one that was cut short is left as it is, in the present. Else the clock stays."""
    clock = demo.data_dir / "clock"
    begins = fresh and not demo.empty
    if begins or demo.notes.told == "begun" or not clock.exists():
        clock.write_text(str(-60 * demo_data.BEGIN_MINUTES if begins else 0), encoding="ascii")


def _play(demo: Demo) -> None:
    demo.notes.told = "begun"
    demo.notes.write()
    doors = demo_data.Doors(f"{demo.url}/api/v1", demo.control, demo.notes, demo.wait)
    demo_data.play(doors, demo.stop)
    demo.notes.told = "whole"
    demo.notes.write()


def environment(demo: Demo) -> dict[str, str]:
    """What the product's processes get: the operator's environment without settings, and the demo's."""
    kept = {n: v for n, v in os.environ.items() if n in _KEPT or not n.startswith(_OURS)}
    kept.setdefault("JAWORT_WORK_PORT", "0")  # a demo has three ports; the worker's would be a fourth
    return kept | {
        "DATABASE_URL": demo.dsn,
        "JAWORT_DATA_DIR": str(demo.data_dir),
        "JAWORT_CLOCK_FILE": str(demo.data_dir / "clock"),
        "JAWORT_DEMO": "true",
        "JAWORT_PORT": str(demo.port),
        "JAWORT_INGEST_PORT": str(demo.port + 1),
        "JAWORT_PUBLIC_URL": demo.url,
        "JAWORT_COMPANY": BUSINESS,
        "JAWORT_SIDE_DOOR_URL": demo.url,
        "JAWORT_WEBHOOK_URL": demo.webhook_url,
        "JAWORT_GRAPH_URL": f"{demo.simulator_url}/v26.0",
        "JAWORT_SIMULATOR_URL": demo.simulator_url,
    }


def simulator(demo: Demo) -> dict[str, str]:
    """What the simulator gets: a separate program, which knows the callback and nothing of the database."""
    kept = {n: v for n, v in os.environ.items() if not n.startswith(_OURS)}
    return kept | {
        "JAWORT_CLOCK_FILE": str(demo.data_dir / "clock"),
        "SIMULATOR_PORT": str(demo.port + 2),
        "SIMULATOR_APP_SECRET": demo.notes.app_secret,
        "SIMULATOR_VERIFY_TOKEN": demo.notes.verify_token,
        "SIMULATOR_ACCESS_TOKEN": demo.notes.access_token,
        "SIMULATOR_CALLBACK_URL": demo.webhook_url,
        "SIMULATOR_PHONE_NUMBER_ID": PHONE_NUMBER_ID,
        "SIMULATOR_WABA_ID": WABA_ID,
        "SIMULATOR_PORTFOLIO": PORTFOLIO,
        "SIMULATOR_DISPLAY_NUMBER": DISPLAY_NUMBER,
        "SIMULATOR_BUSINESS_NAME": BUSINESS,
        "SIMULATOR_ALLOWED_ORIGINS": demo.url,
        "SIMULATOR_WIDGET_URLS": ",".join(widget_url(demo, code) for code in demo.notes.widgets.values()),
        "SIMULATOR_PROFILE": demo.profile,
        "SIMULATOR_CALLING": "true",
        # Message ids follow from the seed: a second run with the same one would look like redeliveries of the first.
        "SIMULATOR_SEED": str(secrets.randbelow(2**31)),
    }


def _ready(demo: Demo) -> bool:
    """Whether all answer: the simulator, the listener with its handshake, the desk, and by its seal the worker."""
    challenge = secrets.token_hex(8)
    handshake = f"hub.mode=subscribe&hub.challenge={challenge}&hub.verify_token={demo.notes.verify_token}"
    try:
        return (
            ask("GET", f"{demo.simulator_url}/health")[0] == 200
            and ask("GET", f"{demo.listener_url}/readyz")[0] == 200
            and ask("GET", f"{demo.webhook_url}?{handshake}") == (200, challenge.encode())
            and ask("GET", f"{demo.url}/readyz")[0] == 200
            and ask("GET", f"{demo.url}/ledger/checkpoint")[0] == 200
        )
    except Unanswered:
        return False


def widget_url(demo: Demo, code: str) -> str:
    """The script of an opt-in link, on the host that serves public pages: what a website embeds."""
    return f"{demo.url}/opt-in/{code}.js"


def told(demo: Demo) -> dict[str, object]:
    """What `--json` prints. Others rely on these keys."""
    return {
        "url": demo.url,
        "webhook_url": demo.webhook_url,
        "app_secret": demo.notes.app_secret,
        "verify_token": demo.notes.verify_token,
        "phone_number_id": PHONE_NUMBER_ID,
        "waba_id": WABA_ID,
        "simulator_url": f"{demo.simulator_url}/v26.0",
        "simulator_control_url": demo.control,
        "api_url": f"{demo.url}/api/v1",
        "api_token": demo.notes.token_of("supervisor"),
        "widget_url": widget_url(demo, demo.notes.widgets["de"]),
        "consent_form_id": demo.notes.widgets["de"],
        "ledger_url": f"{demo.url}/ledger",
        "ledger_vkey": ask("GET", f"{demo.url}/ledger/vkey")[1].decode().strip(),
        "database_url": demo.dsn,
        "data_dir": str(demo.data_dir),
        "processes": [{"role": role, "pid": pid} for role, pid in demo.supervisor.processes()],
        "sign_ins": [
            {"name": o.name, "role": o.role, "email": o.email, "password": o.password, "api_token": o.api_token}
            for o in demo.notes.sign_ins
        ],
    }
