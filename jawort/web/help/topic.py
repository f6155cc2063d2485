"""What a topic of the handbook says."""

from dataclasses import dataclass

from django.utils.functional import Promise

Said = tuple[str | Promise, ...]


@dataclass(frozen=True, slots=True)
class Topic:
    """One area of the desk, in paragraphs: what one does there, what happens then, and what cannot be undone."""

    title: str | Promise
    here: Said
    then: Said
    final: Said
