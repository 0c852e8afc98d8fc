"""The contract of the actions: one table of calls, against every family."""
