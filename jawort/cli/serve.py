"""`jawort serve`: everything on one machine, looked after.

The order is the architecture's: database, tables, then the processes that need them. Listeners and work are processes
of their own, because pages in flight must not slow webhooks down.
"""

import signal
import subprocess
import sys
import threading
from argparse import Namespace
from collections.abc import Mapping
from typing import IO

from jawort.cli import ready
from jawort.cli.kinship import vow
from jawort.cli.ports import free
from jawort.cli.postgres import Server
from jawort.cli.supervise import Child, Stopped, Supervisor, stopping
from jawort.core.config import Config, ConfigError, load, without

#: The processes of a product, and the arguments that start each. Two workers: while one takes messages in, the other
#: sends (a Python process computes on one core), and when one dies the other has all of it within a second.
SECOND = "work-2"
ROLES = {
    "front": ["front"],
    "ingest": ["front", "--only", "ingest"],
    "work": ["work"],
    SECOND: ["work"],
    "search": ["search"],
}


def run(_options: Namespace, config: Config) -> int:
    """Serve until SIGINT or SIGTERM. Raises ConfigError, ServerError."""
    for name, host, port in (
        ("port", config.host, config.port),
        ("ingest_port", config.ingest_host, config.ingest_port),
        ("work_port", config.work_host, config.work_port),
        ("work_port", config.work_host, config.second_work_port),
        ("work_port", config.work_host, config.search_port),
    ):
        if port and not free(host, port):
            raise ConfigError(f"Nothing can listen on {host}:{port}: end what does, or set “{name}” to another port.")
    ready.open_vault(config, make=True)
    with stopping() as stop:
        server = None if config.database_url else Server(config.data_dir, stop=stop)
        supervisor = Supervisor([], server, stop)
        try:
            environ = ready.environment(config, server.start() if server else config.database_url)
            once("migrate", environ, stop)
            once("first-link", environ, stop, tells=True)
            supervisor.children = [child(role, environ) for role in ROLES]
            supervisor.start()
        except BaseException:
            supervisor.end()
            if stop.is_set():
                return 0
            raise
        return supervisor.run()


def child(role: str, environ: Mapping[str, str], output: IO[bytes] | None = None) -> Child:
    """One role as a process of its own."""
    if role == SECOND:
        port = load(environ).second_work_port
        environ = {**without(environ, "work_port"), "JAWORT_WORK_PORT": str(port)}
    return Child(role, jawort(*ROLES[role]), environ, output)


def jawort(*arguments: str) -> list[str]:
    """The command line that runs this very Jawort. -P: the working directory is no place to import from."""
    return [sys.executable, "-P", "-m", "jawort", *arguments]


def once(
    command: str,
    environ: Mapping[str, str],
    stop: threading.Event,
    output: IO[bytes] | None = None,
    *,
    tells: bool = False,
) -> None:
    """Run a command to its end in a process of its own; its log goes to `output`, or to our standard error.

    What it prints goes there too, unless it `tells` somebody something, for which standard output is.

    Raises ConfigError when it fails, and Stopped when we were asked to stop: what is run like this can be ended at any
    moment, as it is one transaction or can be begun again.
    """
    with subprocess.Popen(  # noqa: S603 - our own program
        jawort(command),
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=1 if tells else 2,
        stderr=output or 2,
        start_new_session=True,
        preexec_fn=vow(signal.SIGKILL),
    ) as process:
        while process.poll() is None:
            if stop.wait(0.05):
                process.kill()
    if stop.is_set():
        raise Stopped
    if process.returncode != 0:
        where = f"{output.name} says" if output is not None else "the lines above say"
        raise ConfigError(f"“jawort {command}” failed: {where} why.")
