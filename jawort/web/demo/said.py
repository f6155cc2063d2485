"""What a step of the tour says, and what can be pressed there."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.urls import reverse

from jawort.web.demo.tour import Fact, Story


@dataclass(frozen=True, slots=True)
class Press:
    """Something to press: a page of the desk to look at (`look`), or an act of acts.py, which is posted."""

    label: str
    icon: str
    url: str
    look: bool = False
    main: bool = True


@dataclass(frozen=True, slots=True)
class Said:
    """What a step says now. `small` explains, `code` is what could be typed instead; `bad` is what nobody hoped for."""

    text: str
    presses: Sequence[Press] = ()
    small: str = ""
    code: str = ""
    links: Sequence[tuple[str, str]] = ()
    bad: bool = False


Words = Callable[[Story, Fact | None], Said]


def look_at(story: Story, label: str, *, main: bool) -> list[Press]:
    """The way to the conversation of the tour's message."""
    home = story.home(story.subject) if story.subject else None
    return [Press(label, "message-circle", reverse("inbox:conversation", args=[home]), True, main)] if home else []
