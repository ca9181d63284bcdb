"""The one clock: working days, holidays, due dates, lamps. Used by cases, questions and promises."""
