"""When a process looks for garbage. Nothing is done meanwhile, nobody is answered: it looks seldom, and at little."""

import gc
from typing import Final

#: New objects until the young are looked through; of those looks, until what outlived one is; of these, until all is.
#: Python's own 700, 10 and 10 look through everything every hundred pages, keys and rows that are kept for minutes too:
#: 0.07 s each time with the keys of 3,000 people, and more with more. These do it every ten thousand pages.
THRESHOLDS: Final = (10_000, 20, 50)


def settle() -> None:
    """What is loaded by now, or was read to be kept, is no garbage: nobody looks for some in it again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)
