"""The pages: each asks the release for view objects and hands them to its template."""
