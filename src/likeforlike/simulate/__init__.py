"""A county that does not exist, with known truth, written in the publishers' formats; imports errors only."""
