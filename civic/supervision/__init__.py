"""The inspectors' desk: fixed questions asked of the city's own rows by the clock, and what inspectors make of the answers.

Nouns: check, finding, look. Verbs: open_findings, take, settle, set_threshold, look. An inspector reads and writes
findings only: cases, texts and votes are decided elsewhere, and ballots are seen by nobody here. Leans on everything below.
"""
