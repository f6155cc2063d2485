"""Links into a chat: to WhatsApp from an installation, to its own phone from a demo."""

from jawort.channels.whatsapp.chat_link import chat_link


def test_they_lead_to_whatsapp() -> None:
    assert (
        chat_link("+49 30 23125000", "Ja, ä & [X]?")
        == "https://wa.me/493023125000?text=Ja%2C%20%C3%A4%20%26%20%5BX%5D%3F"
    )


def test_those_of_a_demo_lead_to_its_phone() -> None:
    link = chat_link("+49 30 23125000", "Ja", "http://127.0.0.1:8472")
    assert link == "http://127.0.0.1:8472/wa.me/493023125000?text=Ja"
