"""Data flow: which variables are surely, maybe or never filled in before each step, and of which type.

`world` reads what is in a release, `process` follows the variables through one process, `calls` through all
of them, and `findings` says what is wrong, in words.
"""
