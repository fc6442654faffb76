"""Data packs: figures that are not published, as a CSV with a TOML header beside it, read, checked and written."""
