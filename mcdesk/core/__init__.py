"""Values and policy: what a ticket is, when it is stale, what a handoff changes.

Pure: standard library only, no clock, no environment, no files, no network.
"""
