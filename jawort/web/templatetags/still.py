"""Parts of a page that are the same on all pages of a language: made once, not with each page."""

from collections.abc import Hashable
from typing import Any

from django import template
from django.template import Context
from django.template.base import NodeList, Parser, Token
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()


class Still(template.Node):
    """The part, by language and by the values that it may name: those are all it knows, so that nothing of one person
    can stand on another's page."""

    def __init__(self, nodelist: NodeList, names: tuple[str, ...]) -> None:
        self.nodelist = nodelist
        self._names = names
        self._made: dict[tuple[Hashable, ...], SafeString] = {}

    def render(self, context: Context) -> SafeString:
        """The part in the language of this request."""
        values: dict[str, Any] = {name: context[name] for name in self._names}
        key = (get_language(), *values.values())
        made = self._made.get(key)
        if made is None:
            made = self._made[key] = self.nodelist.render(context.new(values))
        return made


@register.tag
def still(parser: Parser, token: Token) -> Still:
    """`{% still limits %} … {% endstill %}`: of the context it knows `limits` only. What is named has few values."""
    nodelist = parser.parse(("endstill",))
    parser.delete_first_token()
    return Still(nodelist, tuple(token.split_contents()[1:]))
