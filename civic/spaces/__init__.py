"""Where acts are open: thresholds, moderation mode and phases, as data. One standing space by migration."""
