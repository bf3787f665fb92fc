// The module SyncEvents.
