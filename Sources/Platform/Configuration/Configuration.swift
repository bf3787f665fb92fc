// The module Configuration.
