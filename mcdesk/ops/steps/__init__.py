"""The kinds of steps that the engine takes, each with its own policy."""
