"""What is measured, how, and the last figures: `make bench` runs all of it and writes `results.md`."""
