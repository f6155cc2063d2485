"""What must hold of attributes' values at rest."""

from jawort.core.finding import Finding
from jawort.people.attributes.models import Value
from jawort.people.attributes.queries import values_of

SAMPLE_ROWS = 200  # of the newest: all of them would take minutes


def findings() -> list[Finding]:
    """Values that do not open."""
    newest = list(Value.objects.order_by("-id").values_list("contact_id", "attribute_id")[:SAMPLE_ROWS])
    clear = values_of({contact for contact, _ in newest})
    bad = sum(attribute not in clear.get(contact, {}) for contact, attribute in newest)
    return [Finding("people.value", f"{bad} of {len(newest)} values of attributes do not open.")] if bad else []
