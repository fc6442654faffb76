"""GPAD practice crosstab: a row for each practice, staff, mode, category, wait and status of one month."""

from likeforlike.sources.reading.delimited import DelimitedFormat

FORMAT = DelimitedFormat()
