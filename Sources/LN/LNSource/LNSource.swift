// The module LNSource.
