"""What the help says. Whoever changes what a page does changes its topic with it."""

from collections.abc import Mapping

from jawort.web.help.company import COMPANY
from jawort.web.help.customers import CUSTOMERS
from jawort.web.help.topic import Topic

TOPICS: Mapping[str, Topic] = {**CUSTOMERS, **COMPANY}
