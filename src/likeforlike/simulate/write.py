"""Writes a whole county: official files, the truth beside them, and a README; complete or not at all."""

from __future__ import annotations

import multiprocessing
import shutil
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from likeforlike.errors import UserError
from likeforlike.simulate import (
    adult_social_care,
    ae_monthly,
    ambulance,
    appointments,
    boundaries,
    cancer_waits,
    cqc_gp_ratings,
    cqc_locations,
    data_packs,
    diagnostics,
    fingertips,
    fingertips_areas,
    gp_patient_survey,
    gp_workforce,
    mynhs,
    nhs_111,
    nhs_payments,
    online_consultations,
    organisations,
    referral_to_treatment,
    registered_patients,
    shmi,
    talking_therapies,
    telephony,
    trusts,
    truth_files,
)
from likeforlike.simulate.appointment_cells import Habits, draw_cells, draw_habits
from likeforlike.simulate.area_indicators import draw_area_indicators
from likeforlike.simulate.county import County, build_county
from likeforlike.simulate.online_submissions import (
    OnlineMonth,
    OnlineSystems,
    Submissions,
    draw_online_systems,
    draw_submissions,
    summarise_submissions,
)
from likeforlike.simulate.plan import CountyPlan, check_plan
from likeforlike.simulate.practice_kinds import PracticeKinds, draw_kinds, financial_years
from likeforlike.simulate.providers import list_providers
from likeforlike.simulate.social_care import draw_social_care
from likeforlike.simulate.telephony_calls import Calls, PhoneSystems, draw_calls, draw_phone_systems
from likeforlike.simulate.telephony_summary import TelephonyMonth, summarise_calls
from likeforlike.simulate.truth import Truth, draw_truth

OFFICIAL_FOLDERS = (
    appointments.FOLDER,
    registered_patients.FOLDER,
    telephony.FOLDER,
    online_consultations.FOLDER,
    nhs_payments.FOLDER,
    gp_workforce.FOLDER,
    cqc_gp_ratings.FOLDER,
    adult_social_care.FOLDER,
    fingertips.FOLDER,
    fingertips_areas.FOLDER,
    mynhs.FOLDER,
    organisations.FOLDER,
    referral_to_treatment.FOLDER,
    cancer_waits.FOLDER,
    diagnostics.FOLDER,
    ambulance.FOLDER,
    talking_therapies.FOLDER,
    gp_patient_survey.FOLDER,
    nhs_111.FOLDER,
    data_packs.FOLDER,
    shmi.FOLDER,
    ae_monthly.FOLDER,
    boundaries.FOLDER,
)


@dataclass(frozen=True)
class Simulated:
    """What was written: the folders of the official files and of the truth, how many files and bytes."""

    plan: CountyPlan
    directory: Path
    official: tuple[Path, ...]
    truth: Path
    files: int
    bytes: int


@dataclass(frozen=True)
class _Drawn:
    """What the writers of any month need. The crosstab, which is large, is drawn month by month."""

    county: County
    kinds: PracticeKinds
    truth: Truth
    habits: Habits
    phones: PhoneSystems
    calls: tuple[Calls, ...]
    call_summaries: tuple[TelephonyMonth, ...]
    online: OnlineSystems
    submissions: tuple[Submissions, ...]
    submission_summaries: tuple[OnlineMonth, ...]


def simulate_county(
    plan: CountyPlan,
    directory: Path,
    *,
    processes: int = 1,
    month_written: Callable[[date], None] | None = None,
) -> Simulated:
    """Write the county of the plan into `directory`, which must be absent or empty.

    The files depend on the plan alone, not on `processes`, of which two halve the time of a large county.
    `month_written` is called after each month, for a progress bar. Raises `UserError` for an impossible
    plan or a directory that is not empty. What is half written stands in a folder of another name beside it
    until the end.
    """
    check_plan(plan)
    check_directory(directory)
    with built_beside(directory) as building:
        for month in _write_months(plan, building, processes):
            if month_written is not None:
                month_written(month)
        drawn = _draw(plan)
        _write_what_is_yearly(drawn, building)
        organisations.write_organisations(drawn.county, building)
        trusts.write_trusts(drawn.county, building)
        ae_monthly.write_ae(drawn.county, building)
        boundaries.write_boundaries(drawn.county, building)
        providers = list_providers(drawn.county)
        care = draw_social_care(drawn.county, providers)
        cqc_locations.write_locations(providers, care, building)
        adult_social_care.write_adult_social_care(drawn.county, providers, care, building)
        shmi.write_shmi(drawn.county, building)
        figures = data_packs.draw_local_figures(drawn.county, drawn.truth)
        data_packs.write_data_packs(drawn.county, figures, building)
        area_indicators = draw_area_indicators(drawn.county)
        fingertips.write_fingertips(drawn.county, area_indicators, building)
        _write_waits(drawn.county, building)
        _write_services(drawn.county, building)
        fingertips_areas.write_fingertips_areas(drawn.county, building)
        mynhs.write_mynhs(drawn.county, building)
        folder = truth_files.write_truth(
            drawn.county, drawn.kinds, drawn.truth, drawn.habits, drawn.phones, building
        )
        truth_files.write_area_indicators(drawn.county, area_indicators, folder)
        (building / "README.txt").write_bytes(_readme(drawn.county).encode())
        sizes = [path.stat().st_size for path in building.rglob("*") if path.is_file()]
    _draw.cache_clear()
    return Simulated(
        plan=plan,
        directory=directory,
        # A county of a few months has no financial year that ended.
        official=tuple(directory / folder for folder in OFFICIAL_FOLDERS if (directory / folder).is_dir()),
        truth=directory / truth_files.FOLDER,
        files=len(sizes),
        bytes=sum(sizes),
    )


def check_directory(directory: Path) -> None:
    """Raise UserError where something is in the way of what is to be written."""
    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        raise UserError(
            "what is simulated is written only into a new or empty folder.",
            where=str(directory),
            next_step="Name another folder, or empty this one yourself.",
        )


@contextmanager
def built_beside(directory: Path) -> Iterator[Path]:
    """A temporary folder next to `directory` that takes its name when the block ends without an error."""
    directory.parent.mkdir(parents=True, exist_ok=True)
    building = Path(tempfile.mkdtemp(prefix=f".{directory.name}.unfinished-", dir=directory.parent))
    try:
        yield building
        building.chmod(0o755)  # mkdtemp's folders are for their owner only
        if directory.exists():
            directory.rmdir()
        building.rename(directory)
    except BaseException:
        shutil.rmtree(building, ignore_errors=True)
        raise


def _write_months(plan: CountyPlan, directory: Path, processes: int) -> Iterator[date]:
    """Write every month and yield it when it is there."""
    if processes == 1:
        for month in range(plan.months):
            yield _write_month(plan, month, directory)
        return
    # A fresh interpreter for each: a fork would inherit the locks of this one's threads.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=context) as pool:
        tasks = [pool.submit(_write_month, plan, month, directory) for month in range(plan.months)]
        for task in as_completed(tasks):
            yield task.result()


def _write_month(plan: CountyPlan, month: int, directory: Path) -> date:
    drawn = _draw(plan)
    county = drawn.county
    cells = draw_cells(county, drawn.truth, drawn.habits, month)
    appointments.write_crosstab(county, cells, month, directory)
    registered_patients.write_registered_patients(county, month, directory)
    telephony.write_telephony(
        county, drawn.phones, drawn.calls[month], drawn.call_summaries[: month + 1], directory
    )
    online_consultations.write_online_consultations(
        county, drawn.online, drawn.submissions[month], drawn.submission_summaries[: month + 1], directory
    )
    return county.months[month]


def _write_what_is_yearly(drawn: _Drawn, directory: Path) -> None:
    county, kinds = drawn.county, drawn.kinds
    years = financial_years(county, kinds)
    for year in years:
        nhs_payments.write_payments(county, kinds, year, directory)
    if years:
        gp_workforce.write_staff(county, kinds, years, directory)
    gp_workforce.write_places(county, kinds, directory)
    cqc_gp_ratings.write_ratings(county, kinds, directory)


def _write_waits(county: County, directory: Path) -> None:
    """The newest months of what is published of waits at the providers."""
    referral_to_treatment.write_referrals(county, directory)
    cancer_waits.write_cancer_waits(county, directory)
    diagnostics.write_diagnostics(county, directory)


def _write_services(county: County, directory: Path) -> None:
    """The files of ambulance services, talking therapies, the patient survey and NHS 111: one of each."""
    ambulance.write_ambulance(county, directory)
    talking_therapies.write_talking_therapies(county, directory)
    gp_patient_survey.write_gp_patient_survey(county, directory)
    nhs_111.write_nhs_111(county, directory)


@lru_cache(maxsize=1)  # each process draws the county once, whichever months it writes
def _draw(plan: CountyPlan) -> _Drawn:
    county = build_county(plan)
    truth = draw_truth(county)
    months = range(plan.months)
    phones = draw_phone_systems(county)
    calls = tuple(draw_calls(county, truth, phones, month) for month in months)
    online = draw_online_systems(county)
    submissions = tuple(draw_submissions(county, truth, online, month) for month in months)
    return _Drawn(
        county=county,
        kinds=draw_kinds(county),
        truth=truth,
        habits=draw_habits(county),
        phones=phones,
        calls=calls,
        call_summaries=tuple(summarise_calls(county, calls[month], month) for month in months),
        online=online,
        submissions=submissions,
        submission_summaries=tuple(
            summarise_submissions(county, online, submissions[month], month) for month in months
        ),
    )


def _readme(county: County) -> str:
    plan = county.plan
    return f"""A county that does not exist

Everything in this folder is FICTIONAL. No practice, network, board, patient, call or appointment
in it exists. LikeForLike simulated it, so that its methods can be tested where the truth is known.
The files have the shape of official statistics of NHS England, which has nothing to do with them.

Plan: {plan.icbs} ICBs, {plan.practices} practices, {plan.months} months up to {plan.last_month},
seed {plan.seed}. The same plan gives the same bytes.

{", ".join(OFFICIAL_FOLDERS)}: files as the publishers' own, and the boards' data packs.
truth: what each practice is really like. Its next window, on which lists are scored, is the twelve months
from {county.all_months[plan.months]} to {county.all_months[-1]}.

Codes are outside the real ranges: practices X00001 and on, networks XP, sub-ICBs XS, ICBs XI, regions XR;
postcodes are of the pseudo area ZZ99.
"""
