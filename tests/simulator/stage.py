"""A stage for the simulator: it runs in a thread of its own beside a small receiver, and tests talk HTTP to both."""

import http.client
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from jawort.simulator.settings import Settings

APP_SECRET = "test_app_secret"
VERIFY_TOKEN = "verify-token-of-the-test"
ACCESS_TOKEN = "access-token-of-the-test"
KIM, NOUR = "+4915228895456", "+4915254599371"  # reserved for fiction
WAIT_S = 15.0  # far more than anything takes; a test that waits so long has failed for another reason


@dataclass
class Receiver:
    """What the business's callback got, and how it answers. `answers` are used up before `answer`."""

    verify_token: str = VERIFY_TOKEN
    answer: int = 200
    answers: list[int] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    signatures: list[str] = field(default_factory=list)
    handshakes: int = 0

    async def get(self, request: web.Request) -> web.Response:
        """The handshake."""
        self.handshakes += 1
        if request.query.get("hub.mode") != "subscribe" or request.query.get("hub.verify_token") != self.verify_token:
            return web.Response(status=403)
        return web.Response(text=request.query["hub.challenge"])

    async def post(self, request: web.Request) -> web.Response:
        """A webhook."""
        self.bodies.append(await request.read())
        self.signatures.append(request.headers.get("X-Hub-Signature-256", ""))
        return web.Response(status=self.answers.pop(0) if self.answers else self.answer)

    async def desk(self, request: web.Request) -> web.Response:
        """A page that frames the address in its query, as the desk frames the phone."""
        html = (
            f'<link rel="icon" href="data:,"><iframe width="390" height="800" src="{request.query["frame"]}"></iframe>'
        )
        return web.Response(text=html, content_type="text/html")

    def values(self, key: str) -> list[dict[str, Any]]:
        """All items under `key` (messages, statuses) in the order of arrival, retries included."""
        found: list[dict[str, Any]] = []
        for body in list(self.bodies):
            for change in json.loads(body)["entry"][0]["changes"]:
                found.extend(change["value"].get(key, []))
        return found


@dataclass
class Answer:
    """An HTTP answer."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def json(self) -> Any:
        """Its JSON."""
        return json.loads(self.body)


class Stage:
    """One simulator and one receiver, running."""

    def __init__(self, receiver: Receiver, settings: Settings, port: int) -> None:
        self.receiver = receiver
        self.settings = settings
        self.port = port
        self.url = f"http://127.0.0.1:{port}"

    def call(self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None) -> Answer:
        """One HTTP call; `body` is bytes or becomes JSON."""
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=WAIT_S)
        try:
            connection.request(method, path, data, {"Content-Type": "application/json", **(headers or {})})
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read())
        finally:
            connection.close()

    def sim(self, method: str, path: str, body: Any = None) -> Any:
        """A control call that must succeed: its JSON."""
        answer = self.call(method, f"/__sim/{path}", body)
        assert answer.status == 200, answer.body
        return answer.json

    def graph(self, body: Any, path: str = "", token: str = ACCESS_TOKEN, method: str = "POST") -> Answer:
        """A Graph call, by default to the number's messages."""
        path = path or f"/v26.0/{self.settings.phone_number_id}/messages"
        return self.call(method, path, body, {"Authorization": f"Bearer {token}"})

    def send(self, to: str, text: str = "Guten Tag", **more: Any) -> str:
        """A text that must be accepted: its wamid."""
        answer = self.graph(a_text(to, text, **more))
        assert answer.status == 200, answer.body
        return str(answer.json["messages"][0]["id"])

    def customer(self, phone: str = KIM, name: str = "Kim Beispiel", *, wrote: bool = True, **more: Any) -> Any:
        """A customer, who has written unless told otherwise, so that the window is open."""
        user = self.sim("POST", "users", {"phone": phone, "name": name, **more})
        if wrote:
            self.sim("POST", f"users/{phone}/messages", {"type": "text", "text": "Hallo"})
        return user

    def wait(self, holds: Callable[[], Any]) -> Any:
        """The first true value of `holds`."""
        until = time.monotonic() + WAIT_S
        while time.monotonic() < until:
            if found := holds():
                return found
            time.sleep(0.01)
        raise AssertionError("waited in vain")

    def states(self, wamid: str) -> list[str]:
        """The statuses that the receiver got for one send."""
        return [status["status"] for status in self.receiver.values("statuses") if status["id"] == wamid]

    def wait_states(self, wamid: str, *expected: str) -> list[dict[str, Any]]:
        """Wait until exactly these have come; the statuses."""
        self.wait(lambda: self.states(wamid) == list(expected))
        return [status for status in self.receiver.values("statuses") if status["id"] == wamid]


def a_text(to: str, text: str = "Guten Tag", **more: Any) -> dict[str, Any]:
    """A valid call."""
    return {"messaging_product": "whatsapp", "to": to, "type": "text", "text": {"body": text}, **more}


Start = Callable[..., Stage]
