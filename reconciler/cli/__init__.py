"""The command line: parses, calls one use, shows what came of it. Imports what a command needs when it runs."""
