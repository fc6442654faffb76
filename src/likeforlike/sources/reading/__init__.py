"""What all formats share: opening, recognising, converting, checking, and saying where a file is wrong."""
