"""PDF, spreadsheet and self-contained HTML, made from view objects and charts."""
