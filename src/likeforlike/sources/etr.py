"""NHS trusts and their sites, as the Organisation Data Service lists them: no header, 27 columns, two lists."""

from likeforlike.sources.reading.delimited import DelimitedFormat

# Wales has no region of NHS England. A trust there is kept, and no organisation of England.
FORMAT = DelimitedFormat(
    made={"organisation_type": "CASE WHEN region IS NULL THEN 'other' ELSE 'nhs_trust' END"}
)
