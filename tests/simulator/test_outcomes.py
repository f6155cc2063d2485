"""What becomes of sends beyond text: reactions, voice messages, linked files, and faults of calls for files."""

from typing import Any

import pytest

from tests.simulator.stage import KIM, NOUR, Stage, Start
from tests.simulator.test_media import JPEG, fetch, resolve, upload, uploaded

DAY_S = 24 * 3_600


def react(stage: Stage, target: str, emoji: str = "👍") -> str:
    content = {"message_id": target, "emoji": emoji}
    call = {"messaging_product": "whatsapp", "to": KIM, "type": "reaction", "reaction": content}
    return str(stage.graph(call).json["messages"][0]["id"])


def sent(stage: Stage, kind: str, content: Any, **more: Any) -> str:
    answer = stage.graph({"messaging_product": "whatsapp", "to": KIM, "type": kind, kind: content, **more})
    assert answer.status == 200, answer.body
    return str(answer.json["messages"][0]["id"])


def bubble(stage: Stage, wamid: str) -> dict[str, Any]:
    found = stage.sim("GET", f"users/{KIM}/messages")["items"]
    return next((one for one in found if one["id"] == wamid), {})


def test_a_reaction_is_sent_and_says_no_more(stage: Stage) -> None:
    stage.customer()
    target = stage.send(KIM)
    stage.wait_states(target, "sent", "delivered")
    reaction = react(stage, target)
    stage.wait(lambda: bubble(stage, target)["their_mood"] == "👍")
    stage.sim("POST", f"users/{KIM}/read")
    after = stage.send(KIM, "danach")
    stage.wait_states(after, "sent", "delivered")
    assert stage.states(reaction) == ["sent"]
    react(stage, target, "")
    stage.wait(lambda: bubble(stage, target)["their_mood"] == "")


def test_a_reaction_to_what_the_customer_wrote(stage: Stage) -> None:
    stage.customer()
    inbound = stage.wait(lambda: stage.receiver.values("messages"))[0]["id"]
    stage.wait_states(react(stage, inbound), "sent")
    assert stage.wait(lambda: bubble(stage, inbound)["their_mood"]) == "👍"


@pytest.mark.parametrize("target", ["unknown", "old", "reaction"])
def test_reactions_that_lead_nowhere(stage: Stage, target: str) -> None:
    stage.customer()
    message = stage.send(KIM)
    stage.wait_states(message, "sent", "delivered")
    if target == "unknown":
        message = "wamid.X"
    elif target == "reaction":
        message = react(stage, message)
        stage.wait_states(message, "sent")
    else:
        stage.sim("POST", "clock", {"shift_s": 31 * DAY_S})
        stage.sim("POST", f"users/{KIM}/messages", {"type": "text", "text": "noch da"})
    (failed,) = stage.wait_states(react(stage, message), "failed")
    assert failed["errors"][0]["code"] == 131009


def test_a_reaction_that_waited_does_not_come_twice(stage: Stage) -> None:
    stage.customer()
    target = stage.send(KIM)
    stage.wait_states(target, "sent", "delivered")
    stage.sim("POST", f"users/{KIM}/offline")
    stage.wait_states(react(stage, target), "sent")
    stage.sim("POST", f"users/{KIM}/online")
    stage.wait(lambda: bubble(stage, target)["their_mood"] == "👍")
    react(stage, target, "")
    stage.wait(lambda: bubble(stage, target)["their_mood"] == "")
    stage.sim("POST", f"users/{KIM}/offline")
    stage.sim("POST", f"users/{KIM}/online")
    stage.wait_states(stage.send(KIM, "danach"), "sent", "delivered")
    assert bubble(stage, target)["their_mood"] == ""


def test_a_voice_message_is_played(stage: Stage) -> None:
    stage.customer()
    voice = sent(stage, "audio", {"id": uploaded(stage, b"OggS" + bytes(100), "audio/ogg"), "voice": True})
    music = sent(stage, "audio", {"id": uploaded(stage, b"OggS" + bytes(101), "audio/ogg")})
    stage.wait_states(voice, "sent", "delivered")
    stage.wait_states(music, "sent", "delivered")
    stage.sim("POST", f"users/{KIM}/messages/{voice}/play")
    *_, played = stage.wait_states(voice, "sent", "delivered", "read", "played")
    assert "pricing" not in played
    for unplayable in (voice, music):
        assert stage.call("POST", f"/__sim/users/{KIM}/messages/{unplayable}/play", {}).status == 409


def a_link(stage: Stage, name: str = "hills") -> str:
    """A file that anybody on this machine can fetch."""
    return f"{stage.url}/phone/samples/{name}"


def test_a_linked_file_is_fetched(stage: Stage) -> None:
    stage.customer()
    wamid = sent(stage, "image", {"link": a_link(stage), "caption": "Hügel"})
    stage.wait_states(wamid, "sent", "delivered")
    content = bubble(stage, wamid)["content"]
    assert stage.call("GET", f"/phone/media/{content['id']}").status == 200
    again = sent(stage, "image", {"link": a_link(stage)})
    stage.wait_states(again, "sent", "delivered")
    assert bubble(stage, again)["content"]["id"] == content["id"]
    stage.sim("POST", "clock", {"shift_s": 601})
    later = sent(stage, "image", {"link": a_link(stage)})
    stage.wait_states(later, "sent", "delivered")
    assert bubble(stage, later)["content"]["id"] != content["id"]


@pytest.mark.parametrize("path", ["/phone/samples/nothing", "/phone", "/phone/samples/hills"])
def test_a_link_that_leads_to_nothing_fit(stage: Stage, path: str) -> None:
    stage.customer()
    (failed,) = stage.wait_states(sent(stage, "video", {"link": stage.url + path}), "failed")
    assert failed["errors"][0]["code"] == 131053
    assert "Downloading media from weblink failed" in failed["errors"][0]["error_data"]["details"]


def test_links_lead_to_this_machine_only(stage: Stage) -> None:
    stage.customer()
    (failed,) = stage.wait_states(sent(stage, "image", {"link": "https://example.org/a.jpg"}), "failed")
    assert "this machine" in failed["errors"][0]["error_data"]["details"]


def test_a_reset_forgets_what_is_being_fetched(start: Start) -> None:
    stage = start(tempo=1.0)
    stage.customer()
    sent(stage, "image", {"link": a_link(stage)})
    stage.sim("POST", "reset")
    stage.customer(NOUR)
    wamid = stage.send(NOUR)
    stage.wait_states(wamid, "sent", "delivered")
    assert {one["id"] for one in stage.receiver.values("statuses")} == {wamid}


def test_a_quote_goes_along(stage: Stage) -> None:
    stage.customer()
    inbound = stage.wait(lambda: stage.receiver.values("messages"))[0]["id"]
    wamid = sent(stage, "image", {"id": uploaded(stage)}, context={"message_id": inbound})
    stage.wait_states(wamid, "sent", "delivered")
    assert bubble(stage, wamid)["reply_to"] == inbound


def fault(stage: Stage, on: str, **more: Any) -> None:
    stage.sim("POST", "faults", {"on": on, **more})


def test_faults_of_files(stage: Stage) -> None:
    file_id = uploaded(stage)
    url = resolve(stage, file_id).json["url"]
    fault(stage, "upload", status=500, code=131000)
    assert upload(stage, JPEG, "image/jpeg").status == 500
    fault(stage, "resolve", status=503, code=2)
    assert resolve(stage, file_id).status == 503
    fault(stage, "download", status=404, code=100)
    assert fetch(stage, url).status == 404
    fault(stage, "download", kind="garbage")
    assert fetch(stage, url).headers["Content-Type"].startswith("text/html")
    assert stage.sim("GET", "faults")["items"] == []
    assert fetch(stage, url).body == JPEG
    stage.send(KIM)
    fault(stage, "download", status=500)
    stage.send(KIM)
    assert stage.call("POST", "/__sim/faults", {"on": "telegram"}).status == 400
