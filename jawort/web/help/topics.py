"""What the help says. Whoever changes what a page does changes its topic with it."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

Said = tuple[str | Promise, ...]


@dataclass(frozen=True, slots=True)
class Topic:
    """One area of the desk, in paragraphs: what one does there, what happens then, and what cannot be undone."""

    title: str | Promise
    here: Said
    then: Said
    final: Said


_ = gettext_lazy
TOPICS: Mapping[str, Topic] = {
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
                "word, their number changes, or two years have gone by."
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
                "evidence, and ends by a word, a changed number, or after two years. Nothing is sent by it."
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
        ),
        final=(
            _(
                "A merge can be taken apart again, and what came meanwhile goes back to whom it came from; only a "
                "snooze is lost. Any other decision stands, and the ledger keeps who made it."
            ),
        ),
    ),
    "notices": Topic(
        _("Notices"),
        here=(
            _(
                "You read what WhatsApp reports of your account, numbers and templates. Where a person has to do "
                "something, it says what; the administration settles it here when it is done."
            ),
        ),
        then=(
            _(
                "Jawort does by itself what follows: a paused template is not sent, a line that may not send is "
                "stopped, and goes on when WhatsApp says so. A line that was stopped for its token or its means of "
                "payment sends again when its notice is settled, so mend the cause first."
            ),
        ),
        final=(_("A notice stays in the list when it is settled, and cannot be opened again."),),
    ),
    "alarms": Topic(
        _("Alarms"),
        here=(
            _(
                "You see what somebody must look at now: since when, and what to do. “I see to it” tells the others "
                "that it is yours. “Test now” tries all lines, “Send a trial” shows whether mail and webhook arrive."
            ),
        ),
        then=(
            _(
                "An alarm is raised once and ends by itself when its cause is gone; nobody has to close it. A worker "
                "looks each minute, and every line is tested once a day. A trial says that it is one."
            ),
        ),
        final=(_("That you see to an alarm stays with it. A mail that has left cannot be called back."),),
    ),
    "parked": Topic(
        _("Parked"),
        here=(
            _(
                "Here lies what could not be taken in or carried out, with the reason. When the cause is mended, a "
                "team lead or the administration tries it again."
            ),
        ),
        then=(
            _(
                "What is tried again is carried out as if it had just come, and is gone from here if it succeeds. "
                "Trying it twice doubles nothing: what is there already is known again."
            ),
        ),
        final=(
            _(
                "Updates from WhatsApp stay for the days that the page names. After that their key is destroyed and "
                "nobody can read them any more, so messages in them are lost to you."
            ),
        ),
    ),
    "ledger": Topic(
        _("Ledger"),
        here=(
            _(
                "Every message and every act leaves an entry, and so does showing content. “Verify now” reckons "
                "whether all entries are there and unchanged. Keep a checkpoint somewhere else: nobody can later show "
                "you a different past that fits it."
            ),
        ),
        then=(
            _(
                "Entries hold pseudonyms and hashes, no names and no words. If something does not fit, the page names "
                "it; tell whoever runs the installation before anything is repaired."
            ),
        ),
        final=(_("Entries are added and never changed or removed, by nobody."),),
    ),
    "flows": Topic(
        _("Data flows"),
        here=(
            _(
                "What leaves your house, by whom it is received, what for and how often; where everything lies; and "
                "what a firewall must let pass. For the data protection officer and the administration."
            ),
        ),
        then=(
            _(
                "What is about to leave is counted where the connection is made, in categories: WhatsApp gets the "
                "number or id of the person written to and the message. What never left is not counted; what left and "
                "was refused there is."
            ),
        ),
        final=(
            _(
                "What is at WhatsApp goes after 30 days at most, and nobody here can delete it before. What is on the "
                "customer’s phone only the customer deletes."
            ),
        ),
    ),
    "lines": Topic(
        _("Lines"),
        here=(
            _(
                "The administration connects numbers, step by step, or brings one from another provider. On the page "
                "of a line stand its quality, limits and token, what customers see of you, and what they learn of "
                "being read. For a line you can decide that documents do not go over WhatsApp."
            ),
        ),
        then=(
            _(
                "What stopped half-way while connecting goes on from where it is, for a day. Another token is checked "
                "before it replaces the old one. What customers see of you changes at WhatsApp as soon as you save it."
            ),
        ),
        final=(
            _(
                "A number that is registered here no longer works where it worked before. A token and a secret are "
                "never shown again once they are stored. Keep the PIN of a number: registering it anew asks for it."
            ),
        ),
    ),
    "people": Topic(
        _("People and signing in"),
        here=(
            _(
                "Under “Sign-in” everybody changes their password, adds an app or a passkey, and sees where they are "
                "signed in. Under “People” the administration invites by a link, gives another role, closes accounts "
                "and reopens them."
            ),
        ),
        then=(
            _(
                "Another password ends all your other sign-ins. Closing an account ends its sign-ins and revokes its "
                "tokens at once; its conversations stay assigned, so hand them over. A link of an invitation is good "
                "for seven days, one for another password for a day, each once."
            ),
        ),
        final=(
            _(
                "Accounts are closed and never deleted: the ledger names them. Recovery codes and links are shown "
                "once. The last open administrator cannot be closed. What a token could do before it was revoked is "
                "done."
            ),
        ),
    ),
    "words": Topic(
        _("Labels, attributes and quick replies"),
        here=(
            _(
                "A label says what a conversation is about, an attribute what may be kept of contacts and for which "
                "purpose; both are defined by the administration. A quick reply is a text that is kept ready, your own "
                "or everybody’s, in German, English or both."
            ),
            _("What labels and attributes are called lies in clear: names of people do not belong there."),
        ),
        then=(
            _(
                "A label that is retired stays where it is carried, and cannot be put on any more. Quick replies open "
                "with / at the beginning of a text; what cannot be filled in is a gap, and nothing leaves with one."
            ),
        ),
        final=(
            _(
                "Removing an attribute deletes its values for all contacts. A quick reply that is removed is gone; "
                "what was sent with it stays. A retired label can be restored."
            ),
        ),
    ),
    "own": Topic(
        _("Your own settings"),
        here=(
            _(
                "You choose language, time zone, light or dark, how dense the list is, which keys work, for how long "
                "an answer can be undone, what stands below your answers, whether customers may see that you have "
                "read, and whether a sound or a banner tells you of something new."
            ),
            _(
                "All settings stand in the list beside the page, on a phone behind “All settings”. As soon as you have "
                "changed a field, its “Save” stays in sight."
            ),
        ),
        then=(
            _(
                "All of this holds for your account in every browser, and for nobody else. A banner never has what was "
                "written, and a name only if you want it. In quiet hours nothing is heard or shown."
            ),
        ),
        final=(_("Nothing: everything here can be changed again at any time."),),
    ),
}
