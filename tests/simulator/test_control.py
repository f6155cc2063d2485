"""The control API: people, their phones, withheld numbers, clock, faults, and who may call it."""

import http.client
from typing import Any

import pytest

from jawort.simulator.identity import number_in
from jawort.simulator.settings import SettingsError
from tests.simulator.stage import KIM, NOUR, WAIT_S, Receiver, Stage, Start, a_text


def test_users_are_upserted(stage: Stage) -> None:
    first = stage.sim("POST", "users", {"phone": "+49 152 28895456", "name": "Kim"})
    assert first["phone"] == KIM
    assert first["bsuid"].startswith("DE.")
    assert stage.sim("POST", "users", {"phone": KIM[1:], "name": "Kim Beispiel"})["bsuid"] == first["bsuid"]
    stage.sim("POST", "users", {"phone": NOUR, "name": "Nour", "bsuid": "DE.NOUR1"})
    assert [user["name"] for user in stage.sim("GET", "users")["items"]] == ["Kim Beispiel", "Nour"]
    for written in (KIM, KIM[1:], KIM.replace("+", "%2B")):
        assert stage.sim("GET", f"users/{written}")["name"] == "Kim Beispiel"


def test_ids_are_stable_for_a_seed_and_differ_between_portfolios(start: Start) -> None:
    same, again = start().customer(wrote=False), start().customer(wrote=False)
    other = start(portfolio="1").customer(wrote=False)
    assert same["bsuid"] == again["bsuid"] != other["bsuid"]


def test_a_country_is_the_number_s_unless_it_is_named(stage: Stage) -> None:
    assert stage.customer(wrote=False)["country"] == "DE"
    nour = stage.customer(NOUR, country="CH", wrote=False)
    assert (nour["country"], nour["bsuid"][:3]) == ("CH", "CH.")
    moved = stage.sim("POST", f"users/{NOUR}/change-number", {"phone": "+4366012345678"})
    assert (moved["country"], moved["bsuid"][:3]) == ("CH", "CH.")
    moved = stage.sim("POST", f"users/{KIM}/change-number", {"phone": NOUR})
    assert (moved["country"], moved["bsuid"][:3]) == ("DE", "DE.")
    moved = stage.sim("POST", f"users/{NOUR}/change-number", {"phone": "+35812345678"})
    assert (moved["country"], moved["bsuid"][:3]) == ("FI", "FI.")


def test_another_bsuid_is_another_person(stage: Stage) -> None:
    kim = stage.customer()
    stranger = stage.sim("POST", "users", {"phone": KIM, "name": "Neu", "bsuid": "DE.42"})
    assert stranger["window_ends_at"] is None
    assert stage.sim("GET", f"users/{KIM}/messages")["items"] == []
    stage.sim("POST", f"users/{KIM}/messages", {"type": "text", "text": "Wer da?"})
    first, second = stage.wait(lambda: m if len(m := stage.receiver.values("messages")) == 2 else None)
    assert (first["from"], first["from_user_id"]) == (KIM[1:], kim["bsuid"])
    assert (second["from"], second["from_user_id"]) == (KIM[1:], "DE.42")


def test_a_withheld_number_appears_nowhere(stage: Stage) -> None:
    nour = stage.customer(NOUR, "Nour", withhold_number=True)
    answer = stage.graph(a_text("", recipient=nour["bsuid"]))
    assert answer.json["contacts"] == [{"input": nour["bsuid"], "user_id": nour["bsuid"]}]
    wamid = answer.json["messages"][0]["id"]
    statuses = stage.wait_states(wamid, "sent", "delivered")
    (message,) = stage.receiver.values("messages")
    assert "from" not in message
    assert message["from_user_id"] == nour["bsuid"]
    assert all("recipient_id" not in status for status in statuses)
    assert NOUR[1:].encode() not in b"".join(stage.receiver.bodies)
    for message_id in (wamid, message["id"]):
        assert number_in(message_id) not in {None, NOUR[1:]}
    (entry,) = stage.sim("GET", "log")["items"]
    assert (entry["to"], entry["recipient"]) == (None, nour["bsuid"])


def test_a_withheld_number_shows_for_30_days_after_its_use(stage: Stage) -> None:
    stage.customer(NOUR, "Nour", withhold_number=True)
    stage.send(NOUR)
    stage.sim("POST", f"users/{NOUR}/messages", {"type": "text", "text": "sichtbar"})
    stage.wait(lambda: len(stage.receiver.values("messages")) == 2)
    stage.sim("POST", "clock", {"shift_s": 31 * 24 * 3_600})
    stage.sim("POST", f"users/{NOUR}/messages", {"type": "text", "text": "wieder verborgen"})
    stage.wait(lambda: len(stage.receiver.values("messages")) == 3)
    assert [message.get("from") for message in stage.receiver.values("messages")] == [None, NOUR[1:], None]


def test_a_change_of_number_is_told_with_both_ids(stage: Stage) -> None:
    kim = stage.customer()
    moved = stage.sim("POST", f"users/{KIM}/change-number", {"phone": NOUR})
    system = stage.wait(lambda: [m for m in stage.receiver.values("messages") if m["type"] == "system"])[0]
    assert system["from"] == KIM[1:]
    assert system["system"]["wa_id"] == NOUR[1:]
    assert system["system"]["type"] == "user_changed_number"
    assert system["system"]["previous_user_id"] == kim["bsuid"]
    assert system["system"]["user_id"] == moved["bsuid"] != kim["bsuid"]
    stage.wait_states(stage.send(NOUR), "sent", "delivered")
    answer = stage.call("GET", f"/__sim/users/{KIM}")
    assert answer.status == 404


def test_the_older_form_of_an_id_change(start: Start) -> None:
    stage = start(rotation="user_id_update")
    kim = stage.customer()
    changed = stage.sim("POST", f"users/{KIM}/change-bsuid", {"bsuid": "DE.NEW"})
    update = stage.wait(lambda: stage.receiver.values("user_id_update"))[0]
    assert update["user_id"] == {"previous": kim["bsuid"], "current": changed["bsuid"]}
    (system,) = [m for m in stage.receiver.values("messages") if m["type"] == "system"]
    assert "previous_user_id" not in system["system"]


def test_other_types_pass_as_they_are(stage: Stage) -> None:
    stage.customer(wrote=False)
    location = {"latitude": 52.5, "longitude": 13.4}
    stage.sim("POST", f"users/{KIM}/messages", {"type": "location", "location": location})
    stage.sim("POST", f"users/{KIM}/messages", {"type": "hologram", "hologram": {"depth": 3}})
    stage.sim("POST", f"users/{KIM}/messages", {"type": "unsupported", "unsupported": {"type": "poll"}})
    messages = stage.wait(lambda: m if len(m := stage.receiver.values("messages")) == 3 else None)
    assert messages[0]["location"] == location
    assert messages[1]["hologram"] == {"depth": 3}
    assert messages[2]["errors"][0]["code"] == 131051


def test_a_reply_names_what_it_answers(stage: Stage) -> None:
    stage.customer()
    wamid = stage.send(KIM)
    stage.sim("POST", f"users/{KIM}/messages", {"type": "text", "text": "darauf", "reply_to": wamid})
    message = stage.wait(lambda: stage.receiver.values("messages")[1:])[0]
    assert message["context"] == {"from": stage.settings.own_digits, "id": wamid}


def test_a_fault_before_accepts_nothing(stage: Stage) -> None:
    stage.sim("POST", "faults", [{"where": "before", "kind": "error", "code": 131016, "times": 2}])
    for _ in range(2):
        answer = stage.graph(a_text(NOUR))
        assert (answer.status, answer.json["error"]["code"]) == (500, 131016)
    assert stage.sim("GET", "log")["items"] == []
    stage.send(NOUR)


@pytest.mark.parametrize("kind", ["error", "garbage", "timeout", "drop"])
def test_a_fault_after_loses_the_answer_only(stage: Stage, kind: str) -> None:
    delay = {"delay_ms": 50} if kind == "timeout" else {}
    stage.sim("POST", "faults", {"where": "after", "kind": kind, "times": 1, "status": 503, **delay})
    if kind in {"timeout", "drop"}:
        with pytest.raises((http.client.HTTPException, ConnectionError)):
            stage.graph(a_text(NOUR, biz_opaque_callback_data="own-7"))
    else:
        answer = stage.graph(a_text(NOUR, biz_opaque_callback_data="own-7"))
        assert answer.status == 503
    (entry,) = stage.sim("GET", "log")["items"]
    assert entry["biz_opaque_callback_data"] == "own-7"
    stage.wait_states(entry["wamid"], "sent", "delivered")


@pytest.mark.parametrize("where", ["before", "after"])
def test_a_drop_is_no_answer(stage: Stage, where: str) -> None:
    stage.sim("POST", "faults", [{"where": where, "kind": "drop", "times": 1}])
    with pytest.raises((http.client.HTTPException, ConnectionError)):
        stage.graph(a_text(NOUR))
    assert len(stage.sim("GET", "log")["items"]) == (where == "after")
    stage.send(NOUR)


@pytest.mark.parametrize("where", ["before", "after"])
def test_a_cut_is_half_an_answer(stage: Stage, where: str) -> None:
    stage.sim("POST", "faults", {"where": where, "kind": "cut", "times": 1})
    with pytest.raises((http.client.IncompleteRead, ConnectionError)):
        stage.graph(a_text(NOUR))
    assert len(stage.sim("GET", "log")["items"]) == (where == "after")
    stage.send(NOUR)


def test_a_slow_send_is_a_send(stage: Stage) -> None:
    stage.sim("POST", "faults", {"where": "before", "delay_ms": 20, "times": 1})
    stage.send(NOUR)
    assert stage.sim("GET", "faults")["items"] == []


def test_the_next_send_fails_later(stage: Stage) -> None:
    stage.customer()
    stage.sim("POST", "faults", {"kind": "undeliverable"})
    (failed,) = stage.wait_states(stage.send(KIM), "failed")
    assert failed["errors"][0]["code"] == 131026
    stage.wait_states(stage.send(KIM), "sent", "delivered")


def test_faults_are_taken_back(stage: Stage) -> None:
    stage.sim("POST", "faults", {"times": 5})
    stage.sim("POST", "faults", [])
    assert stage.send(NOUR).startswith("wamid.")
    assert stage.sim("GET", "faults")["items"] == []


def test_the_log_is_read_in_pieces(stage: Stage) -> None:
    for i in range(5):
        stage.send(NOUR, str(i))
    first = stage.sim("GET", "log?limit=3")
    rest = stage.sim("GET", f"log?after={first['next']}")
    assert [entry["text"] for entry in first["items"] + rest["items"]] == ["0", "1", "2", "3", "4"]
    assert stage.sim("GET", f"log?after={rest['next']}") == {"items": [], "next": rest["next"]}


def test_message_ids_never_repeat(start: Start) -> None:
    first, again = start(seed=7), start(seed=7)
    assert first.send(KIM) != again.send(KIM)


def test_state_counts_what_is_under_way(start: Start) -> None:
    receiver = Receiver(answer=503)
    stage = start(receiver)
    stage.customer()
    stage.wait(lambda: receiver.bodies)
    assert stage.sim("GET", "state")["updates_waiting"] == 1
    receiver.answer = 200
    stage.wait(lambda: stage.sim("GET", "state")["updates_waiting"] == 0)
    assert stage.sim("GET", "state")["updates_delivered"] == 1


def test_the_last_webhooks_are_enough_for_a_page(stage: Stage) -> None:
    stage.customer()
    wamid = stage.send(KIM)
    stage.wait_states(wamid, "sent", "delivered")
    assert [one["seq"] for one in stage.sim("GET", "webhooks?last=2")["items"]] == [2, 3]
    assert [one["seq"] for one in stage.sim("GET", "webhooks?after=1&limit=1")["items"]] == [2]


def test_reset_forgets_and_goes_on_numbering(stage: Stage) -> None:
    stage.customer()
    stage.send(KIM)
    assert stage.sim("POST", "reset") == {"reset": True}
    assert stage.sim("GET", "users")["items"] == stage.sim("GET", "log?after=0")["items"] == []
    stage.send(KIM)
    assert stage.sim("GET", "log?after=0")["items"][0]["seq"] == 2


def test_the_clock_moves_for_all(stage: Stage) -> None:
    assert stage.sim("GET", "clock")["shift_s"] == 0
    assert stage.sim("POST", "clock", {"shift_s": 90_000})["shift_s"] == 90_000


def test_a_fixed_clock_says_so(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JAWORT_CLOCK_FILE")
    answer = stage.call("POST", "/__sim/clock", {"shift_s": 1})
    assert (answer.status, "JAWORT_CLOCK_FILE" in answer.json["error"]) == (409, True)


BAD: list[tuple[str, str, Any, int]] = [
    ("POST", "users", {"phone": "kim"}, 400),
    ("POST", "users", {"name": "Kim"}, 400),
    ("POST", "users", {"phone": "+493023125000"}, 409),
    ("POST", "users", {"phone": NOUR, "name": 1}, 400),
    ("POST", "users", {"phone": NOUR, "bsuid": "no"}, 400),
    ("POST", "users", {"phone": NOUR, "withhold_number": "yes"}, 400),
    ("POST", "users", {"phone": NOUR, "country": "Schweiz"}, 400),
    ("POST", "users", {"phone": NOUR, "colour": "red"}, 400),
    ("POST", "users", [], 400),
    ("POST", "users", b"{", 400),
    ("POST", f"users/{NOUR}/messages", {"type": "text", "text": "x"}, 404),
    ("POST", f"users/{KIM}/messages", {"type": "text"}, 400),
    ("POST", f"users/{KIM}/messages", {"type": "text", "text": " "}, 400),
    ("POST", f"users/{KIM}/messages", {"type": 1, "text": "x"}, 400),
    ("POST", f"users/{KIM}/messages", {"text": "x", "from": NOUR}, 400),
    ("POST", f"users/{KIM}/change-number", {"phone": KIM}, 409),
    ("POST", "users/kim/read", {}, 400),
    ("POST", "clock", {"shift_s": "1"}, 400),
    ("POST", "clock", {"shift_s": 10**12}, 400),
    ("POST", "faults", {"kind": "fire"}, 400),
    ("POST", "faults", {"times": 0}, 400),
    ("POST", "faults", "x", 400),
    ("GET", "log?after=x", None, 400),
    ("GET", "nothing", None, 404),
    ("DELETE", "users", None, 405),
    ("POST", "users", b"x" * 1_000_001, 413),
]


@pytest.mark.parametrize(("method", "path", "body", "status"), BAD)
def test_what_cannot_be_is_refused_with_a_sentence(
    stage: Stage, method: str, path: str, body: Any, status: int
) -> None:
    stage.customer(wrote=False)
    answer = stage.call(method, f"/__sim/{path}", body)
    assert answer.status == status
    assert answer.json["error"].endswith(".")


@pytest.mark.parametrize("switch", ["offline", "block"])
def test_a_phone_that_cannot_write_says_why(stage: Stage, switch: str) -> None:
    stage.customer(wrote=False)
    stage.sim("POST", f"users/{KIM}/{switch}")
    assert stage.call("POST", f"/__sim/users/{KIM}/messages", {"text": "x"}).status == 409


@pytest.mark.parametrize("host", ["example.org", "127.0.0.1.example.org", "", "10.0.0.1"])
@pytest.mark.parametrize("path", ["/__sim/users", "/health", "/phone", "/v26.0/1"])
def test_foreign_hosts_are_refused(stage: Stage, host: str, path: str) -> None:
    assert stage.call("GET", path, headers={"Host": host}).status == 421


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:80", "127.0.0.1:1", "[::1]:8472", "phone.test"])
def test_names_of_this_machine_pass(start: Start, host: str) -> None:
    assert start(allowed_hosts=("phone.test",)).call("GET", "/health", headers={"Host": host}).status == 200


@pytest.mark.parametrize("origin", ["https://example.org", "null", "http://127.0.0.1:1", "http://localhost"])
def test_foreign_origins_may_not_change_anything(stage: Stage, origin: str) -> None:
    for path in ("/__sim/reset", f"/v26.0/{stage.settings.phone_number_id}/messages"):
        answer = stage.call("POST", path, {}, {"Origin": origin})
        assert answer.status == 403
    assert stage.call("POST", "/__sim/reset", {}, {"Sec-Fetch-Site": "cross-site"}).status == 403
    assert stage.call("POST", "/__sim/reset", {}, {"Origin": stage.url}).status == 200


def test_answers_say_what_a_browser_may_do(start: Start) -> None:
    headers = start(allowed_origins=("http://127.0.0.1:8470",)).call("GET", "/health").headers
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'self';")
    assert "frame-ancestors 'self' http://127.0.0.1:8470" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize(
    "wrong",
    [
        {"host": "0.0.0.0"},
        {"profile": "slow"},
        {"pricing_regime": "free"},
        {"messaging_limit": "TIER_1"},
        {"skip_delivered_when_open": 1.5},
        {"skip_delivered_when_open": -0.5},
        {"batch_max": 1_001},
        {"display_number": "x"},
        {"callback_url": "ftp://x"},
        {"app_secret": ""},
    ],
)
def test_wrong_settings_are_refused_with_a_sentence(start: Start, wrong: dict[str, Any]) -> None:
    with pytest.raises((SettingsError, ValueError), match=r"\.$|:"):
        start(**wrong)


def test_events_tell_what_happens(stage: Stage) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", stage.port, timeout=WAIT_S)
    connection.request("GET", "/__sim/events")
    stream = connection.getresponse()
    assert stream.headers["Content-Type"] == "text/event-stream"
    assert stream.readline() == b"event: resync\n"
    stage.customer()
    seen: set[str] = set()
    while not {"user", "message", "webhook"} <= seen:
        line = stream.readline().decode()
        if line.startswith("event: "):
            seen.add(line.removeprefix("event: ").strip())
    connection.close()
