"""What a person may say about being written to, recorded in the thread or at the contact."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from jawort.consent.models import Pause
from jawort.consent.purpose import CAMPAIGNS, CARE
from jawort.consent.stop import lift_objection, lift_restriction, object_to, restrict
from jawort.consent.take_words import settle_pause

#: By the word of the form.
STOPS: Final[Mapping[str, Callable[..., object]]] = {
    "object": partial(object_to, purpose=CARE),
    "no_marketing": partial(object_to, purpose=CAMPAIGNS),
    "lift_object": partial(lift_objection, purpose=CARE),
    "restrict": restrict,
    "lift_restrict": lift_restriction,
    "withdrawn": partial(settle_pause, verdict=Pause.Verdict.WITHDRAWN),
    "no_withdrawal": partial(settle_pause, verdict=Pause.Verdict.NOTHING),
}
