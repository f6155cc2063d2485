"""What notices of WhatsApp say to people: what happened, and what to do."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, gettext_lazy

from jawort.channels.whatsapp.errors import meaning
from jawort.channels.whatsapp.errors_accounts import TOKEN_SHUT
from jawort.lines.notices import Told
from jawort.lines.rules import STOPPING, Effect

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Mark:
    """How much a notice matters: symbol, colour, word."""

    icon: str
    tag: str
    word: Text


@dataclass(frozen=True, slots=True)
class Words:
    """What happened, and what to do; nothing to do is said as well."""

    happened: Text
    to_do: Text


# Names for tools/icons.py: icon:info icon:triangle-alert icon:octagon-alert
SEVERITIES: Mapping[str, Mark] = {
    "info": Mark("info", "", gettext_lazy("For your information")),
    "warning": Mark("triangle-alert", "tag--warning", gettext_lazy("Warning")),
    "critical": Mark("octagon-alert", "tag--bad", gettext_lazy("Critical")),
}

NOTHING = gettext_lazy("Nothing to do.")
_AT_META = gettext_lazy("See the account in Meta’s Business Support Home; there you can also ask for a review.")
_OTHER_TEMPLATE = gettext_lazy(
    "Take another template, and improve this one at Meta. Jawort refuses it until WhatsApp takes it again or the pause "
    "is over. If that lasts longer than assumed, one more message is refused."
)
_OURS = gettext_lazy("If nobody of yours did this, secure the business account at Meta at once and change the PIN.")
_NOT_USED = gettext_lazy("WhatsApp reports a change of something that Jawort does not use. It goes on as before.")
_BESIDE = gettext_lazy(
    "Somebody has written to a customer in the WhatsApp Business app with the same number. Jawort does not take it in."
)
_END_THE_APP = gettext_lazy(
    "Write to customers from here alone and take the number off the app: what is written there is neither deleted in "
    "time nor in the ledger."
)

#: By field and event, and for events of several kinds by `event.word`.
WORDS: Mapping[tuple[str, str], Words] = {
    ("account_update", "DISABLED_UPDATE.DISABLE"): Words(
        gettext_lazy("WhatsApp has disabled the business account. Nothing leaves by its lines; what comes in is kept."),
        _AT_META,
    ),
    ("account_update", "DISABLED_UPDATE.SCHEDULE_FOR_DISABLE"): Words(
        gettext_lazy("WhatsApp will disable the business account soon. Until then everything goes on."), _AT_META
    ),
    ("account_update", "DISABLED_UPDATE.REINSTATE"): Words(
        gettext_lazy("WhatsApp has reinstated the business account. Its lines send again."), NOTHING
    ),
    ("account_update", "ACCOUNT_DELETED"): Words(
        gettext_lazy("The business account was deleted at Meta. Nothing leaves by its lines any more."),
        gettext_lazy("If that was not meant, ask Meta’s support. Else connect a number of another account."),
    ),
    ("account_update", "ACCOUNT_VIOLATION"): Words(
        gettext_lazy("WhatsApp reports that the business account broke a policy. Repeated, it leads to restrictions."),
        gettext_lazy("Find out which messages are meant, change them, and ask Meta for a review if it is a mistake."),
    ),
    ("account_update", "ACCOUNT_RESTRICTION.RESTRICTED_BIZ_INITIATED_MESSAGING"): Words(
        gettext_lazy("WhatsApp lets the business account answer and not write first."),
        gettext_lazy("Answer within the reply window. Stop what led here; you can ask Meta for a review."),
    ),
    ("account_update", "ACCOUNT_RESTRICTION.RESTRICTED_CUSTOMER_INITIATED_MESSAGING"): Words(
        gettext_lazy("WhatsApp has restricted the business account: not even answers leave by its lines."), _AT_META
    ),
    ("account_update", "ACCOUNT_RESTRICTION.RESTRICTED_ADD_PHONE_NUMBER_ACTION"): Words(
        gettext_lazy("No numbers can be added to the business account for the time being. Messages go on."), _AT_META
    ),
    ("account_update", "ACCOUNT_RESTRICTION"): Words(
        gettext_lazy("WhatsApp has restricted the business account in a way that Jawort does not know. It goes on."),
        _AT_META,
    ),
    ("account_update", "ACCOUNT_OFFBOARDED"): Words(
        gettext_lazy("The number was taken off the Cloud API. Nothing leaves by it; what comes in is kept."),
        gettext_lazy("Connect the number with the Cloud API again if that was not meant."),
    ),
    ("account_update", "ACCOUNT_RECONNECTED"): Words(
        gettext_lazy("The number is connected with the Cloud API again. It sends again."), NOTHING
    ),
    ("account_update", "PARTNER_REMOVED"): Words(
        gettext_lazy("A partner has lost access to the business account."),
        gettext_lazy("If it was the one through which Jawort is connected, give access again."),
    ),
    ("account_update", "PARTNER_APP_UNINSTALLED"): Words(
        gettext_lazy("An app was removed from the business account."),
        gettext_lazy("If it was Jawort’s app, subscribe it again: no messages come in without it."),
    ),
    ("account_update", "PARTNER_ADDED"): Words(
        gettext_lazy("A partner has got access to the business account."),
        gettext_lazy("Nothing to do if you know the partner; else take the access away at Meta."),
    ),
    ("account_update", "PARTNER_APP_INSTALLED"): Words(
        gettext_lazy("An app was added to the business account."),
        gettext_lazy("Nothing to do if you know the app: it gets the same messages. Else remove it at Meta."),
    ),
    ("account_update", "VOLUME_BASED_PRICING_TIER_UPDATE"): Words(
        gettext_lazy("The business account has reached another tier of prices."),
        NOTHING,
    ),
    ("account_update", "AUTH_INTL_PRICE_ELIGIBILITY_UPDATE"): Words(
        gettext_lazy("For one-time passwords into some countries international prices hold from now on."),
        gettext_lazy("Nothing to do if you send none abroad. Else compare the prices at Meta."),
    ),
    ("account_update", "BUSINESS_PRIMARY_LOCATION_COUNTRY_UPDATE"): Words(
        gettext_lazy("Meta notes another country as the business account’s main location. Prices may go by it."),
        gettext_lazy("If the country is wrong, correct it in Meta’s Business Manager."),
    ),
    ("account_update", "MM_LITE_TERMS_SIGNED"): Words(
        gettext_lazy("Somebody has accepted Meta’s terms for its marketing messages interface."),
        gettext_lazy("Nothing to do if you know of it. Else ask who signs for the company at Meta."),
    ),
    ("account_update", "AD_ACCOUNT_LINKED"): Words(
        gettext_lazy("An advertising account was linked with the business account."),
        gettext_lazy("Nothing to do if you know of it; else take the link away at Meta."),
    ),
    ("system.customer_identity_changed", ""): Words(
        gettext_lazy("A customer’s WhatsApp has a new key: a new phone, a new installation, or another person."),
        gettext_lazy("Before you tell this customer anything confidential, make sure who is writing."),
    ),
    ("standby", ""): Words(
        gettext_lazy(
            "Meta Business Agent answers customers through this number at present. What it writes is Meta’s and nobody "
            "here wrote it, so it stands in no thread; what the customers write does."
        ),
        gettext_lazy(
            "To take the chat over, answer the customer from here. If Meta’s agent is to answer nobody, switch it off "
            "at Meta."
        ),
    ),
    ("messaging_handovers", ""): Words(
        gettext_lazy("A chat has passed between Jawort and Meta Business Agent, or another app."),
        gettext_lazy("Nothing to do if that is wanted. Else switch the other one off at Meta."),
    ),
    ("smb_message_echoes", ""): Words(_BESIDE, _END_THE_APP),
    ("smb_app_state_sync", ""): Words(
        gettext_lazy(
            "The WhatsApp Business app has passed on entries of its phone’s address book. Jawort takes none in."
        ),
        gettext_lazy("Take the field “smb_app_state_sync” off the app’s webhooks at Meta."),
    ),
    ("history", ""): Words(
        gettext_lazy(
            "WhatsApp has passed on up to 180 days of older chats of the WhatsApp Business app. Jawort takes none of "
            "them in: no message, no contact."
        ),
        gettext_lazy(
            "Take the field “history” off the app’s webhooks at Meta. Old chats need a legal basis of their own; the "
            "original here goes after eight days."
        ),
    ),
    ("calls", ""): Words(
        gettext_lazy("WhatsApp reports something of a call that nobody made or took here: Jawort handles no calls."),
        gettext_lazy(
            "If another app calls customers through this number, nothing to do. Else switch calls off for this number "
            "at Meta."
        ),
    ),
    ("groups", ""): Words(
        gettext_lazy("Something has changed in a WhatsApp group of this number. Jawort does not serve groups."),
        gettext_lazy("Take the fields that begin with “group” off the app’s webhooks at Meta."),
    ),
    ("payment_configuration_update", ""): Words(_NOT_USED, NOTHING),
    ("partner_solutions", ""): Words(_NOT_USED, NOTHING),
    ("automatic_events", ""): Words(_NOT_USED, NOTHING),
    ("flows", ""): Words(_NOT_USED, NOTHING),
    ("account_review_update", "APPROVED"): Words(gettext_lazy("Meta has approved the business account."), NOTHING),
    ("account_review_update", "PENDING"): Words(gettext_lazy("Meta is reviewing the business account."), NOTHING),
    ("account_review_update", "DEFERRED"): Words(
        gettext_lazy("Meta’s review of the business account was deferred."), _AT_META
    ),
    ("account_review_update", "REJECTED"): Words(
        gettext_lazy("Meta has rejected the business account in its review."), _AT_META
    ),
    ("account_alerts", ""): Words(
        gettext_lazy("Meta has an alert for the business account; its name stands below, its text in the original."),
        gettext_lazy("Read the original or the alert in Meta’s Business Manager."),
    ),
    ("errors", ""): Words(
        gettext_lazy(
            "WhatsApp reports an error outside of any message. Its code stands below. It may be about a message that "
            "came without its content at the same time."
        ),
        gettext_lazy("Look the code up in Meta’s list of errors. If the line stands still, settle its cause first."),
    ),
    ("phone_number_quality_update", "THROUGHPUT_UPGRADE"): Words(
        gettext_lazy("WhatsApp takes up to 1,000 messages a second of this number now. Jawort uses that."), NOTHING
    ),
    ("phone_number_quality_update", "ONBOARDING"): Words(gettext_lazy("The number is set up at WhatsApp."), NOTHING),
    ("phone_number_quality_update", "UPGRADE"): Words(
        gettext_lazy("WhatsApp has raised how many people the number may write to first in a day."), NOTHING
    ),
    ("phone_number_quality_update", "DOWNGRADE"): Words(
        gettext_lazy("WhatsApp has lowered how many people the number may write to first in a day."),
        gettext_lazy("Write first less often, and only to people who want it. Answers are not concerned."),
    ),
    ("phone_number_quality_update", "FLAGGED"): Words(
        gettext_lazy("The number’s quality is low: too many people blocked or reported it."),
        gettext_lazy("Write first less often until it has recovered. Answers are not concerned."),
    ),
    ("phone_number_quality_update", "UNFLAGGED"): Words(gettext_lazy("The number’s quality has recovered."), NOTHING),
    ("phone_number_name_update", "APPROVED"): Words(gettext_lazy("The new display name is approved."), NOTHING),
    ("phone_number_name_update", "PENDING"): Words(gettext_lazy("Meta is reviewing the new display name."), NOTHING),
    ("phone_number_name_update", "DEFERRED"): Words(
        gettext_lazy("Meta’s review of the new display name was deferred."), gettext_lazy("Ask for it again at Meta.")
    ),
    ("phone_number_name_update", "REJECTED"): Words(
        gettext_lazy("Meta has rejected the new display name. The number keeps its old one."),
        gettext_lazy("Choose a name that shows the company, and ask for it again at Meta."),
    ),
    ("business_capability_update", ""): Words(
        gettext_lazy("The limits of the business account have changed. The new ones stand below."), NOTHING
    ),
    ("business_username_update", "approved"): Words(gettext_lazy("The number’s username is approved."), NOTHING),
    ("business_username_update", "reserved"): Words(gettext_lazy("The number’s username is reserved."), NOTHING),
    ("business_username_update", "deleted"): Words(
        gettext_lazy("The number’s username was deleted. Links with it lead nowhere."),
        gettext_lazy("Replace it where it is printed or linked, or ask for it again at Meta."),
    ),
    ("security", "PIN_CHANGED"): Words(gettext_lazy("The number’s PIN was changed."), _OURS),
    ("security", "PIN_RESET_REQUEST"): Words(gettext_lazy("Somebody asked to switch off the number’s PIN."), _OURS),
    ("security", "PIN_REQUEST_SUCCESS"): Words(gettext_lazy("The number’s PIN was switched off."), _OURS),
    ("message_template_status_update", "APPROVED"): Words(
        gettext_lazy("The template is approved and may be used."), NOTHING
    ),
    ("message_template_status_update", "REINSTATED"): Words(gettext_lazy("The template may be used again."), NOTHING),
    ("message_template_status_update", "UNARCHIVED"): Words(
        gettext_lazy("The template was taken out of the archive and may be used."), NOTHING
    ),
    ("message_template_status_update", "PENDING"): Words(
        gettext_lazy("Meta is reviewing the template. Jawort refuses it until it is approved."), NOTHING
    ),
    ("message_template_status_update", "IN_APPEAL"): Words(
        gettext_lazy("Meta is looking at the template again. Jawort refuses it meanwhile."), NOTHING
    ),
    ("message_template_status_update", "REJECTED"): Words(
        gettext_lazy("Meta has rejected the template. The reason stands below."),
        gettext_lazy("Change it and hand it in again at Meta. Jawort refuses it until it is approved."),
    ),
    ("message_template_status_update", "PAUSED"): Words(
        gettext_lazy("WhatsApp has paused the template: too many people blocked or reported it."), _OTHER_TEMPLATE
    ),
    ("message_template_status_update", "PAUSED.UNPAUSE"): Words(
        gettext_lazy("The template may be used again."), NOTHING
    ),
    ("message_template_status_update", "DISABLED"): Words(
        gettext_lazy("WhatsApp has disabled the template for good."),
        gettext_lazy("Write a new template. Jawort refuses this one."),
    ),
    ("message_template_status_update", "FLAGGED"): Words(
        gettext_lazy("The template’s quality is low. If it stays so for a week, WhatsApp disables it."),
        gettext_lazy("Use it less, or change it. It may still be used."),
    ),
    ("message_template_status_update", "LOCKED"): Words(
        gettext_lazy("The template cannot be changed at present. It may still be used."),
        gettext_lazy("Wait until Meta unlocks it before you change it."),
    ),
    ("message_template_status_update", "LIMIT_EXCEEDED"): Words(
        gettext_lazy("The account has more templates than Meta allows."), gettext_lazy("Delete unused ones at Meta.")
    ),
    ("message_template_status_update", "ARCHIVED"): Words(
        gettext_lazy("Meta has archived the template because nobody used it. It deletes it after 28 days."),
        gettext_lazy("If you still need it, take it out of the archive at Meta."),
    ),
    ("message_template_status_update", "PENDING_DELETION"): Words(
        gettext_lazy("The template is being deleted. Jawort refuses it."), NOTHING
    ),
    ("message_template_status_update", "DELETED"): Words(
        gettext_lazy("The template was deleted. Jawort refuses it."), NOTHING
    ),
    ("message_template_quality_update", "GREEN"): Words(gettext_lazy("The template’s quality is high."), NOTHING),
    ("message_template_quality_update", "YELLOW"): Words(gettext_lazy("The template’s quality is medium."), NOTHING),
    ("message_template_quality_update", "UNKNOWN"): Words(
        gettext_lazy("WhatsApp does not rate the template’s quality yet, or not any more."), NOTHING
    ),
    ("message_template_quality_update", "RED"): Words(
        gettext_lazy("The template’s quality is low. WhatsApp may pause it next."),
        gettext_lazy("Use it less, or change it. It may still be used."),
    ),
    ("message_template_components_update", ""): Words(
        gettext_lazy("The template’s text was changed at Meta."), NOTHING
    ),
    ("template_category_update", "correct"): Words(
        gettext_lazy("Meta will put the template into another category within a day. Its price changes with it."),
        gettext_lazy("Ask for a review at Meta if the category is wrong."),
    ),
    ("template_category_update", ""): Words(
        gettext_lazy("Meta has put the template into another category. Its price changes with it."), NOTHING
    ),
}
#: Codes that say of the access token that it is dead or missing.
_OF_THE_TOKEN = frozenset({0, 104, 190})
_NEW_TOKEN = gettext_lazy(
    "Make a new access token at Meta and enter it on the line’s page (Settings, Lines), then press “Done, send again” "
    "here: the line sends again. Until then nothing leaves by it; what comes in is kept."
)
_MEND = gettext_lazy(
    "Mend the cause at Meta, then press “Done, send again” here: the line sends again. Until then nothing leaves by "
    "it; what comes in is kept."
)
_MEND_HERE = gettext_lazy(
    "Mend the cause on the server, then press “Done, send again” here: the line sends again. Until then nothing leaves "
    "by it; what comes in is kept."
)
_TOKEN_AGAIN = gettext_lazy(
    "Enter the access token anew on the line’s page (Settings, Lines), then press “Done, send again” here: the line "
    "sends again. If nobody has the token any more, make a new one at Meta. Until then nothing leaves by the line; "
    "what comes in is kept."
)
_UNKNOWN = gettext_lazy("WhatsApp reports something that this version of Jawort does not know. It goes on as before.")
_UNKNOWN_TO_DO = gettext_lazy("Look its name up in Meta’s documentation; an update of Jawort may know it.")
_OF_A_MESSAGE = gettext_lazy("WhatsApp reports a state of a message that Jawort does not know. Nothing changes.")


def words_of(told: Told, restriction: str = "") -> Words:
    """What a notice says, by the narrowest words there are; of several restrictions what it says of this one."""
    if told.kind == "errors" and told.effect is Effect.STOPS and (code := _code(told.event)) is not None:
        return Words(_said(code), _mend(code))
    narrower = [word for name, word in told.words if name in {"restriction", "ban", "title"}]
    if restriction:
        narrower = [restriction]
    tries = [*(f"{told.event}.{word}" for word in narrower), told.event]
    tries += [name for name, _ in told.words if name == "correct"]
    kind = "groups" if told.kind.startswith("group_") else told.kind
    for event in (*tries, ""):
        if found := WORDS.get((kind, event)):
            return found
    return Words(_OF_A_MESSAGE if told.kind.startswith("status.") else _UNKNOWN, _UNKNOWN_TO_DO)


def _mend(code: int) -> Text:
    """What lets a line go on that stopped with this code. Codes below 0 are ours: their cause is not at Meta."""
    if code == TOKEN_SHUT:
        return _TOKEN_AGAIN
    if code in _OF_THE_TOKEN:
        return _NEW_TOKEN
    return _MEND_HERE if code < 0 else _MEND


def _code(event: str) -> int | None:
    return int(event) if event.lstrip("-").isdigit() else None


def _said(code: int) -> str:
    """What the platform's code means, as the author of a refused message reads it too."""
    return meaning(code).in_language(get_language() or "en")


def button(told: Told) -> str:
    """What a person says by settling it."""
    return gettext("Done, send again") if told.effect in STOPPING else gettext("Done")
