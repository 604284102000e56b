"""The command line: one subcommand a module, each with `add_arguments` and `run`."""
