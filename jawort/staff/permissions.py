"""Who may do what: one table in plain Python. A page shows it, a test walks every route against it."""

from collections.abc import Mapping
from enum import StrEnum


class Role(StrEnum):
    """What somebody is in the company. One role per person."""

    ADMINISTRATOR = "administrator"
    SUPERVISOR = "supervisor"
    AGENT = "agent"
    DATA_PROTECTION_OFFICER = "data_protection_officer"


class Permission(StrEnum):
    """What a route asks for. Reading content and reading the ledger are apart on purpose: who checks need not see."""

    CONVERSATION_READ = "conversation.read"
    CONVERSATION_WRITE = "conversation.write"
    CONVERSATION_ASSIGN = "conversation.assign"
    QUICK_REPLY_SHARE = "quick_reply.share"
    VIEW_SHARE = "view.share"
    CONTACT_READ = "contact.read"
    CONTACT_WRITE = "contact.write"
    CONSENT_READ = "consent.read"
    CONSENT_RECORD = "consent.record"
    CONSENT_IMPORT = "consent.import"
    ATTRIBUTE_DEFINE = "attribute.define"
    LABEL_DEFINE = "label.define"
    LEDGER_READ = "ledger.read"
    EGRESS_READ = "egress.read"
    STATS_READ = "stats.read"
    PARKED_READ = "parked.read"
    PARKED_REPLAY = "parked.replay"
    REVIEW_SETTLE = "review.settle"
    CONTACT_MERGE = "contact.merge"
    CONTACT_BOOK_DELETE = "contact_book.delete"
    CONTACT_BLOCK = "contact.block"
    NOTICE_READ = "notice.read"
    NOTICE_SETTLE = "notice.settle"
    LINE_READ = "line.read"
    LINE_CHANGE = "line.change"
    LEGAL_CHANGE = "legal.change"
    CONSENT_TEXT_CHANGE = "consent_text.change"
    ALARM_READ = "alarm.read"
    ALARM_HANDLE = "alarm.handle"
    STAFF_MANAGE = "staff.manage"
    SETTINGS_OWN = "settings.own"


_EVERYBODY = frozenset({Permission.SETTINGS_OWN})
_DESK = frozenset(
    {
        Permission.CONVERSATION_READ,
        Permission.CONVERSATION_WRITE,
        Permission.CONVERSATION_ASSIGN,
        Permission.CONTACT_READ,
        Permission.CONTACT_WRITE,
        Permission.CONSENT_READ,
        Permission.CONSENT_RECORD,
    }
)
_LEAD = frozenset(
    {
        Permission.QUICK_REPLY_SHARE,
        Permission.VIEW_SHARE,
        Permission.LEDGER_READ,
        Permission.STATS_READ,
        Permission.PARKED_READ,
        Permission.PARKED_REPLAY,
        Permission.REVIEW_SETTLE,
        Permission.CONTACT_MERGE,
        Permission.CONTACT_BOOK_DELETE,
        Permission.CONTACT_BLOCK,
        Permission.NOTICE_READ,
        Permission.LINE_READ,
    }
)

GRANTS: Mapping[Role, frozenset[Permission]] = {
    Role.ADMINISTRATOR: _EVERYBODY
    | _DESK
    | _LEAD
    | {
        Permission.EGRESS_READ,
        Permission.NOTICE_SETTLE,
        Permission.LINE_CHANGE,
        Permission.ATTRIBUTE_DEFINE,
        Permission.LABEL_DEFINE,
        Permission.LEGAL_CHANGE,
        Permission.CONSENT_TEXT_CHANGE,
        Permission.CONSENT_IMPORT,
        Permission.ALARM_READ,
        Permission.ALARM_HANDLE,
        Permission.STAFF_MANAGE,
    },
    Role.SUPERVISOR: _EVERYBODY | _DESK | _LEAD,
    Role.AGENT: _EVERYBODY | _DESK,
    Role.DATA_PROTECTION_OFFICER: _EVERYBODY
    | {
        Permission.CONSENT_READ,
        Permission.LEDGER_READ,
        Permission.EGRESS_READ,
        Permission.STATS_READ,
        Permission.PARKED_READ,
        Permission.LINE_READ,
    },
}


def may(role: Role, permission: Permission) -> bool:
    """Whether `role` carries `permission`."""
    return permission in GRANTS[role]
