"""What is said of pages about the company: what must be looked at, what is set up, who works here."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy

from jawort.web.help.topic import Topic

_ = gettext_lazy

COMPANY: Mapping[str, Topic] = {
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
                "being read. For a line you can decide that documents do not go over WhatsApp, and that new people say "
                "yes before anybody reads what they write."
            ),
        ),
        then=(
            _(
                "What stopped half-way while connecting goes on from where it is, for a day. Another token is checked "
                "before it replaces the old one. What customers see of you changes at WhatsApp as soon as you save it. "
                "With yes first a new person is asked once; after a yes their conversation appears in the inbox."
            ),
        ),
        final=(
            _(
                "A number that is registered here no longer works where it worked before. A token and a secret are "
                "never shown again once they are stored. Keep the PIN of a number: registering it anew asks for it. "
                "What a new person wrote and did not agree to within 24 hours is deleted, and nobody can bring it back."
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
