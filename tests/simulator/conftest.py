"""Starts stages: a simulator and a receiver in a thread of their own, so that tests talk HTTP to both."""

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from jawort.core import clock
from jawort.simulator.app import application
from jawort.simulator.settings import Settings
from tests.simulator.stage import ACCESS_TOKEN, APP_SECRET, VERIFY_TOKEN, WAIT_S, Receiver, Stage, Start


@pytest.fixture
def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    """Starts stages; keyword arguments go to Settings, `receiver` replaces the usual one."""
    monkeypatch.setenv("JAWORT_CLOCK_FILE", str(tmp_path / "clock"))
    clock.move(0)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    runners: list[web.AppRunner] = []

    async def listen(app: web.Application) -> int:
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        runners.append(runner)
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        return int(runner.addresses[0][1])

    async def begin(receiver: Receiver, given: dict[str, Any]) -> Stage:
        callback = web.Application(client_max_size=4_000_000)
        callback.router.add_get("/webhook", receiver.get)
        callback.router.add_post("/webhook", receiver.post)
        callback.router.add_get("/desk", receiver.desk)
        url = f"http://127.0.0.1:{await listen(callback)}/webhook"
        secrets = {"app_secret": APP_SECRET, "verify_token": VERIFY_TOKEN, "access_token": ACCESS_TOKEN}
        settings = Settings(**{"port": 0, "callback_url": url, "tempo": 0.05, **secrets, **given})
        return Stage(receiver, settings, await listen(application(settings)))

    def started(receiver: Receiver | None = None, **given: Any) -> Stage:
        return asyncio.run_coroutine_threadsafe(begin(receiver or Receiver(), given), loop).result(WAIT_S)

    async def end() -> None:
        for runner in reversed(runners):
            await runner.cleanup()
        left = asyncio.all_tasks() - {asyncio.current_task()}  # streams that a page still listens to
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    yield started
    asyncio.run_coroutine_threadsafe(end(), loop).result(WAIT_S)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(WAIT_S)
    loop.close()


@pytest.fixture
def stage(start: Start) -> Stage:
    """The usual stage."""
    return start()
