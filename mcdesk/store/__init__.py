"""What mcdesk remembers between commands: one SQLite file in the app folder."""
