"""Keeping a store in health over the years: copies of it, what can go, what is wrong with it and what to do."""
