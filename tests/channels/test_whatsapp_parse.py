"""Reading webhook bodies: everything in them, however odd."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from jawort.channels.types import IdentityChange, Inbound, Malformed, Notice, Receipt, Unreadable, Update
from jawort.channels.whatsapp.parse import UNREADABLE_AT_MOST, parse
from tests.channels.webhooks import KIM, KNOWN, LINE, NOUR, a_body, a_message, a_status, a_value


def one(body: bytes) -> Update:
    (update,) = parse(body)
    assert parse(update.original) == [update], "an update's original reads as that update"
    return update


def inbound(body: bytes) -> Inbound:
    update = one(body)
    assert isinstance(update, Inbound)
    return update


def test_a_text_message() -> None:
    update = inbound(KNOWN)
    assert (update.kind, update.text) == ("text", "Grüße 😀 https://example.org")
    assert (update.line_ref, update.provider_id, update.provider_kind) == (LINE, "wamid.TEST1", "text")
    assert update.sent_at == datetime(2025, 11, 23, 12, 13, 20, tzinfo=UTC)
    assert (update.sender.phone, update.sender.bsuid) == ("4915112345678", "DE.13491208655302741918")
    assert update.sender.name == "Jörg Müller"
    assert update.opens_window
    assert update.original == KNOWN, "byte for byte, escapes and all"


def test_contacts_are_matched_by_id_and_never_by_position() -> None:
    messages = [a_message(id="a"), a_message(id="b", **{"from": None, "from_user_id": "DE.222"})]
    kim, nour = parse(a_body(a_value(contacts=[NOUR, KIM], messages=messages)))
    assert isinstance(kim, Inbound)
    assert isinstance(nour, Inbound)
    assert (kim.sender.name, nour.sender.name) == ("Kim", "Nour")
    assert (nour.sender.phone, nour.sender.bsuid) == (None, "DE.222")
    assert b"Nour" not in kim.original
    assert b"Kim" not in nour.original
    assert parse(kim.original) == [kim]
    assert parse(nour.original) == [nour]


def test_a_contact_of_somebody_else_names_nobody() -> None:
    assert inbound(a_body(a_value(contacts=[NOUR], messages=[a_message()]))).sender.name is None


def test_messages_and_statuses_may_share_a_value() -> None:
    found = parse(
        a_body(a_value(contacts=[KIM], messages=[a_message()], statuses=[a_status(), a_status(status="read")]))
    )
    assert [type(update) for update in found] == [Inbound, Receipt, Receipt]


def test_every_entry_and_change_in_order() -> None:
    body = json.loads(a_body(*(a_value(messages=[a_message(id=f"{n}a"), a_message(id=f"{n}b")]) for n in range(3))))
    body["entry"] *= 2
    found = [update.provider_id for update in parse(json.dumps(body).encode()) if isinstance(update, Inbound)]
    assert found == ["0a", "0b", "1a", "1b", "2a", "2b"] * 2


@pytest.mark.parametrize("stamp", ["1763900000", 1763900000, "1763900000000", 1763900000000, 1763900000.0])
def test_times_are_seconds_or_milliseconds_numbers_or_strings(stamp: object) -> None:
    update = inbound(a_body(a_value(messages=[a_message(timestamp=stamp)])))
    assert update.sent_at == datetime(2025, 11, 23, 12, 13, 20, tzinfo=UTC)


@pytest.mark.parametrize("stamp", ["", "soon", -1, "-5", None, [], True, "9" * 30, 10**400, 1e300])
def test_a_time_that_is_none_makes_the_message_unreadable(stamp: object) -> None:
    assert isinstance(one(a_body(a_value(messages=[a_message(timestamp=stamp)]))), Unreadable)


def test_a_user_id_in_from_is_taken_for_what_it_is() -> None:
    message = a_message(**{"from": "DE.333"})
    del message["from_user_id"]
    assert inbound(a_body(a_value(contacts=[{"wa_id": "DE.333"}], messages=[message]))).sender.bsuid == "DE.333"
    message["from"] = "DE.ENT.444"
    assert inbound(a_body(a_value(messages=[message]))).sender.parent_bsuid == "DE.ENT.444"


def test_ids_of_unknown_form_are_kept_and_numbers_are_not() -> None:
    update = inbound(a_body(a_value(messages=[a_message(**{"from": "?", "from_user_id": "future:77"})])))
    assert (update.sender.phone, update.sender.bsuid) == (None, "future:77")


def test_a_message_of_nobody_is_unreadable() -> None:
    message = a_message()
    del message["from"], message["from_user_id"]
    assert isinstance(one(a_body(a_value(messages=[message]))), Unreadable)


@pytest.mark.parametrize(
    ("kind", "opens"),
    [("image", True), ("sticker", True), ("reaction", False), ("unsupported", False), ("brand_new", True)],
)
def test_what_makes_no_sense_of_its_type_is_kept_as_unsupported(kind: str, opens: bool) -> None:
    message = a_message(type=kind, **{kind: {"ID": "77", "unknown": [1, {"x": None}]}})
    update = inbound(a_body(a_value(messages=[message])))
    assert (update.kind, update.text, update.provider_kind, update.opens_window) == ("unsupported", "", kind, opens)
    assert json.loads(update.original)["entry"][0]["changes"][0]["value"]["messages"] == [message]


def test_what_was_said_to_a_group_is_not_shown_as_said_to_us() -> None:
    update = inbound(a_body(a_value(messages=[a_message(group_id="G1")])))
    assert (update.kind, update.text, update.provider_kind, update.opens_window) == ("unsupported", "", "group", False)


def test_one_bad_update_does_not_hide_the_others() -> None:
    odd: list[Any] = [7, None, "x", [], {}, {"id": 5}, a_message(text=None), a_message(id=""), a_message(id="x" * 600)]
    found = parse(a_body(a_value(messages=[a_message(), *odd, a_message(id="last")], statuses=[3, a_status()])))
    assert [type(update) for update in found] == [Inbound, *[Unreadable] * len(odd), Inbound, Unreadable, Receipt]
    for update in found:
        assert parse(update.original) == [update]


def test_bad_entries_and_changes_do_not_hide_the_others() -> None:
    body = json.loads(a_body(a_value(messages=[a_message()])))
    body["entry"][0]["changes"] += [None, {"field": "messages"}, {"value": 3}]
    body["entry"] += [None, {"id": "x"}, {"changes": {}}, 5]
    found = parse(json.dumps(body).encode())
    assert [type(update) for update in found] == [Inbound, *[Unreadable] * 7]


def test_lists_that_are_none() -> None:
    assert isinstance(one(a_body(a_value(messages={"a": 1}))), Unreadable)
    assert one(a_body(a_value(messages=None, errors=[{"code": 131000}]))).__class__ is Notice


def test_errors_beside_messages_are_notices_of_their_own() -> None:
    failed = [{"code": 131000, "title": "Something went wrong"}, {"code": 131031}]
    value = a_value(contacts=[KIM], messages=[a_message(type="interactive"), a_message()], errors=failed)
    found = parse(a_body(value))
    assert [type(update) for update in found] == [Inbound, Inbound, Notice, Notice]
    assert [(one.kind, one.event) for one in found if isinstance(one, Notice)] == [
        ("errors", "131000"),
        ("errors", "131031"),
    ]
    for update in found:
        assert parse(update.original) == [update]
        assert (b"4915112345678" in update.original) == isinstance(update, Inbound)
    assert parse(a_body(a_value(messages=[a_message()], errors=[]))) == [
        inbound(a_body(a_value(messages=[a_message()])))
    ]


@pytest.mark.parametrize(("errors", "reason"), [({"code": 1}, "errors is no list"), ([7], "error is no object")])
def test_errors_that_are_none_hide_no_message(errors: object, reason: str) -> None:
    message, unread = parse(a_body(a_value(contacts=[NOUR], messages=[a_message()], errors=errors)))
    assert isinstance(message, Inbound)
    assert isinstance(unread, Unreadable)
    assert unread.reason == reason
    for update in (message, unread):
        assert parse(update.original) == [update]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"7",
        b'"x"',
        b"{",
        b"{}",
        b'{"entry":7}',
        b'{"entry":[}',
        b'{"entry":[]',
        b"\xff\xfe",
        b"NaN",
        b'{"entry":null}',
        b'{"entry":[]} trailing',
        b"{" * 100_000,
        b'{"a":' * 100_000,
    ],
)
def test_what_is_no_envelope_is_malformed(body: bytes) -> None:
    with pytest.raises(Malformed) as caught:
        parse(body)
    assert body.decode("latin-1")[:3] not in str(caught.value) or len(body) < 3


def test_nesting_without_end_hides_nothing() -> None:
    deep = b'"x":' + b"[" * 50_000 + b'"]}"' + b"]" * 50_000
    first, second = parse(
        a_body(a_value(messages=[a_message(marker=1), a_message(id="wamid.2")])).replace(b'"marker": 1', deep)
    )
    assert isinstance(first, Inbound)
    assert isinstance(second, Inbound)
    assert first.text == "Guten Tag"
    assert deep in first.original
    assert deep not in second.original


@pytest.mark.parametrize(
    ("escaped", "read"),
    [(rb"\ud83d", "\ufffd"), (rb"a\udc00b", "a\ufffdb"), (rb"\u0000", "\0"), (b"\xff", "\ufffd"), (b"\x01", "\x01")],
)
def test_text_that_is_no_text_is_repaired(escaped: bytes, read: str) -> None:
    update = inbound(a_body(a_value(messages=[a_message(text={"body": "MARK"})])).replace(b"MARK", escaped))
    assert update.text == read
    assert update.text.encode()


@pytest.mark.parametrize("odd", [b"NaN", b"-Infinity", b"1e999", b"9" * 5_000, b"-" + b"9" * 400])
def test_numbers_that_are_none_hide_nothing(odd: bytes) -> None:
    body = a_body(a_value(messages=[a_message(marker=1), a_message(text={"body": "MARK2"})]))
    found = parse(body.replace(b'"marker": 1', b'"marker": ' + odd).replace(b'"MARK2"', odd))
    assert isinstance(found[0], Inbound)
    assert len(found) == 2


def test_receipts() -> None:
    update = one(a_body(a_value(statuses=[a_status(biz_opaque_callback_data="msg-1")])))
    assert isinstance(update, Receipt)
    assert (update.state, update.own_id, update.provider_id, update.failure) == ("delivered", "msg-1", "wamid.9", None)


def test_a_failed_receipt_says_why() -> None:
    error = {"code": 131047, "title": "Re-engagement message", "error_data": {"details": "more than 24 hours"}}
    update = one(a_body(a_value(statuses=[a_status(status="failed", errors=[{}, error])])))
    assert isinstance(update, Receipt)
    assert update.failure is not None
    assert (update.failure.code, update.failure.details) == (131047, "more than 24 hours")


@pytest.mark.parametrize("errors", [None, [], {}, [None], [{"code": "x"}]])
def test_a_failed_receipt_without_reason_is_a_failure_all_the_same(errors: object) -> None:
    update = one(a_body(a_value(statuses=[a_status(status="failed", errors=errors)])))
    assert isinstance(update, Receipt)
    assert update.failure is not None
    assert update.failure.code == 0


@pytest.mark.parametrize("status", ["deleted", "warning", "RINGING", "", None, "a b\x00"])
def test_other_states_are_notices(status: object) -> None:
    update = one(a_body(a_value(statuses=[a_status(status=status)])))
    assert isinstance(update, Notice)
    assert update.kind.startswith("status.")


def test_a_changed_number() -> None:
    system = {"type": "user_changed_number", "body": "…", "wa_id": "4915187654321", "user_id": "DE.NEW"}
    system |= {"previous_user_id": "DE.OLD", "parent_user_id": "DE.ENT.N", "previous_parent_user_id": "DE.ENT.O"}
    update = one(a_body(a_value(messages=[a_message(type="system", system=system)])))
    assert isinstance(update, IdentityChange)
    assert (update.old_phone, update.new_phone) == ("4915112345678", "4915187654321")
    assert (update.old_bsuid, update.new_bsuid) == ("DE.OLD", "DE.NEW")
    assert (update.old_parent_bsuid, update.new_parent_bsuid) == ("DE.ENT.O", "DE.ENT.N")


def test_a_changed_user_id_without_number() -> None:
    system = {"type": "user_changed_user_id", "user_id": "DE.NEW", "previous_user_id": "DE.OLD"}
    message = a_message(type="system", system=system)
    del message["from"], message["from_user_id"]
    update = one(a_body(a_value(messages=[message])))
    assert isinstance(update, IdentityChange)
    assert (update.old_phone, update.new_phone, update.old_bsuid, update.new_bsuid) == (None, None, "DE.OLD", "DE.NEW")


def test_the_older_form_tells_the_old_id_by_the_sender() -> None:
    system = {"type": "customer_changed_number", "new_wa_id": "4915187654321", "customer": "4915112345678"}
    update = one(a_body(a_value(messages=[a_message(type="system", system=system)])))
    assert isinstance(update, IdentityChange)
    assert (update.old_phone, update.new_phone, update.old_bsuid) == ("4915112345678", "4915187654321", "DE.111")


def test_the_new_id_alone_is_no_old_id() -> None:
    system = {"type": "user_changed_user_id", "user_id": "DE.111"}
    update = one(a_body(a_value(messages=[a_message(type="system", system=system)])))
    assert isinstance(update, IdentityChange)
    assert (update.old_bsuid, update.new_bsuid) == (None, "DE.111")


def test_the_withdrawn_field_is_read_too() -> None:
    change = {"wa_id": "4915187654321", "user_id": {"previous": "DE.OLD", "current": "DE.NEW"}, "timestamp": 1763900000}
    second = {**change, "user_id": {"previous": "DE.222", "current": "DE.NEW2"}}
    found = parse(a_body(a_value(user_id_update=[change, second], contacts=[KIM]), field="user_id_update"))
    assert [(u.old_bsuid, u.new_bsuid) for u in found if isinstance(u, IdentityChange)] == [
        ("DE.OLD", "DE.NEW"),
        ("DE.222", "DE.NEW2"),
    ]
    assert len({u.provider_id for u in found if isinstance(u, IdentityChange)}) == 2
    for update in found:
        assert parse(update.original) == [update]


def test_other_system_messages_are_notices() -> None:
    update = one(a_body(a_value(messages=[a_message(type="system", system={"type": "customer_identity_changed"})])))
    assert isinstance(update, Notice)
    assert update.kind == "system.customer_identity_changed"


@pytest.mark.parametrize("field", ["user_preferences", "history", "account_update", "calls", "brand_new"])
def test_other_fields_are_notices_kept_whole(field: str) -> None:
    value = a_value(contacts=[KIM], anything=[1, 2])
    update = one(a_body(value, field=field))
    assert update == Notice(LINE, field, update.original, account_ref="1022")
    assert json.loads(update.original)["entry"][0]["changes"][0]["value"] == value


def test_the_field_may_stand_in_the_wrong_place() -> None:
    body = json.loads(a_body({"field": "account_update", "event": "X"}))
    del body["entry"][0]["changes"][0]["field"]
    assert one(json.dumps(body).encode()).__class__ is Notice
    body = json.loads(a_body(a_value(messages=[a_message()])))
    del body["entry"][0]["changes"][0]["field"]
    assert one(json.dumps(body).encode()).__class__ is Inbound


def test_a_body_of_rubbish_is_malformed_and_not_a_million_updates() -> None:
    """A few odd elements are set aside one by one; beyond that nothing here is a webhook."""
    few = b'{"entry":[' + b",".join([b"1"] * UNREADABLE_AT_MOST) + b"]}"
    assert len(parse(few)) == UNREADABLE_AT_MOST
    with pytest.raises(Malformed):
        parse(few[:-2] + b",1]}")


def vectors() -> dict[str, Any]:
    folder = os.environ.get("JAWORT_VECTORS")
    if not folder:
        return {}
    found: dict[str, Any] = json.loads((Path(folder) / "meta-openapi" / "webhooks.json").read_bytes())
    return found


def test_every_example_of_the_platform_is_read() -> None:
    examples = vectors()
    if not examples:
        pytest.skip("JAWORT_VECTORS is not set: the platform's examples are not at hand.")
    for name, example in examples.items():
        found = parse(json.dumps(example).encode())
        assert found, name
        assert not [update for update in found if isinstance(update, Unreadable)], name
        for update in found:
            assert parse(update.original) == [update], name
