"""The lines of a thread as HTML. Nearly all are a text and nothing else: those are poured into moulds."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache

from django import template
from django.template import Context, Engine, Template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from jawort.messaging.thread import Item
from jawort.web.inbox.present import Shown, shown
from jawort.web.moulds import Mould, hole, mould, poured
from jawort.web.templatetags.jawort import whatsapp

register = template.Library()

_NO_TIME = datetime(1970, 1, 1, tzinfo=UTC)


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
    values = {
        "line": str(line.id),
        "id": item.id,
        "dom": one.dom_id,
        "at": one.at,
        "clock": one.clock,
        "label": one.label,
        "seal": one.seal,
        "text": whatsapp(one.text),
    }
    return poured(_mould(sort), values)


@cache
def _mould(sort: _Sort) -> Mould:
    """Made of nobody's line, so that nothing of one person stands in another's."""
    index = 0 if sort.is_sealed else None
    item = Item(hole("id"), sort.direction, "text", "", sort.state, _NO_TIME, ledger_index=index)
    line = {"id": hole("line"), "status": "open" if sort.is_open else "resolved"}
    blank = replace(
        shown([item], "")[0],
        dom_id=hole("dom"),
        at=hole("at"),
        clock=hole("clock"),
        label=hole("label"),
        seal=hole("seal"),
        text=hole("text"),
    )
    return mould(_template().render(Context({"shown": blank, "item": item, "line": line})))


@cache
def _template() -> Template:
    """Within the context of the page, as `include` has it: hence not the loader's, which begins a new one."""
    return Engine.get_default().get_template("inbox/_item.html")
