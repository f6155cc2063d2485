"""What the tests of public pages share."""

from tests.public.doors import doors as doors
from tests.public.doors import opened as opened
from tests.public.visits import visit as visit
