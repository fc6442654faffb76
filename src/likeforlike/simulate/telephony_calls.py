"""Draws the calls of each practice in each month: who takes part, and how every call ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from likeforlike.simulate.county import County
from likeforlike.simulate.months import months_between
from likeforlike.simulate.randomness import random_stream
from likeforlike.simulate.truth import Truth

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

# Participation grows in an S from 38% to 84%; it passes the middle in March 2025 (48% in October 2024).
LOWEST_COVERAGE, GROWTH_OF_COVERAGE, MIDDLE, PACE = 0.38, 0.46, date(2025, 3, 1), 4.0
# How the telephone account of a practice appears: under its own code, or lumped with its network's,
# sub-ICB's, ICB's or the nation's other shared accounts as an "Unassigned" row. These hold about 7% of calls.
OWN, BY_PCN, BY_SUB_ICB, BY_ICB, NATIONAL = range(5)
ACCOUNT_SHARES = (0.965, 0.0, 0.019, 0.008, 0.008)
SHARE_OF_PCNS_LUMPED = 0.033
# Of calls neither answered nor ended in the menu, those that left a call-back request: none in 14% of
# practices.
WITHOUT_CALL_BACK = 0.14
CALL_BACKS_MADE = 0.995
# In 15% of practices the outcomes do not add up to the calls: some missed calls are not counted.
NOT_ADDING_UP, NOT_COUNTED = 0.15, 0.03
WITHIN_ONE_OF_TWO_MINUTES, WITHIN_FIVE_OF_LONGER = 0.76, 0.47
DURATIONS = np.array([0.235, 0.36, 0.33, 0.075])
MISSED_WAITS = np.array([0.52, 0.165, 0.157, 0.158])


@dataclass(frozen=True)
class Calls:
    """One month. Whole numbers by practice, bands practice × 4; practices that take no part have zeros."""

    taking_part: npt.NDArray[np.bool_]
    inbound: Integers
    answered: Integers
    ended_in_ivr: Integers
    call_back_requested: Integers
    missed: Integers
    call_back_made: Integers
    answered_waits: Integers
    durations: Integers
    missed_waits: Integers


@dataclass(frozen=True)
class PhoneSystems:
    """What is lasting, by practice: the coverage at which it joins, its account and its outcomes."""

    joins_at: Floats
    account: Integers
    call_back_share: Floats
    adds_up: npt.NDArray[np.bool_]


def draw_phone_systems(county: County) -> PhoneSystems:
    """Draw the lasting facts of the telephone systems."""
    rng = random_stream(county.plan.seed, "phone systems")
    practices = len(county.codes)
    account = rng.choice(len(ACCOUNT_SHARES), practices, p=ACCOUNT_SHARES)
    lumped = rng.random(len(county.pcns)) < SHARE_OF_PCNS_LUMPED
    account[(county.pcn_of >= 0) & lumped[county.pcn_of]] = BY_PCN
    return PhoneSystems(
        joins_at=rng.random(practices),
        account=account,
        call_back_share=np.where(
            rng.random(practices) < WITHOUT_CALL_BACK, 0.0, rng.beta(1.2, 1.8, practices)
        ),
        adds_up=rng.random(practices) >= NOT_ADDING_UP,
    )


def telephony_coverage(month: date) -> float:
    """The share of practices that take part in the month."""
    steps = months_between(MIDDLE, month)
    return float(LOWEST_COVERAGE + GROWTH_OF_COVERAGE / (1 + np.exp(-steps / PACE)))


def draw_calls(county: County, truth: Truth, systems: PhoneSystems, month: int) -> Calls:
    """Draw the calls of the month: Poisson calls, binomial outcomes with the shares of the truth."""
    rng = random_stream(county.plan.seed, "calls", month)
    lists = county.populations.list_size[:, month]
    coverage = telephony_coverage(county.months[month])
    taking_part = (systems.joins_at < coverage) & (lists > 0)
    rate = truth["inbound_calls"].value[:, month] / 1000 * county.working_days[month]
    inbound = rng.poisson(np.where(taking_part, rate * lists, 0.0))
    # A practice that takes part has at least one call, or the publisher would not list it.
    inbound = np.where(taking_part, np.maximum(inbound, 1), 0)
    answered = rng.binomial(inbound, truth["calls_answered_share"].value[:, month])
    ivr = rng.binomial(inbound - answered, truth["ended_in_ivr_of_unanswered"].value[:, month])
    requested = rng.binomial(inbound - answered - ivr, systems.call_back_share)
    missed = inbound - answered - ivr - requested
    missed = missed - np.where(systems.adds_up, 0, rng.binomial(missed, NOT_COUNTED))
    return Calls(
        taking_part=taking_part,
        inbound=inbound,
        answered=answered,
        ended_in_ivr=ivr,
        call_back_requested=requested,
        missed=missed,
        call_back_made=rng.binomial(requested, CALL_BACKS_MADE),
        answered_waits=_waits(rng, answered, truth["answered_within_2_minutes_share"].value[:, month]),
        durations=rng.multinomial(answered, DURATIONS),
        missed_waits=rng.multinomial(missed, MISSED_WAITS),
    )


def _waits(rng: np.random.Generator, answered: Integers, within_two: Floats) -> Integers:
    one, five = WITHIN_ONE_OF_TWO_MINUTES, WITHIN_FIVE_OF_LONGER
    probabilities = np.stack(
        [
            within_two * one,
            within_two * (1 - one),
            (1 - within_two) * five,
            (1 - within_two) * (1 - five),
        ],
        axis=1,
    )
    return rng.multinomial(answered, probabilities)
