"""What the access token is good for, and whether the app is subscribed."""

import pytest

from tests.simulator.stage import ACCESS_TOKEN, APP_SECRET, KIM, Answer, Stage, Start

DEBUG = "/v26.0/debug_token"


def debug(stage: Stage, given: str = ACCESS_TOKEN, caller: str = ACCESS_TOKEN) -> Answer:
    return stage.graph(None, f"{DEBUG}?input_token={given}", token=caller, method="GET")


@pytest.mark.parametrize("app", [False, True])
def test_the_token_tells_of_itself_to_itself_and_to_its_app(stage: Stage, app: bool) -> None:
    caller = f"{stage.settings.app_id}|{APP_SECRET}" if app else ACCESS_TOKEN
    told = debug(stage, caller=caller).json["data"]
    assert (told["is_valid"], told["expires_at"], told["app_id"]) == (True, 0, stage.settings.app_id)
    assert {"whatsapp_business_management", "whatsapp_business_messaging"} <= set(told["scopes"])
    assert told["granular_scopes"][0]["target_ids"] == [stage.settings.waba_id]


def test_another_token_does_not_hold_and_a_stranger_learns_nothing(stage: Stage) -> None:
    told = debug(stage, given="another").json["data"]
    assert (told["is_valid"], told["error"]["code"]) == (False, 190)
    assert debug(stage, caller=f"{stage.settings.app_id}|wrong").json["error"]["code"] == 190
    assert debug(stage, given="").json["error"]["code"] == 100


def test_a_token_ends_when_it_was_told_to(start: Start) -> None:
    stage = start(token_expires_at=1_000, token_scopes=("whatsapp_business_messaging",))
    told = debug(stage).json["data"]
    assert (told["is_valid"], told["scopes"]) == (False, ["whatsapp_business_messaging", "public_profile"])


def test_without_a_subscription_nothing_is_told(start: Start) -> None:
    stage = start(subscribed=False)
    account = f"/v26.0/{stage.settings.waba_id}/subscribed_apps"
    assert stage.graph(None, account, method="GET").json == {"data": []}
    stage.customer()
    assert stage.graph({}, account).json == {"success": True}
    assert stage.graph(None, account, method="GET").json["data"]
    stage.sim("POST", f"users/{KIM}/messages", {"text": "Hört mich jetzt jemand?"})
    stage.wait(lambda: stage.receiver.values("messages"))
    assert [one["text"]["body"] for one in stage.receiver.values("messages")] == ["Hört mich jetzt jemand?"]


def test_calls_about_the_account_fail_when_they_are_told_to(stage: Stage) -> None:
    stage.sim("POST", "faults", [{"on": "manage", "code": 80007}])
    numbers = f"/v26.0/{stage.settings.waba_id}/phone_numbers"
    assert stage.graph(None, numbers, method="GET").json["error"]["code"] == 80007
    assert stage.graph(None, numbers, method="GET").status == 200
