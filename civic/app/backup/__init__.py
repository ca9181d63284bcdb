"""A copy of everything the site holds, and the way back.

`store` is the folder on disk, `sqlite` and `postgresql` the two databases, `keeping` makes a copy and puts it back,
`commands` is what the operator types.
"""
