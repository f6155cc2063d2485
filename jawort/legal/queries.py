"""Reads of the legal links."""

from jawort.legal.models import Links


def links() -> Links | None:
    """Both; None as long as nobody has entered them."""
    return Links.objects.first()
