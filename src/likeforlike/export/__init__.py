"""Figures for other programs: files that say themselves whom to name, under which licence and who may see them."""
