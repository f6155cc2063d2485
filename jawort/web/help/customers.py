"""What is said of pages about customers and what they write."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy

from jawort.web.help.topic import Topic

_ = gettext_lazy

CUSTOMERS: Mapping[str, Topic] = {
    "inbox": Topic(
        _("Inbox"),
        here=(
            _(
                "The list holds the conversations; what you open stands beside it. Above the list you choose a view, "
                "filters and an order. Filters are joined: a conversation must pass all of them. The address keeps "
                "them, and under a name they are a saved view."
            ),
            _(
                "You answer, write a note for colleagues, assign the conversation, label it, snooze it or resolve it. "
                "A note is yellow and has a lock: no customer ever sees it."
            ),
        ),
        then=(
            _(
                "An answer waits for some seconds before it leaves, as long as you set under “Settings”. The ticks "
                "say how far it has come. If it fails, its text stays, with the reason and what is possible now."
            ),
            _(
                "WhatsApp takes free text for 24 hours after the customer’s last message. When this reply window is "
                "closed, only a template leaves. Whoever is snoozed or resolved and writes again stands in the list "
                "again."
            ),
        ),
        final=(
            _(
                "Once an answer has left, nobody can call it back; until then “Undo” or the key Z does. Notes stay. "
                "A resolved conversation can be reopened for seven days, as long as no other one with this person is "
                "open."
            ),
            _(
                "What you did to several conversations at once can be undone right after, in those in which nothing "
                "has happened since; drafts that ended there do not come back."
            ),
        ),
    ),
    "search": Topic(
        _("Search"),
        here=(
            _(
                "You look for words in messages, notes and file names, for people by name or whole number, and for "
                "labels. Words are found by how they begin; several must all stand in one message. The key / leads to "
                "the field."
            ),
        ),
        then=(
            _(
                "Messages of the last days are found at once, within the view and the filters that are on, or "
                "everywhere. Older ones are looked through when you ask for it: that takes a while, says how far it "
                "has come, and can be stopped."
            ),
            _("What you type is kept nowhere: not in the address, not in a log, not on the server."),
        ),
        final=(
            _(
                "Searching changes nothing. The ledger keeps that hits were shown to you, and that and how much "
                "somebody had looked through; it never has the words."
            ),
        ),
    ),
    "templates": Topic(
        _("Templates"),
        here=(
            _(
                "You choose a text that WhatsApp has approved, by words, language and category, and fill in its "
                "placeholders. Beside them you see what the customer will read. What cannot be sent is grey and says "
                "why. Templates are made and approved at Meta, in the WhatsApp Manager."
            ),
        ),
        then=(
            _(
                "A template also leaves when the reply window is closed. Whether the person wants it is asked of the "
                "gate first: marketing needs their consent, and whoever objected gets none."
            ),
            _(
                "WhatsApp bills each template that arrives, by category and country; since October 2026 transactional "
                "ones also while the window is open. Whoever came by an advertisement and was answered within a day "
                "costs nothing for 72 hours. Prices stand in Meta’s own list."
            ),
        ),
        final=(
            _("A template waits as an answer does; until it leaves it can be undone, then nobody can call it back."),
        ),
    ),
    "side-door": Topic(
        _("Side door"),
        here=(
            _(
                "You ask a customer for files, or give them one, without the file going over WhatsApp. For that the "
                "customer gets a link to your own host in the chat."
            ),
            _(
                "The link needs your imprint and privacy notice: the administration enters their addresses under "
                "“Settings”. As long as they are missing, no link can be handed over."
            ),
        ),
        then=(
            _(
                "The link is good for seven days and for one time; looking at it uses nothing up. What the customer "
                "brings stands in the conversation as not sent over WhatsApp, and you see when your file was opened. "
                "Until the link is used you can withdraw it."
            ),
            _(
                "In the panel beside the conversation stands another link, to the customer’s own page: there they see "
                "what is stored of them, say no, and ask for correction or erasure. That stands here unread, and wants "
                "an answer within a month."
            ),
        ),
        final=(_("What was taken from there cannot be taken back. A link that was withdrawn does not open any more."),),
    ),
    "consents": Topic(
        _("Consents"),
        here=(
            _(
                "Marketing leaves only for people who have said yes to it. The administration puts the question into "
                "use; whoever speaks with a person asks it in the conversation, in the panel beside it."
            ),
            _(
                "A yes is the button of the question, or a whole message that says nothing but yes and quotes the "
                "question or comes first after it. All else is none, however friendly."
            ),
        ),
        then=(
            _(
                "Whoever follows an opt-in link, from a poster or an e-mail, is asked at once and without one of you. "
                "Its page for the web asks by itself: whoever ticks the box there and sends the message has said yes."
            ),
            _(
                "The person gets a receipt with time and number. The consent stands until they withdraw it with a "
                "word, their number changes, or nothing was sent on it for two years."
            ),
            _(
                "What you write for besides enquiries and advertising gets a purpose of its own, under “Purposes”. "
                "Each that rests on consent is asked for by itself, and “STOP” ends them all."
            ),
        ),
        final=(
            _("A text that was put into use never changes: a new wording is a new text, and old consents keep theirs."),
        ),
    ),
    "consents-elsewhere": Topic(
        _("Consents given elsewhere"),
        here=(
            _(
                "Whoever said yes on paper, by phone or on another website need not be asked again, if you can show "
                "it: which words, when, in which way, and where the evidence lies."
            ),
            _(
                "The administration enters the words as they stood on the form. One consent is recorded at its "
                "contact, many come in as a table (CSV), row by row."
            ),
        ),
        then=(
            _(
                "What is recorded permits marketing like any other consent, stands on the proof page with its "
                "evidence, and ends by a word, a changed number, or two years without use. Nothing is sent by it."
            ),
        ),
        final=(
            _(
                "Nothing that you record overrules a person: who has objected, or has withdrawn since, can only say "
                "yes again themselves. What was recorded stays in the ledger."
            ),
        ),
    ),
    "contacts": Topic(
        _("Contacts"),
        here=(
            _(
                "You find people by their whole number, a WhatsApp id or how their name begins, and see all that is "
                "kept of them. You give them a name of ours, a language and attributes, or enter somebody new by "
                "number, with the basis on which you have it."
            ),
        ),
        then=(
            _(
                "Our name stands wherever one name stands, and no message changes it. By the language the list of "
                "conversations can be narrowed. Entering a contact sends nothing: “Write first” does, with a template."
            ),
            _(
                "A number is shown in part. Whole addresses are shown when you ask for them, and the ledger keeps that "
                "you did."
            ),
            _(
                "Whoever writes that they want no more marketing gets none from that moment on, and is told so. Where "
                "that is not plain, marketing waits, and a banner above the thread asks you whether it was meant so."
            ),
        ),
        final=(
            _(
                "A change of name, language or attribute overwrites what was there. That something was changed stays "
                "in the ledger, not what it was."
            ),
        ),
    ),
    "reviews": Topic(
        _("Reviews"),
        here=(
            _(
                "Where a number has moved or WhatsApp’s reports contradict each other, you decide who somebody is. "
                "Look at both conversations before you settle it."
            ),
        ),
        then=(
            _(
                "Until then nothing is sent to the contact in doubt; what they write comes in. If both are the same "
                "person, you merge them: they have one thread and one open conversation on each line, and the "
                "objections of both hold."
            ),
            _(
                "Whom nobody doubts but you, because the same person has two numbers, you merge from their contact’s "
                "page, by the other number."
            ),
        ),
        final=(
            _(
                "A merge can be taken apart again, and what came meanwhile goes back to whom it came from; only a "
                "snooze is lost. Any other decision stands, and the ledger keeps who made it."
            ),
        ),
    ),
}
