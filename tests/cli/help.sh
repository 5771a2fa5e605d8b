# Examples come first; every command is listed, nothing that does not work.
detente --help
