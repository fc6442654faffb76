"""Invented names of places and practices; each says that it is fictional, and none is a person's."""

from __future__ import annotations

PLANTS = (
    "OAK", "ASH", "ELM", "BIRCH", "WILLOW", "HAZEL", "MAPLE", "ROWAN", "CHERRY", "APPLE", "HEATHER", "IVY",
    "FERN", "CLOVER", "BARLEY", "MEADOW", "ORCHARD", "RIVER", "SPRING", "STONE", "SILVER", "GOLDEN", "GREEN",
    "SWAN", "HERON", "KESTREL", "WREN", "ROBIN", "OTTER", "BADGER",
)  # fmt: skip
LANDFORMS = (
    "FIELD", "BROOK", "FORD", "WOOD", "DALE", "HILL", "MERE", "MOOR", "LEA", "GATE", "BRIDGE", "BANK", "WELL",
    "MARSH", "CLIFF", "BAY", "HURST", "COMBE", "GARTH", "WICK",
)  # fmt: skip
KINDS = ("SURGERY", "MEDICAL CENTRE", "HEALTH CENTRE", "PRACTICE", "GROUP PRACTICE, THE GREEN")
COUNTIES = tuple(
    f"{stem}{ending}"
    for ending in ("shire", "land", "mouth")
    for stem in (
        "Any", "Ever", "Else", "Over", "Under", "Far", "Near", "Never", "Upper", "Nether", "Inner", "Outer",
        "Middle", "Yonder",
    )
)  # fmt: skip
REGIONS = ("Hither", "Thither", "Anywhere", "Sunrise", "Sunset", "Northing", "Southing")


def practice_name(number: int) -> str:
    """The name of the practice with this running number, for instance OAKFIELD SURGERY (FICTIONAL)."""
    plant = PLANTS[number % len(PLANTS)]
    # 7 has no common factor with 20 or 5: neighbours differ in every part of their names.
    landform = LANDFORMS[(number * 7 + number // len(PLANTS)) % len(LANDFORMS)]
    kind = KINDS[(number // 3 + number // 600) % len(KINDS)]
    return f"{plant}{landform} {kind} (FICTIONAL)"


def pcn_name(number: int) -> str:
    """The name of the primary care network with this running number."""
    plant = PLANTS[(number * 11 + number // len(PLANTS)) % len(PLANTS)]
    return f"{plant} {LANDFORMS[number % len(LANDFORMS)]} PCN (FICTIONAL)"


def county_name(number: int) -> str:
    """The name of an area; every fifth names two counties with a comma, as real areas do."""
    if number % 5 == 4:
        return f"{COUNTIES[number]}, {COUNTIES[number - 4]} and Elsewhere"
    return COUNTIES[number]


def postcode(number: int) -> str:
    """A postcode of the official pseudo area ZZ99, which stands for no place."""
    letters = "ABDEFGHJLNPQRSTUWXYZ"
    return f"ZZ99 {number % 10}{letters[number // 10 % 20]}{letters[number // 200 % 20]}"
