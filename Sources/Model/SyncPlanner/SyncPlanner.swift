// The module SyncPlanner.
