"""Look-alikes: what is asked about, and a long list of what is not."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from jawort.messaging.lookalikes import Lookalike, lookalikes

IBANS = [
    "DE89 3704 0044 0532 0130 00",
    "DE89370400440532013000",
    "de89 3704 0044 0532 0130 00",
    "DE 89 37040044 0532013000",
    "DE89-3704-0044-0532-0130-00",
    "AT61 1904 3002 3457 3201",
    "CH93 0076 2011 6238 5295 7",
    "GB29 NWBK 6016 1331 9268 19",
    "FR14 2004 1010 0505 0001 3M02 606",
    "NL91ABNA0417164300",
    "MT84MALT011000012345MTLCAST001S",
    "NO93 8601 1117 947",
    "BE68 5390 0754 7034",
]
CARDS = [
    "4111 1111 1111 1111",
    "4111111111111111",
    "4111-1111-1111-1111",
    "5555 5555 5555 4444",
    "2223 0031 2200 3222",
    "3782 822463 10005",
    "378282246310005",
    "6011 1111 1111 1117",
    "3056 930902 5904",
    "3530 1113 3330 0000",
]
PASSWORDS = [
    "Passwort: geheim",
    "Ihr Passwort lautet: Sommer2026!",
    "Das Kennwort ist x7-Yq2",
    "WLAN-Passwort: sonnenblume",
    "Passwort für das Portal lautet Blau+Gelb",
    "password is hunter2",
    "The password for the Wi-Fi is: correctHorse",
    "Password = letmein",
    "pw: 123456",
    "Hier das Passwort:\nGeheim99",
    "your password is “Tr0ub4dor&3”.",
]
HARMLESS = [
    "",
    "Ihre Bestellung 4821309921 ist unterwegs.",
    "Auftrag 4111111111111112",  # sixteen digits, wrong check digit
    "Bestellnummer 302-1234567-1234567 und 402-7654321-7654321",
    "Sendungsnummer 00340434161094042557",
    "DHL 123456789012, UPS 1Z999AA10123456784",
    "Rufen Sie uns an: +49 171 3920021 oder 0049 30 23125000",
    "+4917139200214444",
    "4915123456789",  # a mobile number without its plus
    "IMEI 490154203237518",  # fifteen digits, Luhn holds
    "SIM 8949020000001234567",
    "EAN 4006381333931",
    "USt-IdNr. DE136695976, Gläubiger-ID DE98ZZZ09999999999",
    "DE89 3704 0044 0532 0130 01",  # mod 97 does not hold
    "DE89370400440532013000X",
    "XX89 3704 0044 0532 0130 00",
    "at 12 noon we will meet you there, in 10 minutes or so",
    "Termin am 12.11.2026 um 14:30, Raum 3.14",
    "Rechnung 2026-11-27-000123 über 1.234,56 EUR",
    "Passwort vergessen? Hier klicken: https://firma.example/neu",
    "Passwort zurücksetzen: https://firma.example/reset?t=ab12",
    "Ihr Passwort ist abgelaufen.",
    "Das Passwort ist falsch, bitte noch einmal versuchen.",
    "Ihr Passwort ist 30 Tage gültig.",
    "Passwort: mindestens zwölf Zeichen",
    "Passwort: bitte neu setzen",
    "Passwort und Benutzername: siehe Brief",
    "Your password is wrong.",
    "Is your password correct?",
    "The password is case-sensitive.",
    "The password is required to log in.",
    "We never ask for your password.",
    "Passwort ändern: Einstellungen öffnen",
]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        *((text, Lookalike.IBAN) for text in IBANS),
        *((text, Lookalike.CARD) for text in CARDS),
        *((text, Lookalike.PASSWORD) for text in PASSWORDS),
    ],
)
def test_what_looks_like_one_is_seen_wherever_it_stands(text: str, kind: Lookalike) -> None:
    assert lookalikes(text) == [kind]
    assert lookalikes(f"Guten Tag, {text}") == [kind]
    assert lookalikes(f"Guten Tag,\n\n{text}\n\nbis Freitag") == [kind]


@pytest.mark.parametrize("text", [*IBANS, *CARDS])
def test_numbers_are_seen_before_other_words(text: str) -> None:
    assert lookalikes(f"Bitte an {text} bis 12.3.")
    assert lookalikes(f"({text}), danke")


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_something_else_alarms_nobody(text: str) -> None:
    assert lookalikes(text) == []


def test_several_are_named_each_once() -> None:
    text = f"{PASSWORDS[0]}\n{IBANS[0]} {IBANS[5]}\n{CARDS[0]}"
    assert lookalikes(text) == [Lookalike.IBAN, Lookalike.CARD, Lookalike.PASSWORD]


def a_german_iban(account: int) -> str:
    bban = f"{account:018}"
    check = 98 - int(f"{bban}131400") % 97
    return f"DE{check:02}{bban}"


@given(st.integers(0, 10**18 - 1), st.integers(0, 21), st.integers(1, 9))
def test_every_iban_is_seen_and_no_digit_of_it_may_be_another(account: int, place: int, by: int) -> None:
    iban = a_german_iban(account)
    assert Lookalike.IBAN in lookalikes(iban)
    grouped = " ".join(iban[n : n + 4] for n in range(0, len(iban), 4))
    assert Lookalike.IBAN in lookalikes(grouped)
    assume(place >= 2)
    wrong = iban[:place] + str((int(iban[place]) + by) % 10) + iban[place + 1 :]
    assert Lookalike.IBAN not in lookalikes(wrong)


@given(st.integers(0, 10**14 - 1), st.integers(1, 9))
def test_a_card_has_one_check_digit(rest: int, by: int) -> None:
    body = f"4{rest:014}"
    doubled = [int(d) * (2 if n % 2 == 0 else 1) for n, d in enumerate(reversed(body))]
    check = -sum(d - 9 if d > 9 else d for d in doubled) % 10
    assert lookalikes(f"{body}{check}") == [Lookalike.CARD]
    assert lookalikes(f"{body}{(check + by) % 10}") == []


@given(st.integers(10**6, 10**13 - 1))
def test_no_telephone_number_is_a_card(number: int) -> None:
    assert lookalikes(f"+{number}") == lookalikes(f"00{number}") == lookalikes(f"0{number}") == []
    assert lookalikes(str(number)) == []


@given(st.text(st.sampled_from("DE 0123456789abcPasswort:ist.-\n٣ſK₂"), max_size=400))
def test_any_text_has_an_answer(text: str) -> None:
    assert set(lookalikes(text)) <= set(Lookalike)
