"""Draws the appointments of a month by kind, wait and status, with the shares that the truth says."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from likeforlike.simulate import appointment_mix as mix
from likeforlike.simulate.county import County
from likeforlike.simulate.randomness import random_stream
from likeforlike.simulate.truth import Truth

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

# How practices record: share of those that record no unknowns, median and spread (log) of the others.
UNKNOWN_MODE = (0.35, 0.015, 1.0)
UNKNOWN_STAFF = (0.50, 0.025, 0.8)
UNKNOWN_STATUS = (0.0, 0.05, 0.7)
UNKNOWN_WAIT = (0.60, 0.001, 1.0)
MOST_UNKNOWN = 0.5
# After the change of supplier, three in ten have no mode and many more a category that does not fit.
UNKNOWN_MODE_AFTER_CHANGE = 0.30
POORLY_MAPPED_AFTER_CHANGE = 6.0
KIND_SPREAD = 3.0  # log scale, of a practice's liking for a kind of appointment
# How much more than others the care-home practice does of care-home work, and of that in homes.
CARE_HOME_LIKING, HOME_VISIT_LIKING = 100.0, 4.0
BOTH_UNKNOWN = 0.9  # of appointments lacking the mode or the staff, as far as both shares allow
NEWTON_STEPS, SMALLEST_STEP = 40, 1e-10


@dataclass(frozen=True)
class Habits:
    """What is lasting in how a practice works and records. By practice, `liking` by practice × kind."""

    liking: Floats
    unknown_mode: Floats
    unknown_staff: Floats
    unknown_status: Floats
    unknown_wait: Floats
    longer: Floats


@dataclass(frozen=True)
class Cells:
    """The rows of a month's crosstab in order of practice: positions in the county's and the mix's tuples."""

    practice: Integers
    kind: Integers
    wait: Integers
    status: Integers
    count: Integers


def draw_habits(county: County) -> Habits:
    """Which kinds of appointment each practice offers, and how much of what it records is unknown."""
    rng = random_stream(county.plan.seed, "habits")
    practices = len(county.codes)
    prevalence = np.array([kind.prevalence for kind in mix.KINDS])
    weight = np.array([kind.weight for kind in mix.KINDS]) / prevalence
    offered = rng.random((practices, len(mix.KINDS))) < prevalence
    liking = offered * weight * rng.lognormal(0.0, KIND_SPREAD, offered.shape)
    care_home = county.events.care_home
    liking[care_home] = weight * (prevalence == 1)
    liking[care_home, mix.IS_CARE_HOME_KIND] = CARE_HOME_LIKING * weight[mix.IS_CARE_HOME_KIND]
    liking[care_home, mix.IS_HOME_VISIT] *= HOME_VISIT_LIKING
    return Habits(
        liking=liking,
        unknown_mode=_unknown_shares(rng, practices, UNKNOWN_MODE),
        unknown_staff=_unknown_shares(rng, practices, UNKNOWN_STAFF),
        unknown_status=_unknown_shares(rng, practices, UNKNOWN_STATUS),
        unknown_wait=_unknown_shares(rng, practices, UNKNOWN_WAIT),
        longer=rng.normal(0.0, 0.25, practices),
    )


def unknown_mode_share(county: County, habits: Habits, month: int) -> Floats:
    """The share of appointments recorded without a mode, by practice, in the month."""
    share = habits.unknown_mode.copy()
    if month >= county.events.supplier_change_month:
        share[county.events.supplier_change] = UNKNOWN_MODE_AFTER_CHANGE
    return share


def expected_appointments(county: County, truth: Truth, month: int) -> Floats:
    """The expected number of appointments of each practice in the month (closed practices: 0)."""
    rate = truth["appointments"].value[:, month]
    expected: Floats = rate / 1000 * county.populations.list_size[:, month] * county.working_days[month]
    return expected


def draw_cells(county: County, truth: Truth, habits: Habits, month: int) -> Cells:
    """Draw one month. The number of appointments is Poisson; kind, wait and status are multinomial given it.

    The expected shares of GPs, of face-to-face contacts, of the same day and of not attending are exactly
    those of the truth, each among the appointments for which that is known.
    """
    rng = random_stream(county.plan.seed, "appointments", month)
    total = rng.poisson(expected_appointments(county, truth, month))
    if month >= county.events.silent_month:
        total[county.events.silent] = 0
    kinds = kind_probabilities(county, truth, habits, month)
    waits = wait_probabilities(truth["same_day_share"].value[:, month], kinds, habits)
    absent = did_not_attend_probabilities(truth["did_not_attend_share"].value[:, month], kinds, waits)

    by_kind = rng.multinomial(total, kinds)
    practice, kind = np.nonzero(by_kind)
    wait_of = waits[practice, kind]
    absent_of = absent[practice, mix.KIND_MODE[kind]]
    known = 1 - habits.unknown_status[practice, None]
    cells = np.stack(
        [
            wait_of * known * (1 - absent_of),
            wait_of * known * absent_of,
            wait_of * (1 - known),
        ],
        axis=2,
    ).reshape(len(practice), -1)
    drawn = rng.multinomial(by_kind[practice, kind], cells / cells.sum(axis=1, keepdims=True))
    pair, cell = np.nonzero(drawn)
    return Cells(
        practice=practice[pair],
        kind=kind[pair],
        wait=cell // len(mix.STATUSES),
        status=cell % len(mix.STATUSES),
        count=drawn[pair, cell],
    )


def kind_probabilities(county: County, truth: Truth, habits: Habits, month: int) -> Floats:
    """Practice × kind: the probability that an appointment is of the kind. Rows add up to one."""
    liking = habits.liking.copy()
    if month >= county.events.supplier_change_month:
        liking[county.events.supplier_change, mix.IS_POORLY_MAPPED] *= POORLY_MAPPED_AFTER_CHANGE
    groups = _group_shares(
        gp=truth["gp_share"].value[:, month],
        face=truth["face_to_face_share"].value[:, month],
        no_mode=unknown_mode_share(county, habits, month),
        no_staff=habits.unknown_staff,
    )
    probabilities = np.zeros_like(liking)
    for group in range(groups.shape[1]):
        members = group == mix.KIND_GROUP
        within = liking[:, members] / liking[:, members].sum(axis=1, keepdims=True)
        probabilities[:, members] = groups[:, group, None] * within
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    return probabilities


def wait_probabilities(same_day: Floats, kinds: Floats, habits: Habits) -> Floats:
    """Practice × kind × wait; over all kinds, the same day has the practice's share of known waits."""
    by_kind = _logistic(
        mix.KIND_SAME_DAY_LOGIT[None, :] + level_with_mean(same_day, kinds, mix.KIND_SAME_DAY_LOGIT)[:, None]
    )
    order = np.arange(len(mix.LATER_WAITS)) - 2.0
    tilt = np.exp((habits.longer[:, None] + mix.KIND_LONGER[None, :])[:, :, None] * order)
    later = mix.LATER_WAITS * tilt
    later /= later.sum(axis=2, keepdims=True)
    known = (1 - habits.unknown_wait)[:, None, None]
    return np.concatenate(
        [
            known * by_kind[:, :, None],
            known * (1 - by_kind)[:, :, None] * later,
            np.broadcast_to(1 - known, (*by_kind.shape, 1)),
        ],
        axis=2,
    )


def did_not_attend_probabilities(share: Floats, kinds: Floats, waits: Floats) -> Floats:
    """Practice × mode × wait: the probability of not attending where the status is known."""
    modes, wait_count = len(mix.MODES), len(mix.WAITS)
    mass = np.zeros((len(share), modes, wait_count))
    for mode in range(modes):
        members = mode == mix.KIND_MODE
        mass[:, mode] = np.einsum("pk,pkw->pw", kinds[:, members], waits[:, members])
    base = (mix.DID_NOT_ATTEND_BY_MODE[:, None] + mix.DID_NOT_ATTEND_BY_WAIT[None, :]).ravel()
    level = level_with_mean(share, mass.reshape(len(share), -1), base)
    return _logistic(base[None, :] + level[:, None]).reshape(mass.shape)


def level_with_mean(mean: Floats, weights: Floats, base: Floats) -> Floats:
    """The x for which Σₖ weightₖ · logistic(baseₖ + x) equals the mean, row by row (Newton's method)."""
    level: Floats = np.log(mean / (1 - mean)) - weights @ base
    for _ in range(NEWTON_STEPS):
        probability = _logistic(base[None, :] + level[:, None])
        distance = (weights * probability).sum(axis=1) - mean
        slope = (weights * probability * (1 - probability)).sum(axis=1)
        # The function is increasing; a bounded step keeps rows with a flat start from leaping away.
        step = np.clip(distance / slope, -1.0, 1.0)
        level = level - step
        if np.abs(step).max() < SMALLEST_STEP:
            return level
    raise AssertionError("Newton's method did not converge")


def _group_shares(gp: Floats, face: Floats, no_mode: Floats, no_staff: Floats) -> Floats:
    """Practice × 9 (staff GP, other, unknown by mode face-to-face, remote, unknown) with the given margins.

    Among appointments with both known, GPs' odds of face-to-face are a fixed multiple of other staff's; the
    2 × 2 table with given margins and odds ratio is Plackett's (1965, equation 2).
    """
    neither = BOTH_UNKNOWN * np.minimum(no_mode, no_staff)
    only_mode_lacks, only_staff_lacks = no_mode - neither, no_staff - neither
    both = 1 - no_mode - no_staff + neither
    odds = mix.GP_FACE_TO_FACE_ODDS
    total = 1 + (gp + face) * (odds - 1)
    gp_face = (total - np.sqrt(total**2 - 4 * odds * (odds - 1) * gp * face)) / (2 * (odds - 1))
    return np.stack(
        [
            both * gp_face,
            both * (gp - gp_face),
            only_mode_lacks * gp,
            both * (face - gp_face),
            both * (1 - gp - face + gp_face),
            only_mode_lacks * (1 - gp),
            only_staff_lacks * face,
            only_staff_lacks * (1 - face),
            neither,
        ],
        axis=1,
    )


def _unknown_shares(rng: np.random.Generator, practices: int, pattern: tuple[float, float, float]) -> Floats:
    none, median, spread = pattern
    share = median * rng.lognormal(0.0, spread, practices)
    return np.where(rng.random(practices) < none, 0.0, np.minimum(share, MOST_UNKNOWN))


def _logistic(x: Floats) -> Floats:
    result: Floats = 1 / (1 + np.exp(-x))
    return result
