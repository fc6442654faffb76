"""The command line: parse, call, show; no arithmetic. Heavy imports stay inside the commands."""
