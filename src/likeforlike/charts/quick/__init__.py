"""The three drawings of an evidence sheet, straight as SVG: Vega takes a tenth of a second for one, these a hundredth
of that, and a county has hundreds of sheets. They look like their twins in `charts`."""
