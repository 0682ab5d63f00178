"""The command line: `main` has the table of commands, and each module holds the commands it defines."""
