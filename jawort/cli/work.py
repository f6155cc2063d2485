"""`jawort work`: intake, lanes, the ledger's sequencer and upkeep, as threads of one process.

Any number of these processes may run: one consumer and one sequencer lead, the others stand by; lanes are shared.
A thread that ends before it was asked takes the process with it: half a worker looks alive and is not, and whoever
looks after us starts a whole one.
"""

import dataclasses
import hashlib
import logging
import os
import socket
import threading
from argparse import Namespace
from datetime import date, datetime

from django.db import Error, connection

from jawort import __version__
from jawort.alarms.arm import arm as arm_alarms
from jawort.alarms.jobs import examiners, lookers
from jawort.alarms.jobs import tellers as alarm_tellers
from jawort.alarms.tell import PACE as TOLD
from jawort.channels.egress import Egress
from jawort.cli.crew import Run, together
from jawort.cli.supervise import stopping
from jawort.cli.work_health import Pulse, WorkHealth, felt
from jawort.core import clock
from jawort.core.config import Config
from jawort.core.garbage import settle
from jawort.core.priority import stand_back
from jawort.egress.scribe import Scribe
from jawort.intake.consume import Consumer
from jawort.intake.upkeep import UPKEEP, arm, upkeep
from jawort.lanes.claim import Share
from jawort.lanes.ears import Ears
from jawort.lanes.work import Worker
from jawort.ledger.configuration import note
from jawort.ledger.keys import signer
from jawort.ledger.rules import canonical
from jawort.ledger.sequence import Sequencer
from jawort.messaging.carrier import GraphCarrier
from jawort.messaging.files.expect import PACE
from jawort.messaging.files.jobs import givers
from jawort.messaging.files.jobs import handlers as fetchers
from jawort.messaging.files.source import DOWNLOAD_S, GraphSource
from jawort.messaging.jobs import blockers, forgetters, handlers, listers, tellers, wakers
from jawort.messaging.send import GIVING
from jawort.messaging.templates import arm as arm_listing
from jawort.vault.state import vault
from jawort.vault.transit import ensure_days

#: While one waits for the platform's answers, others go on; each holds up to two connections.
LANE_WORKERS = 4
#: Each fetches one file at a time and then draws its pictures: more would not be faster on the cores there are.
FETCH_WORKERS = 2
#: Gives the platform what agents send: however much comes in, however slowly, an answer does not wait for it.
GIVE_WORKERS = 1
#: Tells of alarms, by mail and webhook.
TELL_WORKERS = 1
#: Between two looks such a one may fetch a large file twice, slowly, and draw it.
FILE_LOOK_S = 2 * DOWNLOAD_S + 60.0
LOOK_S = 1.0
#: Webhooks and pages come first where the cores are busy: what is stored can wait a moment, who asks cannot.
NICE = 5
#: Settings of which the ledger says nothing: they name hosts, are secret, or differ between two workers or nodes.
UNSAID = {
    *("database_url", "data_dir", "root_key_file", "metrics_token", "work_port", "search_days", "search_megabytes"),
    *("https_proxy", "ca_bundle", "mail_host", "mail_port", "mail_tls", "mail_user", "mail_password"),
    *("mail_from", "mail_to", "alarm_webhook_url", "alarm_webhook_secret"),
}

log = logging.getLogger(__name__)


def run(_options: Namespace, config: Config) -> int:
    """Work until SIGINT or SIGTERM; 0, or 1 when a thread ended by itself."""
    stand_back(NICE)
    with stopping() as stop:
        arm(clock.now())
        arm_listing(clock.now())
        arm_alarms(clock.now())
        sequencer = Sequencer(signer(vault().root), config.ledger_mark)
        sequencer.attempt()  # before anything can leave: a database that came back from the past is found here
        note(configuration(config), clock.now())
        carrier = GraphCarrier(config.graph_url, Egress(config.https_proxy, config.ca_bundle))
        owner = f"{socket.gethostname()}:{os.getpid()}"
        crew: dict[str, Run] = {
            "intake": Consumer(config.database_url).run,
            "sequencer": sequencer.run,
            "calendar": Calendar().run,
            "scribe": Scribe().run,
        }
        ears = Ears()
        crew |= {name: worker.run for name, worker in lane_workers(carrier, owner, ears, config).items()}
        crew["ears"] = ears.run
        connection.close()  # each thread has its own
        settle()
        ended = together(_with_health(crew, stop, config), stop, carrier.break_off)
        carrier.close()
        Scribe().write()  # what left while the threads came to their end
        return ended


def lane_workers(carrier: GraphCarrier, owner: str, ears: Ears, config: Config) -> dict[str, Worker]:
    """Who takes which lanes, by name: what is quick, files that come in, and files that leave. `ears` wake them."""
    quick = {
        UPKEEP: upkeep,
        **handlers(carrier),
        **tellers(carrier),
        **forgetters(carrier),
        **blockers(carrier),
        **listers(carrier),
        **wakers(),
        **lookers(config),
        **examiners(carrier, config.webhook_url),
    }
    fetching, giving = fetchers(GraphSource(carrier)), givers(carrier)
    telling, apart = alarm_tellers(config, carrier.run), [PACE, GIVING]
    if config.mail_host or config.alarm_webhook_url:
        apart.append(TOLD)  # who does not answer holds up nobody else
    else:
        quick |= telling  # nobody to tell: no thread and no connection for it
    rest = Share(tuple(apart))
    crew = {f"lanes-{n}": Worker(quick, owner, share=rest, ears=ears) for n in range(LANE_WORKERS)}
    for name, kinds, pace, count in (
        ("files-in", fetching, PACE, FETCH_WORKERS),
        ("files-out", giving, GIVING, GIVE_WORKERS),
        ("alarms", telling, TOLD, TELL_WORKERS if TOLD in apart else 0),
    ):
        for n in range(count):
            crew[f"{name}-{n}"] = Worker(kinds, owner, share=Share((pace,), others=False), at_once=1, ears=ears)
    return crew


def _with_health(crew: dict[str, Run], stop: threading.Event, config: Config) -> dict[str, Run]:
    """The crew, each with a pulse, and who tells of them on a port. Raises ConfigError if the port is taken."""
    if not config.work_port:
        return crew
    pulses = {name: Pulse(stop, FILE_LOOK_S) if name.startswith("files-") else Pulse(stop) for name in crew}
    health = WorkHealth(config, pulses)
    return {"health": health.run, **{name: felt(work, pulses[name]) for name, work in crew.items()}}


def configuration(config: Config) -> dict[str, str]:
    """What the ledger says of the installation: its version, and a hash of the settings that decide what it does.

    Not where its database and its data lie, and nothing secret.
    """
    settings = dataclasses.asdict(config)
    decides = {name: str(value) for name, value in settings.items() if name not in UNSAID}
    return {"version": __version__, "settings": hashlib.sha256(canonical(decides)).hexdigest()}


class Calendar:
    """Sees that the day has its key, without which the listener takes nothing.

    Intake's upkeep does so too; in a demo, where the clock moves forward and back, that job may lie days ahead.
    """

    def __init__(self) -> None:
        self.day: date | None = None

    def run(self, stop: threading.Event) -> None:
        """Look every second. Survives a lost database."""
        while not stop.wait(LOOK_S):
            try:
                self.look(clock.now())
            except Error as error:
                log.warning("calendar: the database refused or is away", extra={"kind": type(error).__name__})
                connection.close()
        connection.close()

    def look(self, at: datetime) -> None:
        """Make the day's key if the day is another one than before; until the next one no connection is needed."""
        if at.date() != self.day:
            ensure_days(at)
            self.day = at.date()
            connection.close()
