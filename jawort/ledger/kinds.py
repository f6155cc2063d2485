"""The kinds of entries. A kind's text is part of the log for ever: add new ones, never rename or reuse one."""

from enum import StrEnum


class Kind(StrEnum):
    """What an entry is about, `<subject>.<what happened>`."""

    # Records: the leaf is a commitment and nothing else.
    MESSAGE_IN = "message.in"
    MESSAGE_OUT = "message.out"
    MESSAGE_REFUSED = "message.refused"
    NOTE = "message.note"
    FILE = "message.file"

    # Events: the leaf says in clear what happened, by ids, codes and counts.
    MESSAGE_OUTCOME = "message.outcome"
    FILE_OUTCOME = "file.outcome"
    FILE_GIVEN = "file.given"
    FILE_ASKED_AGAIN = "file.asked_again"
    CONVERSATION_OPENED = "conversation.opened"
    CONVERSATION_ASSIGNED = "conversation.assigned"
    CONVERSATION_RESOLVED = "conversation.resolved"
    CONVERSATION_REOPENED = "conversation.reopened"
    CONVERSATION_READ = "conversation.read"
    CONVERSATION_UNREAD = "conversation.unread"
    HANDED_OUT = "content.handed_out"
    CONTACT_CREATED = "contact.created"
    CONTACT_CHANGED = "contact.changed"
    CONTACT_MERGED = "contact.merged"
    CONTACT_UNMERGED = "contact.unmerged"
    ALIAS_ADDED = "alias.added"
    ALIAS_CLOSED = "alias.closed"
    REVIEW_RAISED = "review.raised"
    REVIEW_SETTLED = "review.settled"
    RESTRICTION_CHANGED = "restriction.changed"
    OBJECTION_CHANGED = "objection.changed"
    PREFERENCE_TOLD = "preference.told"
    CONTACT_BOOK_CHANGED = "contact_book.changed"
    AGENT_CREATED = "agent.created"
    ROLE_CHANGED = "role.changed"
    SIGNED_IN = "agent.signed_in"
    SIGN_IN_FAILED = "agent.sign_in_failed"
    SIGNED_OUT = "agent.signed_out"
    TOKEN_CREATED = "token.created"  # noqa: S105 - a kind, no secret
    TOKEN_REVOKED = "token.revoked"  # noqa: S105
    LEDGER_VERIFIED = "ledger.verified"
    DEMO_PERSON_CHOSEN = "demo.person_chosen"
    DEMO_TOUR_BEGUN = "demo.tour_begun"
    DEMO_DISK_SEARCHED = "demo.disk_searched"
    DEMO_SEAL_CHECKED = "demo.seal_checked"
    DEMO_BYTE_CHANGED = "demo.byte_changed"
    DEMO_BYTE_RESTORED = "demo.byte_restored"
    CONFIG_CHANGED = "config.changed"
    KEY_EPOCH = "key.epoch"
    TRANSIT_KEY_DESTROYED = "key.transit_destroyed"
    LINE_CHANGED = "line.changed"
    NOTICE_TOLD = "notice.told"
    NOTICE_SETTLED = "notice.settled"
    UPDATE_PARKED = "update.parked"
    UPDATE_REPLAYED = "update.replayed"
    JOB_PARKED = "job.parked"
    JOB_REPLAYED = "job.replayed"
    DAY_CLOSED = "day.closed"
    ERASED = "content.erased"
    HOLD_CHANGED = "hold.changed"


RECORDS = frozenset({Kind.MESSAGE_IN, Kind.MESSAGE_OUT, Kind.MESSAGE_REFUSED, Kind.NOTE, Kind.FILE})
