"""Charts: one module for each, from view objects to a Vega-Lite specification with its finding as title."""
