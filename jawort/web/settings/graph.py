"""How the desk asks the platform about numbers: where, and by the proxy and certificates that the settings name."""

from django.conf import settings

from jawort.channels.egress import Egress, Way


def graph() -> Way:
    """The Graph API, as it is configured."""
    config = settings.CONFIG
    return Way(config.graph_url, Egress(config.https_proxy, config.ca_bundle))
