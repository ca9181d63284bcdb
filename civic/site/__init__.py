"""Front door: home, rules, help, accessibility, privacy, media files."""
