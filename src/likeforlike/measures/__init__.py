"""From stored tables to observations: counts, denominators, working days, roll-ups; the only user of Ibis."""
