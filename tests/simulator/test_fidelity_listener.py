"""The largest webhooks that the platform sends, over HTTP from simulator to listener: all of it is stored, once."""

import json
from collections import Counter
from pathlib import Path

import pytest

from jawort.cli.doctor import check_world
from jawort.core.clock import now
from jawort.intake.models import SOURCE_WHATSAPP, RawEvent
from jawort.intake.queue import Queue
from jawort.intake.take import take_batch
from jawort.ledger.keys import signer
from jawort.ledger.sequence import Sequencer
from jawort.messaging.models import Message
from jawort.vault.state import Vault
from jawort.vault.transit import opener
from tests.front.ingest_listener import PATH, Listener, an_app, listening, stored
from tests.simulator.stage import KIM, Receiver, Stage, Start

BODY_BYTES_MAX = 3_000_000
HELD = "held back"


def a_stage(start: Start, listener: Listener) -> Stage:
    url = f"http://127.0.0.1:{listener.port}{PATH}"
    return start(callback_url=url, verify_token="Geheimes Wörtchen", batch_max=1_000)


def let_go(stage: Stage, holder: Stage, texts: list[str]) -> None:
    """Kim writes all of it while the number's callback refuses everything; then it goes where it belongs, at once."""
    path = f"/v26.0/{stage.settings.phone_number_id}"
    wanted = {"override_callback_uri": holder.settings.callback_url, "verify_token": HELD}
    assert stage.graph({"webhook_configuration": wanted}, path).status == 200
    stage.customer()
    stage.wait(lambda: holder.receiver.bodies)  # the first message leaves alone, and is refused; the others wait
    for text in texts:
        stage.sim("POST", f"users/{KIM}/messages", {"text": text})
    assert stage.graph({"webhook_configuration": {"override_callback_uri": ""}}, path).status == 200
    stage.sim("POST", "clock", {"shift_s": 60})
    stage.wait(lambda: not stage.sim("GET", "state")["updates_waiting"])


def written(body: bytes) -> set[str]:
    """The ids of the messages in a webhook."""
    (change,) = json.loads(body)["entry"][0]["changes"]
    return {message["id"] for message in change["value"]["messages"]}


def taken_in(vault: Vault) -> None:
    """Intake works until nothing waits, and the ledger keeps up."""
    queue = Queue(SOURCE_WHATSAPP, opener())
    while take_batch(queue, now()):
        pass
    sequencer = Sequencer(signer(vault.root))
    while sequencer.integrate_once():
        pass
    sequencer.close()


@pytest.mark.parametrize(
    ("texts", "bytes_min"),
    [
        ([f"Nummer {number}" for number in range(1_000)], 0),
        ([f"{number} {'x' * 65_000}" for number in range(45)], BODY_BYTES_MAX - 100_000),
    ],
    ids=["a thousand updates", "three megabytes"],
)
def test_one_post_is_taken_whole_and_once(
    database_url: str, tmp_path: Path, vault: Vault, start: Start, texts: list[str], bytes_min: int
) -> None:
    an_app()
    with listening(database_url, tmp_path, vault) as listener:
        listener.becomes("ready")
        let_go(a_stage(start, listener), start(Receiver(HELD, answer=500)), texts)
    alone, together = stored()
    assert (len(written(alone)), len(written(together))) == (1, len(texts))
    assert bytes_min <= len(together) <= BODY_BYTES_MAX
    taken_in(vault)
    assert not RawEvent.objects.exists()
    assert Counter(Message.objects.values_list("direction", "kind")) == {("in", "text"): 1 + len(texts)}
    assert Message.objects.values("provider_index").distinct().count() == 1 + len(texts)
    assert check_world() == []
