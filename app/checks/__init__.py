"""What can be said of a way of working before it is live: is it sound, does its data fit, what changed.

Pure: from the files and what the engine, tables and forms read in them; without a database.
"""
