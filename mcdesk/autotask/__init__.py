"""Autotask over its REST API: what goes on the wire, what its answers mean, and the few calls made.

Knows nothing of the command line or the local database.
"""
