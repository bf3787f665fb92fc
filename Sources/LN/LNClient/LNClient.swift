// The module LNClient.
