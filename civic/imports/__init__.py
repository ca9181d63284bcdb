"""Data of other platforms, row by row, with a reason for each refused row."""
