"""Charts: one module for each, from views to a Vega-Lite specification with its finding as title and its table."""
