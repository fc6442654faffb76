"""The public API over a release: the same view objects as the pages, as JSON, CSV and Parquet."""
