"""Every page of the desk has its help, and every topic a page."""

from django.urls import resolve, reverse

from jawort.web.help.pages import PAGES, help_address
from jawort.web.help.topics import TOPICS
from tests.staff.permitted import DESK

#: What answers with no page: pieces of one, files, a way on, and the help itself.
NO_PAGES = {
    "contacts:consent",
    "contacts:consent-printed",
    "home",
    "help:index",
    "help:topic",
    "inbox:colleagues",
    "inbox:emojis",
    "inbox:file",
    "inbox:messages",
    "inbox:news",
    "inbox:quick-replies",
    "inbox:rows",
    "settings:consent-picture",
    "settings:opt-in-link-picture",
}
VALUES = {
    "<uuid:pk>": "01a22011-2847-7000-87e8-2bf63898c0b5",
    "<uuid:message>": "01a22011-2847-7000-87e8-2bf63898c0b5",
    "<uuid:file>": "01a22011-2847-7000-87e8-2bf63898c0b5",
    "<uuid:contact>": "01a22011-2847-7000-87e8-2bf63898c0b5",
    "<uuid:template>": "01a22011-2847-7000-87e8-2bf63898c0b5",
    "<slug:form>": "page",
    "<slug:ref>": "1",
    "<slug:picture>": "1",
    "<slug:name>": "inbox",
    "<slug:key>": "campaigns",
}


def address(route: str) -> str:
    for part, value in VALUES.items():
        route = route.replace(part, value)
    return f"/{route}"


def test_every_page_of_the_desk_has_a_topic() -> None:
    shown = [route for (method, route), permission in DESK.items() if method == "GET" and permission]
    names = {resolve(address(route)).view_name for route in shown}
    assert sorted(names - set(PAGES) - NO_PAGES) == []
    assert names >= NO_PAGES  # or one that has become a page would go unseen


def test_the_table_names_pages_and_topics_that_are_there() -> None:
    there = {resolve(address(route)).view_name for method, route in DESK if method == "GET" and DESK[method, route]}
    assert set(PAGES) - there <= {"inbox:search", "inbox:template-send"}  # pages that answer a form, without scripts
    assert set(PAGES.values()) == set(TOPICS)


def test_whatever_address_is_asked_for_there_is_help() -> None:
    home = address("<uuid:pk>")
    assert help_address(f"/inbox{home}/side-door/?x=/ledger/") == reverse("help:topic", args=["side-door"])
    assert help_address(f"/inbox{home}/resolve") == reverse(
        "help:topic", args=["inbox"]
    )  # its answer is a page of there
    for elsewhere in ("", "/", "/nowhere/", "/help/inbox/", "https://firma.example/x", "//[", "/settings/theme"):
        assert help_address(elsewhere) == reverse("help:index"), elsewhere


def test_every_topic_says_all_three_things() -> None:
    for name, topic in TOPICS.items():
        said = [str(each) for each in (*topic.here, *topic.then, *topic.final)]
        assert all(said), name
        assert min(len(topic.here), len(topic.then), len(topic.final)) >= 1, name
        assert 2 <= len(said) <= 6, name
