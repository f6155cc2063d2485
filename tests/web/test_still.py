"""What stands still on all pages is made once, and knows nothing of whose page it is on."""

from django.template import Context, Template
from django.utils import translation


def test_it_knows_the_named_values_only() -> None:
    template = Template("{% still size %}{{ size }} {{ name }}{% endstill %}/{{ name }}")
    assert template.render(Context({"size": 3, "name": "Kim"})) == "3 /Kim"
    assert template.render(Context({"size": 4, "name": "Nour"})) == "4 /Nour"


def test_it_is_made_once_for_a_language_and_the_values() -> None:
    template = Template("{% load i18n %}{% still size %}{% translate 'Save' %} {{ size|length }}{% endstill %}")
    asked = [0]

    class Size(str):
        def __len__(self) -> int:
            asked[0] += 1
            return super().__len__()

    for language, word in [("de", "Speichern 3"), ("en", "Save 3")] * 2:
        with translation.override(language):
            assert template.render(Context({"size": Size("abc")})) == word
    assert asked[0] == 2


def test_what_a_stranger_wrote_is_escaped_in_it() -> None:
    template = Template("{% still size %}{{ size }}{% endstill %}")
    assert template.render(Context({"size": "<script>"})) == "&lt;script&gt;"
