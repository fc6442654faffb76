"""Organisations beside each other: values with intervals, expected values, gates, wording; no files, no pages."""
