"""Charts: one module for each, from view objects to a Vega-Lite specification with its finding as title.

Nothing is drawn here that is not in a table beside it, and nothing is told by colour alone. `quick` draws the three
charts of an evidence sheet without Vega, for there are thousands of them.
"""
