"""The table of error codes: whole, and said in both languages."""

import re

import pytest

from jawort.channels.types import Retry
from jawort.channels.whatsapp.bodies import read
from jawort.channels.whatsapp.errors import CODES, meaning
from jawort.channels.whatsapp.errors_accounts import ACCOUNTS
from jawort.channels.whatsapp.errors_messages import MESSAGES

#: Every code of the platform's list (state of November 2026) with its class.
ALARM = "0 3 10 33 104 190 200 250 299 368 131005 131031 131037 131042 131044 131045 131048 131064 133010 134011"
BACKOFF = "1 2 4 80007 130429 131000 131016 131052 131053 131056 131057 133000 133004 139102 139103 2494100"
WAIT = "131049 132015 132069 133008 133009 133015 133016 134101"
NEVER = """
12 100 130403 130472 130497 131008 131009 131020 131021 131026 131030 131035 131036 131041 131047 131050 131051
131055 131059 131062 131063 131201 131202 131203 131204 131205 131206 131207 131208 131209 131210 131211 131212
131213 131214 131215 132000 132001 132005 132007 132008 132012 132016 132018 132068 133005 133006 134100 134102 135000
137000 138000 138001 138018 139000 139001 139002 139003 139004 139100 139101 139200 147001 147002 147003 147004 147005
1752041 2388019 2388039 2388040 2388047 2388072 2388073 2388293 2388299 2388318 2388330 2593107 2593108 2593109 200005
200006 200007
"""
DOCUMENTED = [
    (retry, [int(code) for code in codes.split()])
    for retry, codes in ((Retry.ALARM, ALARM), (Retry.BACKOFF, BACKOFF), (Retry.WAIT, WAIT), (Retry.NEVER, NEVER))
]


@pytest.mark.parametrize(("retry", "codes"), DOCUMENTED)
def test_every_documented_code_has_its_class(retry: Retry, codes: list[int]) -> None:
    assert {code: meaning(code).retry for code in codes} == dict.fromkeys(codes, retry)


def test_no_code_stands_in_two_rows() -> None:
    rows = [code for codes, *_ in (*MESSAGES, *ACCOUNTS) for code in ([codes] if isinstance(codes, int) else codes)]
    assert len(rows) == len(set(rows)) == len(CODES)


@pytest.mark.parametrize("code", [*CODES, 987_654])
def test_every_code_is_said_in_both_languages(code: int) -> None:
    found = meaning(code)
    assert found.de != found.en
    for sentence in (found.de, found.en):
        assert sentence.endswith(".")
        assert '"' not in sentence
        assert "'" not in sentence


def test_no_sentence_says_that_jawort_will_try_again() -> None:
    """They stand beside messages that have failed: nobody but a person sends these again."""
    acts = re.compile(r"Jawort (versucht|wartet|wird|tries|waits|slows)")
    assert acts.search("Zu schnell. Jawort wartet und versucht es erneut.")
    assert not [code for code, found in CODES.items() if acts.search(found.de) or acts.search(found.en)]


def test_what_waits_says_how_long() -> None:
    assert all(found.after_s > 0 for found in CODES.values() if found.retry is Retry.WAIT)


def test_one_person_too_much_waits_longer_each_time() -> None:
    assert [meaning(131056).wait_s(attempts) for attempts in (1, 2, 3, 4)] == [4, 16, 64, 256]


def test_a_file_is_given_a_second_time_and_no_third() -> None:
    assert {meaning(code).tries_max for code in (131052, 131053)} == {2}


def test_only_what_counts_for_the_whole_line_slows_it() -> None:
    assert {code for code, found in CODES.items() if found.slows} == {4, 80007, 130429}
    assert all(found.after_s > 0 for found in CODES.values() if found.slows)


def test_a_template_in_trouble_stops_no_line() -> None:
    codes = (132000, 132001, 132005, 132007, 132008, 132012, 132015, 132016, 132018, 132068, 132069)
    assert not [code for code in codes if meaning(code).retry is Retry.ALARM or meaning(code).slows]


def test_an_unknown_code_is_never_tried_again() -> None:
    assert meaning(987_654).retry is Retry.NEVER


def test_marking_as_read() -> None:
    marked = {"messaging_product": "whatsapp", "status": "read", "message_id": "wamid.IN"}
    assert read("wamid.IN") == marked
    assert read("wamid.IN", typing=True) == marked | {"typing_indicator": {"type": "text"}}
