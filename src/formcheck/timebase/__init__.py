"""Which clock a clip runs on: real time, slow motion the file declares, or slow motion it does not."""

from formcheck.timebase.choose import clock_unsure, plausible_clock, settle_clock
from formcheck.timebase.hedge import hedged
from formcheck.timebase.reading import confirmed

__all__ = ["clock_unsure", "confirmed", "hedged", "plausible_clock", "settle_clock"]
