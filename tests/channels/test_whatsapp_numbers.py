"""What is asked about numbers, and that nothing leaves for customers this way."""

import pytest

from jawort.channels.egress import DIRECT, Way
from jawort.channels.whatsapp.numbers import Numbers, wait_for


@pytest.mark.parametrize("path", ["106540352242922/messages", "106540352242922/marketing_messages", "106540352242922"])
@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_what_asks_about_numbers_cannot_send(path: str, method: str) -> None:
    client = Numbers(Way("http://127.0.0.1:9/v26.0", DIRECT), "token")
    with pytest.raises(ValueError, match="Nothing is changed"):
        wait_for(client.ask(method, path, {"messaging_product": "whatsapp"}))
