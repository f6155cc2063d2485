"""What the tour says of marketing: refused, agreed to, let out, refused again."""

from django.urls import reverse
from django.utils.translation import gettext

from jawort.consent.rules import Refused
from jawort.web.demo.said import Press, Said, look_at
from jawort.web.demo.tour import Fact, Story, let_out, stopped


def offer(story: Story, proof: Fact | None) -> Said:
    """Marketing without a consent."""
    if proof and story.letter(proof).gate == Refused.OBJECTED:
        return Said(gettext("The gate said no: this customer has objected to marketing. The refusal is in the ledger."))
    if proof:
        return Said(
            gettext(
                "The gate said no: whoever asks a question has not agreed to marketing. The refusal is in the ledger."
            )
        )
    if let_out(story):
        return Said(
            gettext(
                "It left: this customer has said yes before. Take another phone above, write from there, and send the "
                "offer again."
            ),
            [_send()],
        )
    return Said(
        gettext(
            "Ten per cent off winter tyres: the workshop would love to tell this customer. Try it. The button takes "
            "the one way that every message takes, campaigns too."
        ),
        [_send()],
        small=gettext("At the desk the template says beforehand that it cannot be sent, and why."),
    )


def consent(story: Story, proof: Fact | None) -> Said:
    """A yes of the customer's own, by the widget or in the chat."""
    if proof and proof.object is not None:
        links = [(gettext("The proof"), reverse("contacts:consents", args=[proof.object]))]
        if proof.said.get("slip"):
            text = gettext(
                "The box was ticked there, the yes came from the person’s own number: nobody can say it for somebody "
                "else. The confirmation is in the chat."
            )
        else:
            text = gettext(
                "A yes to our question, in the words that they were asked in. The confirmation is in the chat."
            )
        return Said(text, links=links)
    return Said(
        gettext(
            "You are the customer. The globe above the chat opens the workshop’s website: a foreign page that lets in "
            "one script of ours and no styles. Tick the box, follow the button, and send what is written already."
        ),
        look_at(story, gettext("To the conversation"), main=False),
        small=gettext(
            "It works in the chat as well: ask for the consent beside the conversation, and answer “Yes” on the phone."
        ),
    )


def again(_story: Story, proof: Fact | None) -> Said:
    """The same offer with the consent."""
    if proof:
        return Said(gettext("It left, and the ground was noted with it: this very consent."))
    return Said(gettext("The same offer, the same button. What does the gate say now?"), [_send()])


def stop(story: Story, proof: Fact | None) -> Said:
    """The consent is taken back, and the next offer refused."""
    if proof:
        return Said(gettext("Refused again, from that moment on. Only a new yes opens the gate; answers still pass."))
    if stopped(story):
        return Said(gettext("Heard, and confirmed in the chat. Now send the offer a third time."), [_send()])
    return Said(
        gettext("You are the customer again: write STOP into the phone, or say it in words of your own."),
        small=gettext("“No more offers, please” counts as well."),
    )


def _send() -> Press:
    # icon:send
    return Press(gettext("Send the offer"), "send", reverse("demo:act", args=["offer"]))
