"""GPAD regional CSV: a row for each sub-ICB location, month, status, staff, mode and wait of thirty months."""

from likeforlike.sources.reading.delimited import DelimitedFormat

FORMAT = DelimitedFormat()
