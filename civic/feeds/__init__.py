"""What other programs subscribe to: Atom feeds of what everybody may read, calendars of deadlines."""
