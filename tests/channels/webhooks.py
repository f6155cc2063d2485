"""Webhook bodies as the platform sends them."""

import json
from pathlib import Path
from typing import Any

KNOWN = (Path(__file__).parent / "payloads" / "known_answer.json").read_bytes()
LINE = "106540352242922"
KIM = {"profile": {"name": "Kim"}, "wa_id": "4915112345678", "user_id": "DE.111"}
NOUR = {"profile": {"name": "Nour", "username": "@nour"}, "user_id": "DE.222"}


def a_message(**fields: Any) -> dict[str, Any]:
    base = {"from": "4915112345678", "from_user_id": "DE.111", "id": "wamid.1", "timestamp": "1763900000"}
    return {**base, "type": "text", "text": {"body": "Guten Tag"}, **fields}


def a_status(**fields: Any) -> dict[str, Any]:
    return {
        "id": "wamid.9",
        "status": "delivered",
        "timestamp": "1763900001",
        "recipient_id": "4915112345678",
        **fields,
    }


def an_echo(**fields: Any) -> dict[str, Any]:
    message = {"type": "text", "text": {"body": "Wie kann ich helfen?"}}
    return {"id": "wamid.E", "timestamp": "1763900002", "message": message, **fields}


def a_call(**fields: Any) -> dict[str, Any]:
    base = {"id": "wacid.1", "from": "4915112345678", "from_user_id": "DE.111", "to": "4915550783881"}
    told = {"event": "connect", "timestamp": "1763900003", "direction": "USER_INITIATED"}
    return base | told | {"session": {"sdp_type": "offer", "sdp": "v=0"}} | fields


def a_value(**fields: Any) -> dict[str, Any]:
    metadata = {"display_phone_number": "+49 155 5078 3881", "phone_number_id": LINE}
    return {"messaging_product": "whatsapp", "metadata": metadata, **fields}


def a_body(*values: dict[str, Any], field: str = "messages") -> bytes:
    changes = [{"value": value, "field": field} for value in values]
    return json.dumps({"object": "whatsapp_business_account", "entry": [{"id": "1022", "changes": changes}]}).encode()
