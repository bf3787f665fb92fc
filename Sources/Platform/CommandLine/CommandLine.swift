// The module CommandLine.
