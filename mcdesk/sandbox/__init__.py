"""An Autotask of our own: a world in SQLite, its rules, and the REST API in front of it.

Written from Autotask's documentation and from what others observed. It shares no code with our
client, so that the two cannot agree on the same mistake. Clock and sleep are passed in.
"""
