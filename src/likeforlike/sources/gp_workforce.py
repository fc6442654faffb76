"""General practice workforce: full-time equivalents by practice and financial year, and where practices are."""

from likeforlike.sources.reading.delimited import DelimitedFormat

FORMAT = DelimitedFormat()
