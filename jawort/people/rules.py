"""Who is writing: pure decisions over living aliases."""

from enum import StrEnum


class AliasKind(StrEnum):
    """Kinds of address."""

    PHONE = "phone"  # a number from elsewhere: entered, imported, given by the customer
    WA_ID = "wa_id"  # a number as WhatsApp gives it
    BSUID = "bsuid"
    PARENT_BSUID = "parent_bsuid"


class ReviewKind(StrEnum):
    """Kinds of doubt about a contact."""

    NUMBER_MOVED = "number_moved"  # its number came with another BSUID: perhaps somebody else has it now
    TWO_CONTACTS = "two_contacts"  # one sender's addresses led here and elsewhere
    CHANGE_LATE = "change_late"  # WhatsApp reports a new id that has become a contact of its own meanwhile
    CHANGE_UNCLEAR = "change_unclear"  # WhatsApp reports a change and does not say of whom
