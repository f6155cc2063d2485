"""The demo's stage: persons chosen by a click, the phone beside the inbox, and a tour that ticks itself."""
