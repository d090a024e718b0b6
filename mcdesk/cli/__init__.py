"""The command line: parses what was typed, calls one use case, shows what came out."""
