"""Ways for a mail to leave: a mail server, Microsoft 365, or the technician's own mail program.

Each sends an email at most once per call, and says which of three ways it failed.
"""
