"""Immutable releases: built beside, verified, swapped in; read by pages and API without any arithmetic."""
