"""The three drawings of an evidence sheet straight as SVG, twins of Vega's for where there are hundreds of sheets."""
