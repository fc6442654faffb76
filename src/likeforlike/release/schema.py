"""The tables of the read model: one lookup by key for a page, and a few columns to filter and sort by."""

from __future__ import annotations

# Objects are stored whole as JSON (`view`), for a page shows them whole; columns beside it are what is searched for.
SCHEMA = """
CREATE TABLE release (view TEXT NOT NULL);
CREATE TABLE kinds (id TEXT PRIMARY KEY, place INTEGER NOT NULL, view TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE organisations (
    kind TEXT NOT NULL, code TEXT NOT NULL, name TEXT NOT NULL, closed TEXT, latitude REAL, longitude REAL,
    view TEXT NOT NULL, PRIMARY KEY (kind, code)
) WITHOUT ROWID;
CREATE INDEX organisations_code ON organisations (code);
CREATE TABLE memberships (
    kind TEXT NOT NULL, code TEXT NOT NULL, area_kind TEXT NOT NULL, area TEXT NOT NULL,
    PRIMARY KEY (kind, area_kind, area, code)
) WITHOUT ROWID;
CREATE TABLE spots (word TEXT PRIMARY KEY, label TEXT NOT NULL, latitude REAL NOT NULL, longitude REAL NOT NULL)
    WITHOUT ROWID;
CREATE VIRTUAL TABLE words USING fts5 (
    name, kind UNINDEXED, code UNINDEXED, tokenize = 'trigram case_sensitive 0'
);
CREATE TABLE indicators (id TEXT PRIMARY KEY, place INTEGER NOT NULL, view TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE comparisons (
    indicator TEXT NOT NULL, kind TEXT NOT NULL, view TEXT NOT NULL, PRIMARY KEY (indicator, kind)
) WITHOUT ROWID;
CREATE TABLE standings (
    kind TEXT NOT NULL, indicator TEXT NOT NULL, code TEXT NOT NULL, state TEXT NOT NULL, mean REAL, value REAL,
    view TEXT NOT NULL, PRIMARY KEY (kind, indicator, code)
) WITHOUT ROWID;
CREATE INDEX standings_organisation ON standings (kind, code);
CREATE TABLE histories (
    kind TEXT NOT NULL, code TEXT NOT NULL, indicator TEXT NOT NULL, points TEXT NOT NULL,
    PRIMARY KEY (kind, code, indicator)
) WITHOUT ROWID;
CREATE TABLE similar (
    kind TEXT NOT NULL, code TEXT NOT NULL, others TEXT NOT NULL, PRIMARY KEY (kind, code)
) WITHOUT ROWID;
CREATE TABLE likeness (kind TEXT PRIMARY KEY, characteristics TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE charts (key TEXT PRIMARY KEY, view TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE rules (
    rule TEXT NOT NULL, kind TEXT NOT NULL, place INTEGER NOT NULL, view TEXT NOT NULL, PRIMARY KEY (rule, kind)
) WITHOUT ROWID;
CREATE TABLE ratings (
    kind TEXT NOT NULL, code TEXT NOT NULL, rule TEXT NOT NULL, word TEXT NOT NULL, view TEXT NOT NULL,
    PRIMARY KEY (kind, code, rule)
) WITHOUT ROWID;
CREATE INDEX ratings_rule ON ratings (rule, kind, word);
CREATE TABLE bands (
    indicator TEXT NOT NULL, kind TEXT NOT NULL, place INTEGER NOT NULL, view TEXT NOT NULL,
    PRIMARY KEY (indicator, kind)
) WITHOUT ROWID;
CREATE TABLE editions (edition TEXT PRIMARY KEY, place INTEGER NOT NULL, view TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE changes (place INTEGER PRIMARY KEY, view TEXT NOT NULL);
"""
READ_MODEL = "read_model.sqlite"
MANIFEST = "manifest.json"
# Names the release that is served; beside the releases.
CURRENT = "current"
DATA = "data"
