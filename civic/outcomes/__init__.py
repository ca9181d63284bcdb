"""What came of answers: promises with dates, citizens' verdicts, figures."""
