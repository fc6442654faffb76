"""GP practices and prescribing cost centres, as the Organisation Data Service lists them: no header, 27 columns."""

from likeforlike.sources.reading.delimited import DelimitedFormat

FORMAT = DelimitedFormat()
