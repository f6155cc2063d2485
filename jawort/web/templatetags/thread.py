"""The lines of a thread as HTML.

Nearly all lines are a text and nothing else, and they differ in a handful of values only. The template makes one of
each sort, with holes; the others are poured into it. Through the template a thread of fifty took half of its time for
that.
"""

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache

from django import template
from django.template import Context, Engine, Template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from jawort.messaging.thread import Item
from jawort.web.inbox.present import Shown, shown
from jawort.web.templatetags.jawort import whatsapp

register = template.Library()

#: Of the private use area. What people write never stands in a mould, so it cannot make a hole.
_EDGE = "\ue000"
_NO_TIME = datetime(1970, 1, 1, tzinfo=UTC)
_HOLE = re.compile(f"{_EDGE}([a-z]+){_EDGE}")


@dataclass(frozen=True, slots=True)
class _Sort:
    """All that decides how a plain line looks, apart from what is poured in."""

    language: str | None
    direction: str
    state: str
    is_sealed: bool
    is_open: bool


@register.simple_tag(takes_context=True)
def bubble(context: Context, one: Shown) -> SafeString:
    """One line of the thread `line` in the context."""
    item, line = one.item, context["line"]
    if not one.is_plain or item.id == context.get("found"):
        with context.push(shown=one, item=item):
            return mark_safe(_template().render(context))  # noqa: S308 - the template escapes
    sort = _Sort(get_language(), item.direction, item.state, item.ledger_index is not None, line.status == "open")
    poured = {
        "line": str(line.id),
        "id": item.id,
        "dom": one.dom_id,
        "at": one.at,
        "clock": one.clock,
        "label": escape(one.label),
        "seal": escape(one.seal),
        "text": whatsapp(one.text),
    }
    mould = _mould(sort)
    # Every second part is a hole's name.
    return mark_safe("".join(poured[part] if n % 2 else part for n, part in enumerate(mould)))  # noqa: S308 - escaped


@cache
def _mould(sort: _Sort) -> list[str]:
    """Text and names of holes in turn. Made of nobody's line, so that nothing of one person stands in another's."""
    index = 0 if sort.is_sealed else None
    item = Item(_hole("id"), sort.direction, "text", "", sort.state, _NO_TIME, ledger_index=index)
    line = {"id": _hole("line"), "status": "open" if sort.is_open else "resolved"}
    blank = replace(
        shown([item], "")[0],
        dom_id=_hole("dom"),
        at=_hole("at"),
        clock=_hole("clock"),
        label=_hole("label"),
        seal=_hole("seal"),
        text=_hole("text"),
    )
    return _HOLE.split(_template().render(Context({"shown": blank, "item": item, "line": line})))


def _hole(name: str) -> str:
    return f"{_EDGE}{name}{_EDGE}"


@cache
def _template() -> Template:
    """Within the context of the page, as `include` has it: hence not the loader's, which begins a new one."""
    return Engine.get_default().get_template("inbox/_item.html")
