"""Customers' own pages and those who mean no good: no code is guessed, no key fits elsewhere, nobody sees another."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from threading import Barrier

import pytest
from django.db import connection

from jawort.messaging.merge import merge
from jawort.messaging.models import Conversation, Message
from jawort.messaging.own_page import rules
from jawort.messaging.own_page.models import OwnPage
from jawort.messaging.own_page.prove import enter_code
from jawort.messaging.send import send
from jawort.staff.models import Agent
from tests.fixtures.cast import Customer
from tests.fixtures.scene import author
from tests.public.visits import CODE, KEY, LINK, Visit, changes


class TestTheCode:
    def test_a_wrong_one_counts_and_after_five_the_right_one_is_dead(self, visit: Visit) -> None:
        visit.gets_the_link()
        without = visit.posts("enter", code="000000")
        code = visit.gets_a_code()
        wrong = f"{(int(code) + 1) % 10**6:06}"
        answers = [visit.posts("enter", code=wrong) for _ in range(rules.TRIES_MAX)]
        last = visit.posts("enter", code=code)
        assert {answer.content for answer in [*answers, last]} == {without.content}, "none says whether there is a code"
        assert {answer.status_code for answer in [*answers, last, without]} == {422}
        assert changes().count("refused") == rules.TRIES_MAX

    def test_a_new_one_ends_the_one_before_and_each_works_once(self, visit: Visit) -> None:
        visit.gets_the_link()
        first, second = visit.gets_a_code(), visit.gets_a_code()
        assert visit.posts("enter", code=first).status_code == 422 or first == second
        assert visit.posts("enter", code=f" {second[:3]} {second[3:]}").status_code == 200, "as people type it"
        assert visit.posts("enter", code=second).status_code == 422

    def test_it_ends_after_ten_minutes(self, visit: Visit) -> None:
        visit.gets_the_link()
        code = visit.gets_a_code()
        visit.scene.clock.forward(minutes=10)
        assert visit.posts("enter", code=code).status_code == 422

    def test_five_a_day_leave_and_no_thousand(self, visit: Visit) -> None:
        visit.gets_the_link()
        answers = [visit.posts("code").status_code for _ in range(12)]
        assert answers == [200] * 5 + [409] * 7
        assert Message.objects.filter(actor="system").count() == 5
        visit.scene.passes(hours=23)
        visit.scene.writes(visit.kim, "Noch da?")
        assert visit.posts("code").status_code == 200

    def test_where_the_window_is_closed_the_person_writes_first(self, visit: Visit) -> None:
        visit.gets_the_link()
        visit.scene.passes(days=2)
        answer = visit.posts("code")
        assert answer.status_code == 409
        assert "Schreiben Sie uns zuerst eine kurze Nachricht im Chat" in answer.content.decode()
        assert not Message.objects.filter(state="refused").exists(), "no code lies refused in the thread"
        visit.scene.writes(visit.kim, "Hallo")
        visit.gets_a_code()

    def test_in_a_resolved_conversation_too_and_the_next_one_gets_it(self, visit: Visit) -> None:
        visit.gets_the_link()
        visit.client.post(f"/inbox/{visit.chat.pk}/resolve")
        assert "Schreiben Sie uns zuerst" in visit.posts("code").content.decode()
        visit.scene.writes(visit.kim, "Hallo")
        code = visit.gets_a_code()
        assert visit.posts("enter", code=code).status_code == 200

    def test_of_another_link_opens_nothing(self, visit: Visit, nour: Customer) -> None:
        theirs = visit.gets_the_link()
        code = visit.gets_a_code()
        visit.scene.writes(nour, "Hallo")
        visit.kim = nour
        visit.gets_the_link()
        other = visit.gets_a_code()
        assert visit.posts("enter", code=code).status_code == 422 or code == other
        html = visit.posts("enter", code=other).content.decode()
        assert "Mein Rad quietscht" not in html
        key = KEY.findall(html)[0]
        assert visit.browser.post(f"{theirs}download", {"key": key}).status_code == 403, "nor does its key"

    def test_is_in_no_answer_on_the_web(self, visit: Visit) -> None:
        visit.gets_the_link()
        answer = visit.posts("code")
        visit.scene.delivers()
        (code,) = CODE.findall(visit.scene.wire.sent[-1].text)
        assert code not in answer.content.decode()


class TestTheKey:
    def test_ends_after_half_an_hour_and_leads_back_to_the_code(self, visit: Visit) -> None:
        visit.enters()
        visit.scene.clock.forward(minutes=30)
        for act, form in (("erase", {"sure": "yes"}), ("correct", {"words": "Ich heiße Kim"}), ("download", {})):
            answer = visit.posts(act, key=visit.key, **form)
            assert answer.status_code == 403
            assert "Code senden" in answer.content.decode()
            assert "Mein Rad quietscht" not in answer.content.decode()
        assert Message.objects.filter(direction="in").count() == 1

    def test_one_at_a_time(self, visit: Visit) -> None:
        visit.enters()
        assert visit.posts("enter", code=visit.gets_a_code()).status_code == 200
        assert visit.posts("download", key=visit.key).status_code == 403

    @pytest.mark.parametrize("key", ["", "x", "ä", "0" * 5_000])
    def test_a_foreign_one_opens_nothing(self, visit: Visit, key: str) -> None:
        visit.enters()
        assert visit.posts("erase", key=key, sure="yes").status_code == 403


class TestOfOneContact:
    def test_what_another_contact_of_the_person_wrote_is_not_shown(
        self, visit: Visit, nour: Customer, bob: Agent
    ) -> None:
        """Somebody of ours holds Kim and Nour for one person. Kim's chat opens what Kim wrote, nothing of Nour's."""
        visit.scene.writes(nour, "Nours Geheimnis")
        send(visit.scene.chat(nour), "Antwort an Nour", author(bob), visit.scene.clock.at)
        visit.scene.delivers()
        kim, nours = visit.chat.contact_id, visit.scene.chat(nour).contact_id
        merge(nours, kim, actor="system", at=visit.scene.clock.at)
        visit.scene.passes(days=1)
        visit.scene.writes(visit.kim, "Hier Kim")
        home = Conversation.objects.get(status="open")
        visit.client.post(f"/inbox/{home.pk}/own-page")
        visit.scene.delivers()
        (visit.link,) = LINK.findall(visit.scene.wire.sent[-1].text)
        assert OwnPage.objects.get().contact_id == kim
        html = visit.posts("enter", code=visit.gets_a_code()).content.decode()
        assert "Hier Kim" in html
        assert "Geheimnis" not in html
        assert "Antwort an Nour" not in html
        assert nour.phone.digits not in html

    def test_a_code_goes_to_nobody_else(self, visit: Visit, nour: Customer) -> None:
        visit.scene.writes(nour, "Hallo")
        visit.gets_the_link()
        kim, nours = visit.chat.contact_id, visit.scene.chat(nour).contact_id
        merge(nours, kim, actor="system", at=visit.scene.clock.at)
        code = visit.gets_a_code() if visit.posts("code").status_code == 200 else ""
        visit.scene.clock.forward(minutes=1)
        visit.scene.writes(nour, "Hier Nour")  # from now on the person is answered there
        assert visit.posts("code").status_code == 409
        assert visit.posts("enter", code=code).status_code == 422


class TestAtOnce:
    def test_guessing_at_two_doors_counts_every_guess(self, visit: Visit) -> None:
        visit.gets_the_link()
        code = visit.gets_a_code()
        page, wrong, start = OwnPage.objects.get(), f"{(int(code) + 1) % 10**6:06}", Barrier(4)

        def guesses(_: int) -> int:
            with closing(connection):
                start.wait(10)
                return sum(enter_code(page, wrong, visit.scene.clock.at) is not None for _ in range(3))

        with ThreadPoolExecutor(4) as doors:
            assert sum(doors.map(guesses, range(4))) == 0
        assert OwnPage.objects.get().tries == rules.TRIES_MAX
        assert visit.posts("enter", code=code).status_code == 422

    def test_the_right_code_opens_one_page(self, visit: Visit) -> None:
        visit.gets_the_link()
        code, page, start = visit.gets_a_code(), OwnPage.objects.get(), Barrier(3)

        def enters(_: int) -> bool:
            with closing(connection):
                start.wait(10)
                return enter_code(page, code, visit.scene.clock.at) is not None

        with ThreadPoolExecutor(3) as doors:
            assert sum(doors.map(enters, range(3))) == 1
