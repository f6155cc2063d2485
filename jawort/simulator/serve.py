"""Runs a simulator until it is told to stop."""

import asyncio
import contextlib
import signal

import uvloop
from aiohttp import web

from jawort.simulator.app import application
from jawort.simulator.settings import Settings

SHUTDOWN_S = 1.0  # open event streams and faults that keep a caller waiting are cut off after it


def serve(settings: Settings) -> None:
    """Listen on the settings' host and port until SIGINT or SIGTERM. Raises OSError if the port is taken."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(settings))


async def _serve(settings: Settings) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    runner = web.AppRunner(application(settings), access_log=None, shutdown_timeout=SHUTDOWN_S)
    await runner.setup()
    try:
        await web.TCPSite(runner, settings.host, settings.port).start()
        await stop.wait()
    finally:
        with contextlib.suppress(asyncio.CancelledError):
            await runner.cleanup()
