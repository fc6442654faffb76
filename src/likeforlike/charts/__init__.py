"""Vega-Lite specifications, one module for each chart: from view objects to SVG and PNG."""
