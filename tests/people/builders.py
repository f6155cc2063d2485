"""Marks and books that can be read: the value stands for its keyed index."""

from uuid import UUID

from jawort.people.rules import AliasKind, Book, Decision, Marks, ReviewKind

P1, P2 = "portfolio-1", "portfolio-2"
KIM, NOUR, NEW, NEWER = (UUID(int=number) for number in (1, 2, 3, 4))


def marks(number: str | None = None, bsuid: str | None = None, parent: str | None = None, scope: str = P1) -> Marks:
    """Marks that can be read: the value stands for its keyed index."""
    values = [None if value is None else value.encode() for value in (number, bsuid, parent)]
    return Marks.of(scope, *values)


def written(*senders: tuple[UUID, Marks]) -> Book:
    """A book in which these have written before, each as the contact named."""
    book = Book()
    for contact, one in senders:
        for key in one.keys:
            if key.kind is not AliasKind.PHONE:
                book.attach(key, contact)
    return book


def kinds(decision: Decision) -> list[tuple[ReviewKind, UUID, UUID | None]]:
    return [(doubt.kind, doubt.contact, doubt.other) for doubt in decision.doubts]
