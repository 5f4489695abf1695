"""A library as a few matrices, for many clients at once; `features` and `safety` are its readable reference."""
