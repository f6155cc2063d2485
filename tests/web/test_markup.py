"""What WhatsApp shows in bold stands in bold here, and strangers' text makes no tags."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jawort.web.templatetags.jawort import whatsapp

TAG = re.compile(r"<(/?)(\w+)>")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("*fett*", "<b>fett</b>"),
        ("_kursiv_ und ~weg~", "<i>kursiv</i> und <s>weg</s>"),
        ("*_beides_*", "<b><i>beides</i></b>"),
        ("_*beides*_", "<i><b>beides</b></i>"),
        ("```*so*```", "<code>*so*</code>"),
        ("2*3*4", "2*3*4"),
        ("<b>&", "&lt;b&gt;&amp;"),
        ("*a _b* c_", "<b>a _b</b> c_"),
    ],
)
def test_marks_become_tags(text: str, shown: str) -> None:
    assert whatsapp(text) == shown


@given(st.text(alphabet="*_~` ab<>&\"'\n", max_size=60))
def test_tags_are_ours_and_close_in_order(text: str) -> None:
    stack: list[str] = []
    for closing, name in TAG.findall(whatsapp(text)):
        assert name in {"b", "i", "s", "code"}
        if closing:
            assert stack.pop() == name
        else:
            stack.append(name)
    assert stack == []
