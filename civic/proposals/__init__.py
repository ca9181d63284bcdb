"""Ideas of citizens: three steps, drafts, twins, withdrawal."""
