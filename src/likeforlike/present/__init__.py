"""Where a result becomes words and cells: view objects that the command line, documents and pages all show."""
