"""The bodies that are mutated: the platform's examples, and everything that the simulator can be made to send."""

import json
from typing import Any

import pytest

from jawort.simulator import account
from tests.channels.test_whatsapp_fuzz import CALLS, FULL, STANDBY
from tests.channels.test_whatsapp_parse import vectors
from tests.channels.webhooks import KNOWN
from tests.simulator.stage import KIM, NOUR, Stage, Start
from tests.simulator.test_customers import BUTTONS, KINDS, LIST, NUMBER, PLACE, sent


@pytest.fixture
def corpus(start: Start) -> list[bytes]:
    """Bodies that could come."""
    stage = start(coexistence=True, calling=True, parent_bsuid=True, rotation="user_id_update")
    everything(stage)
    odd = ("unknown_key", "unknown_type", "unknown_status", "batch", "mixed", "two_numbers")
    stage.sim("POST", "chaos", {"odds": dict.fromkeys(odd, 0.4)})
    for n in range(20):
        stage.sim("POST", f"users/{NOUR}/messages", {"text": f"Nummer {n}"})
        stage.send(NOUR, "Antwort")
    stage.wait(lambda: stage.sim("GET", "state")["updates_waiting"] == 0)
    examples = [json.dumps(example).encode() for example in vectors().values()]
    return [KNOWN, *(json.dumps(one).encode() for one in (FULL, STANDBY, CALLS)), *examples, *stage.receiver.bodies]


def everything(stage: Stage) -> None:
    """Two customers do all that customers can do, and the platform tells all that it can tell."""

    def does(verb: str, body: Any = None, phone: str = KIM) -> Any:
        return stage.sim("POST", f"users/{phone}/{verb}", body)

    for phone, name, withheld in ((KIM, "Kim Müller 😀", False), (NOUR, "Nour", True)):
        stage.customer(phone, name, withhold_number=withheld, username=f"@{name[:3]}")
    for given, *_ in KINDS:
        does("messages", given)
        does("messages", {**given, "forwarded": True, "referral": True}, NOUR)
    mine = does("messages", {"text": "Halo"})["id"]
    does(f"messages/{mine}/react", {"emoji": "👍"})
    does(f"messages/{mine}/react", {})
    does(f"messages/{mine}/edit", {"text": "Hallo"})
    does(f"messages/{mine}/revoke")
    for content in (BUTTONS, LIST, PLACE, NUMBER):
        does(f"messages/{sent(stage, content)}/tap", {"choice": 0})
    for value in ("stop", "resume", "signup"):
        does("marketing", {"value": value})
    stage.sim("POST", "faults", {"kind": "undeliverable"})
    stage.wait_states(stage.send(KIM), "failed")
    does("calls")
    does("change-device")
    does("change-bsuid")
    does("change-number", {"phone": "+491729925904"})
    for field, variants in account.names().items():
        for variant in variants:
            stage.sim("POST", f"account/{field}", {"variant": variant})
