"""What is said about a contribution: for, against, neutral; replies; useful marks."""
