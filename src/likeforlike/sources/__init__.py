"""One module for each official format: recognised by content, converted strictly, checked, then stored."""
