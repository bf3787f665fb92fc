// The module LNSandbox.
