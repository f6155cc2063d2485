"""`jawort egress`: what a firewall must let pass, as it is configured here. It asks nobody, and needs no database."""

import json
from argparse import Namespace

from jawort.core.config import Config
from jawort.egress.firewall import openings
from jawort.egress.words import OPENINGS


def run(options: Namespace, config: Config) -> int:
    """Print the list, outgoing before incoming; 0."""
    found = openings(config)
    if options.json:
        told = [
            {
                "direction": "out" if each.outward else "in",
                "host": each.host,
                "port": each.port,
                "protocol": "tcp",
                "what": each.what,
                "why": OPENINGS[each.what],
                "processes": each.by,
                "proxy": each.through,
            }
            for each in found
        ]
        print(json.dumps({"openings": told}, ensure_ascii=False))
        return 0
    for each in found:
        way = "out" if each.outward else "in "
        by_proxy = f" (by the proxy {each.through})" if each.through else ""
        print(f"{way}  {each.host}:{each.port}/tcp  {', '.join(each.by)}  {OPENINGS[each.what]}{by_proxy}")
    if not found:
        print("Nothing: all that is configured is on this machine.")
    return 0
