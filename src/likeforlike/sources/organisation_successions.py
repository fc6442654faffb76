"""Who followed whom, as somebody who knows it states: one row a succession."""

from likeforlike.sources.reading.delimited import DelimitedFormat

FORMAT = DelimitedFormat()
