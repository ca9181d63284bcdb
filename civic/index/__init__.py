"""Full-text index over what people wrote: one table, two back ends, `matching(select, words)`."""
