"""A county that does not exist, with known truth, written in the publishers' formats; imports errors only."""

from likeforlike.simulate.plan import CountyPlan
from likeforlike.simulate.write import Simulated, simulate_county

__all__ = ["CountyPlan", "Simulated", "simulate_county"]
